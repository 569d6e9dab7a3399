import { defineCheck } from '../model/check.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { counted, deviceEvidence, SOURCE, tableEvidence } from '../model/evidence.ts';
import type { Evidence, Finding, Remedy } from '../model/finding.ts';
import { type ConfiguredVolumes, REFERENCE_SECTIONS, readReferences } from '../model/guests/configured-volumes.ts';
import type { Reference } from '../model/guests/guest-entries.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import type { LogicalVolume, VolumeGroup } from '../model/lvm/lvm.ts';
import { indexLvm, type LvmIndex } from '../model/lvm/lvm-index.ts';

export const dm013 = defineCheck({
  code: 'DM013',
  slug: 'ghost',
  title: 'ghost: entry of a volume that is no longer in LVM metadata',
  needs: ['deviceMapper', 'lvm'],
  wants: REFERENCE_SECTIONS,
  examine: ({ deviceMapper, lvm }, wanted) => {
    const index = indexLvm(lvm);
    const references = readReferences(wanted);
    return deviceMapper.devices.flatMap((device) => {
      const ghost = findGhost(device, index);
      return ghost === null ? [] : [findingFor(ghost, references)];
    });
  },
});

interface Ghost {
  readonly device: DmDevice;
  readonly vg: VolumeGroup;
  readonly lvUuid: string;
  /** As the entry's name says, which is what another activation would collide with. */
  readonly vgName: string;
  readonly lvName: string;
  readonly volume: string;
  readonly vmid: number | null;
  /** The LV that has this name now, with another UUID. */
  readonly successor: LogicalVolume | null;
}

/** Identity is the UUID, and only a VG that was reported whole can prove an absence. */
function findGhost(device: DmDevice, index: LvmIndex): Ghost | null {
  const identity = identifyUuid(device.uuid);
  const name = splitDmName(device.name);
  // A layer in the name alone: LVM before 2.02.106 left it out of the UUID, so it is no volume.
  if (identity.kind !== 'lvm' || identity.layer !== '' || name === null || name.layer !== '') return null;
  const vg = index.vg(identity.vgUuid);
  if (vg === null || !index.isComplete(vg) || index.lv(identity.vgUuid, identity.lvUuid) !== null) return null;
  const { vgName, lvName } = name;
  const vmid = decodeGuestVolume(lvName)?.vmid ?? null;
  const successor = index.named(vgName, lvName);
  return { device, vg, lvUuid: identity.lvUuid, vgName, lvName, volume: `${vgName}/${lvName}`, vmid, successor };
}

function findingFor(ghost: Ghost, references: ConfiguredVolumes): Finding {
  const { device, vg, vmid } = ghost;
  const configured = (references?.(ghost.vgName, ghost.lvName) ?? []).filter((reference) => isHit(reference, ghost));
  const [hit] = configured;
  return {
    code: 'DM013',
    severity: hit ? 'critical' : 'warning',
    subject: { kind: 'device', id: device.name },
    title: hit
      ? `${device.name} is a ghost, and guest ${hit.vmid} refers to a volume of its name`
      : `${device.name} is a ghost: its volume is no longer in VG ${vg.vgName}`,
    evidence: [deviceEvidence(device), tableEvidence(device), ...metadataEvidence(ghost), ...configured.map(mention)],
    impact: `${nextActivation(ghost, hit)} The sectors it maps may belong to another volume by now, so writes through it can destroy that one.`,
    remedy: remedyFor(ghost),
    repairAction: vmid === null ? null : 'remove-device',
    certainty: 'certain',
    vmid: vmid ?? hit?.vmid ?? null,
  };
}

function nextActivation({ volume, successor }: Ghost, hit: Reference | undefined): string {
  const busy = 'on this node fails with "Device or resource busy"';
  if (hit !== undefined)
    return `The next activation of ${volume} ${busy}: guest ${hit.vmid} cannot start with it here.`;
  if (successor !== null) return `${volume} exists again with another UUID, and activating it ${busy}.`;
  return `Should a volume ${volume} be made again, its activation ${busy}.`;
}

/** A guest of another node may mean its own VG of the same name, unless the volume it names is in this one. */
const isHit = (reference: Reference, { successor }: Ghost): boolean =>
  reference.certainty === 'certain' && (reference.local || successor !== null);

function metadataEvidence({ vg, lvUuid, volume, successor }: Ghost): readonly Evidence[] {
  const absent = `VG ${vg.vgName} (${vg.vgUuid}) was read whole, ${counted(vg.lvCount, 'volume')}, none with LV UUID ${lvUuid}`;
  const again = successor && `${volume} is there with LV UUID ${successor.lvUuid}: it was made again`;
  return [absent, ...(again === null ? [] : [again])].map((fact) => ({ fact, source: SOURCE.lvm }));
}

const mention = (reference: Reference): Evidence => ({
  fact: `guest ${reference.vmid} on node ${reference.node}, ${reference.section}, ${reference.key}: ${reference.text}`,
  source: SOURCE.guests,
});

function remedyFor({ device, vmid }: Ghost): Remedy {
  const lvm = 'LVM cannot deactivate it, since the volume is gone from its metadata.';
  if (device.openCount === 0)
    return { text: `${lvm} Remove the entry itself.`, commands: [['dmsetup', 'remove', '--retry', device.name]] };
  const guest = vmid === null ? '' : ` (guest ${vmid}, if it runs here)`;
  return {
    text: `${lvm} The entry is open: stop what uses it${guest} at once, since it writes to sectors it no longer owns; then remove the entry.`,
    commands: [],
  };
}
