import { indexDevices } from '../device-mapper/device-index.ts';
import { type DeviceMapper, type DmDevice, underlyingDevices } from '../device-mapper/device-mapper.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { isNamedAsPartition } from '../device-mapper/held-volumes.ts';
import type { Finding } from '../finding.ts';
import { decodeDevice, type GuestDevice } from '../guests/guest-devices.ts';
import { decodeGuestVolume } from '../guests/guest-volume.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';
import { indexLvm } from '../lvm/lvm-index.ts';
import type { Snapshot } from '../snapshot.ts';

/** What the gates of a repair need of a finding. */
export type RepairFinding = Pick<Finding, 'code' | 'repairAction' | 'certainty' | 'vmid'>;

/** What a device is to a repair, from what the snapshot knows. */
export type RepairSubject =
  | { readonly is: 'entry'; readonly entry: GuestDevice; readonly lv: LogicalVolume | null; readonly ghost: boolean }
  | { readonly is: 'partition-map'; readonly parent: GuestDevice }
  | { readonly is: 'nothing-of-ours'; readonly because: string };

export function repairSubject(device: DmDevice, finding: RepairFinding, { sections }: Snapshot): RepairSubject {
  const { reading } = sections.deviceMapper;
  if (reading.state !== 'known') return nothing('device-mapper was not read');
  if (finding.repairAction === 'remove-partition-map') return partitionMap(device, reading.value);
  const identity = identifyUuid(device.uuid);
  const entry = decodeDevice(device);
  if (entry === null || (identity.kind !== 'hand-made' && identity.kind !== 'lvm'))
    return nothing(`${device.name} is no entry of a guest’s volume (${device.uuid === '' ? 'no UUID' : device.uuid})`);
  if (!indexDevices(reading.value).isGuestEntry(device))
    return nothing(`${device.name} lies on the guest’s volume itself`);
  if (identity.kind === 'hand-made') return { is: 'entry', entry, lv: null, ghost: false };
  const { lvm } = sections;
  if (lvm.reading.state !== 'known') return nothing('LVM metadata was not read');
  const index = indexLvm(lvm.reading.value);
  const vg = index.vg(identity.vgUuid);
  if (vg === null) return nothing(`LVM does not report the VG that its UUID names (${identity.vgUuid})`);
  const lv = index.lv(identity.vgUuid, identity.lvUuid);
  if (lv !== null && index.named(lv.vgName, lv.lvName) !== lv)
    return nothing(`${lv.vgName}/${lv.lvName} names more than one volume`);
  if (lv !== null) return volumeEntry(entry, lv);
  return index.isComplete(vg)
    ? { is: 'entry', entry, lv: null, ghost: true }
    : nothing(`VG ${vg.vgName} was not reported whole, so the volume may be in its metadata`);
}

/**
 * Why an entry with this UUID cannot be one without a volume: its volume is in metadata, or nobody knows; null when no
 * volume is behind it for certain.
 */
export function whyMayHaveVolume(uuid: string, { sections }: Snapshot): string | null {
  const identity = identifyUuid(uuid);
  if (identity.kind !== 'lvm') return null;
  const { reading } = sections.lvm;
  if (reading.state !== 'known') return 'LVM metadata was not read';
  const index = indexLvm(reading.value);
  const vg = index.vg(identity.vgUuid);
  if (vg === null) return `LVM does not report the VG that its UUID names (${identity.vgUuid})`;
  const lv = index.lv(identity.vgUuid, identity.lvUuid);
  if (lv !== null) return `${lv.vgName}/${lv.lvName} in metadata has its UUID: activate that instead`;
  return index.isComplete(vg) ? null : `VG ${vg.vgName} was not reported whole`;
}

const nothing = (because: string): RepairSubject => ({ is: 'nothing-of-ours', because });

function volumeEntry(entry: GuestDevice, lv: LogicalVolume): RepairSubject {
  if (lv.role.includes('private') || decodeGuestVolume(lv.lvName) === null)
    return nothing(`its volume is ${lv.vgName}/${lv.lvName} now, which is no guest’s volume`);
  return { is: 'entry', entry, lv, ghost: false };
}

/** A partition of a guest's volume: by kpartx' UUID, or made by hand with its name; linear, straight on the volume. */
function partitionMap(device: DmDevice, deviceMapper: DeviceMapper): RepairSubject {
  const [below, ...others] = underlyingDevices(device);
  const parent = below === undefined ? null : indexDevices(deviceMapper).guestEntryAt(below);
  if (parent === null || others.length > 0) return nothing(`${device.name} does not lie on one guest’s volume`);
  const identity = identifyUuid(device.uuid);
  const isPartition =
    identity.kind === 'partition'
      ? identity.parentUuid === parent.device.uuid || parent.device.uuid === ''
      : identity.kind === 'hand-made' && isNamedAsPartition(device.name, parent.device.name);
  return isPartition ? { is: 'partition-map', parent } : nothing(`${device.name} is no partition map`);
}
