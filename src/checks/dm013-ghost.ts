import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { takesAway } from '../model/command/device-changes.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { counted, deviceEvidence, SOURCE, tableEvidence } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { Reference } from '../model/guests/guest-entries.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import type { LogicalVolume, VolumeGroup } from '../model/lvm/lvm.ts';
import { type LvmCoverage, notAsked } from '../model/lvm/lvm-coverage.ts';
import type { ReferenceIndex } from '../model/needs/references.ts';
import { knownOrNull } from '../model/reading.ts';

export const dm013 = defineCheck({
  code: 'DM013',
  title: 'ghost: entry of a volume that is no longer in LVM metadata',
  harms: { data: 'it is open', operation: 'it is closed' },
  needs: ['stack', 'entryCoverage'],
  wants: ['references', 'groups'],
  unjudged: ({ entryCoverage }) => notAsked(entryCoverage),
  examine: ({ stack, entryCoverage: coverage }, wanted) => {
    const [references, groups] = [knownOrNull(wanted.references), knownOrNull(wanted.groups)];
    return stack.devices.flatMap((device) => {
      const ghost = findGhost(device, coverage);
      if (ghost === null) return [];
      // The name that a configuration has is of another VG.
      const isForeign = (groups?.foreign(ghost.vg.vgUuid) ?? null) !== null;
      return [findingFor(ghost, isForeign ? null : references)];
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

/** Identity is the UUID, and only a report that covers the disks under the entry can prove an absence. */
function findGhost(device: DmDevice, coverage: LvmCoverage): Ghost | null {
  const identity = identifyUuid(device.uuid);
  const name = splitDmName(device.name);
  // A layer in the name alone: LVM before 2.02.106 left it out of the UUID, so it is no volume.
  if (identity.kind !== 'lvm' || identity.layer !== '' || name === null || name.layer !== '') return null;
  const state = coverage.stateOf(device);
  if (state?.is !== 'gone') return null;
  const { vg } = state;
  const { vgName, lvName } = name;
  const vmid = decodeGuestVolume(lvName)?.vmid ?? null;
  const successor = coverage.named(vgName, lvName);
  return { device, vg, lvUuid: identity.lvUuid, vgName, lvName, volume: `${vgName}/${lvName}`, vmid, successor };
}

function findingFor(ghost: Ghost, references: ReferenceIndex | null): Found {
  const { device, vg, vmid } = ghost;
  const configured = (references?.find(ghost.vgName, ghost.lvName) ?? []).filter((reference) =>
    isHit(reference, ghost),
  );
  const [hit] = configured;
  return {
    harm: device.openCount > 0 ? 'data' : 'operation',
    subject: { kind: 'device', id: device.name },
    title: hit
      ? `${device.name} is a ghost, and guest ${hit.vmid} refers to a volume of its name`
      : `${device.name} is a ghost: its volume is no longer in VG ${vg.vgName}`,
    headline: headlineFor(ghost, hit),
    evidence: [deviceEvidence(device), tableEvidence(device), ...metadataEvidence(ghost), ...configured.map(mention)],
    impact: `${nextActivation(ghost, hit)} The sectors it maps may belong to another volume by now: a write through it can destroy that volume’s data.`,
    remedy: remedyFor(ghost),
    repairAction: vmid === null ? null : 'remove-device',
    vmid: vmid ?? hit?.vmid ?? null,
  };
}

function headlineFor({ lvName, successor }: Ghost, hit: Reference | undefined): string {
  const old = successor === null ? 'is gone' : 'was recreated';
  if (hit !== undefined) return `cannot start here: ${lvName} ${old}, and this node still maps the old one`;
  return `left a dead entry: a new disk ${lvName} cannot be activated here`;
}

function nextActivation({ volume, successor }: Ghost, hit: Reference | undefined): string {
  const busy = 'on this node fails with "Device or resource busy"';
  if (hit !== undefined) return `Activating ${volume} ${busy}: guest ${hit.vmid} cannot start here.`;
  if (successor !== null) return `${volume} exists again with another UUID, and activating it ${busy}.`;
  return `When PVE creates ${volume} again, activating it ${busy}.`;
}

/** A guest of another node may mean its own VG of the same name, unless the volume it names is in this one. */
const isHit = (reference: Reference, { successor }: Ghost): boolean =>
  reference.certainty === 'certain' && (reference.local || successor !== null);

function metadataEvidence({ vg, lvUuid, volume, successor }: Ghost): readonly Evidence[] {
  const absent = `VG ${vg.vgName} (${vg.vgUuid}) was read whole, ${counted(vg.lvCount, 'volume')}, none with LV UUID ${lvUuid}`;
  const again = successor && `${volume} exists with LV UUID ${successor.lvUuid}: it was recreated`;
  return [absent, ...(again === null ? [] : [again])].map((fact) => ({ fact, source: SOURCE.lvm }));
}

const mention = (reference: Reference): Evidence => ({
  fact: `guest ${reference.vmid} on node ${reference.node}, ${reference.section}, ${reference.key}: ${reference.text}`,
  source: SOURCE.guests,
});

function remedyFor({ device, vmid }: Ghost): Advice {
  const lvm = 'LVM cannot deactivate it, because the volume is gone from LVM metadata.';
  if (device.openCount === 0) return { text: `${lvm} Remove the entry.`, commands: [takesAway(device, null)] };
  const guest = vmid === null ? '' : ` (guest ${vmid}, if it runs here)`;
  return {
    text: `${lvm} The entry is open: stop what uses it${guest} now, because it writes to sectors that it no longer owns; then remove the entry.`,
  };
}
