import { indexDevices } from '../model/device-mapper/device-index.ts';
import { type DeviceMapper, type DmDevice, underlyingDevices } from '../model/device-mapper/device-mapper.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { isNamedAsPartition } from '../model/device-mapper/held-volumes.ts';
import type { Finding } from '../model/finding.ts';
import { type GroupStanding, groupStanding } from '../model/guests/group-standing.ts';
import { decodeDevice, type GuestDevice } from '../model/guests/guest-devices.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { type LogicalVolume, volumePath } from '../model/lvm/lvm.ts';
import { lvmCoverage } from '../model/lvm/lvm-coverage.ts';
import { oncePer } from '../model/once-per.ts';
import type { Snapshot } from '../model/snapshot.ts';

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
  const foreign = standingOf(sections)?.foreign(identity.vgUuid) ?? null;
  if (foreign !== null) return nothing(foreign.because);
  const coverage = lvmCoverage(reading.value, lvm.reading.value);
  const state = coverage.stateOf(device);
  if (state?.is === 'in-metadata') {
    const { vgName, lvName } = state.lv;
    // The command names the VG, and LVM takes none of two.
    if (lvm.reading.value.vgs.filter((vg) => vg.vgName === vgName).length > 1)
      return nothing(`more than one VG is called ${vgName}`);
    if (coverage.index.named(vgName, lvName) !== state.lv)
      return nothing(`${vgName}/${lvName} names more than one volume`);
    return volumeEntry(entry, state.lv);
  }
  if (state?.is === 'gone') return { is: 'entry', entry, lv: null, ghost: true };
  return nothing(state?.because ?? 'no VG of LVM owns it');
}

/** LVM's commands and PVE's storages know a VG by its name, which another VG may have. */
const standingOf = oncePer((sections: Snapshot['sections']): GroupStanding | null => {
  const { deviceMapper, lvm, storage, guests, cluster, blockDevices } = sections;
  if (deviceMapper.reading.state !== 'known' || lvm.reading.state !== 'known') return null;
  if (storage.reading.state !== 'known' || guests.reading.state !== 'known' || cluster.reading.state !== 'known')
    return null;
  return groupStanding({
    deviceMapper: deviceMapper.reading.value,
    lvm: lvm.reading.value,
    storage: storage.reading.value,
    guests: guests.reading.value,
    blockDevices: blockDevices.reading.state === 'known' ? blockDevices.reading.value : null,
    localNode: cluster.reading.value.nodeName,
  });
});

/**
 * Why an entry with this UUID cannot be one without a volume: its volume is in metadata, or nobody knows; null when no
 * volume is behind it for certain.
 */
export function whyMayHaveVolume(device: Pick<DmDevice, 'uuid' | 'table'>, { sections }: Snapshot): string | null {
  if (identifyUuid(device.uuid).kind !== 'lvm') return null;
  const { deviceMapper, lvm } = sections;
  if (deviceMapper.reading.state !== 'known') return 'device-mapper was not read';
  if (lvm.reading.state !== 'known') return 'LVM metadata was not read';
  const state = lvmCoverage(deviceMapper.reading.value, lvm.reading.value).stateOf(device);
  if (state?.is === 'in-metadata') return `${volumePath(state.lv)} in metadata has its UUID: activate that instead`;
  return state?.is === 'unknown' ? state.because : null;
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
