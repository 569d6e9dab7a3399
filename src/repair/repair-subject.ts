import type { SectionReadings } from '../model/derived.ts';
import { type DmDevice, underlyingDevices } from '../model/device-mapper/device-mapper.ts';
import type { DeviceStack } from '../model/device-mapper/device-stack.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { isNamedAsPartition, partitionMaps } from '../model/device-mapper/held-volumes.ts';
import type { Finding } from '../model/finding.ts';
import { decodeDevice, type GuestDevice } from '../model/guests/guest-devices.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { type LogicalVolume, lvDmUuid, volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';

/** What the gates of a repair need of a finding. */
export type RepairFinding = Pick<Finding, 'code' | 'repairAction' | 'certainty' | 'vmid'>;

/** What a device is to a repair, from what the snapshot knows. */
export type RepairSubject =
  | { readonly is: 'entry'; readonly entry: GuestDevice; readonly lv: LogicalVolume | null; readonly ghost: boolean }
  | { readonly is: 'partition-map'; readonly parent: GuestDevice }
  | { readonly is: 'nothing-of-ours'; readonly because: string };

/** The volume in metadata that an entry stands for. */
export const volumeOf = (subject: RepairSubject): LogicalVolume | null => (subject.is === 'entry' ? subject.lv : null);

/** The guest's volume that it is about: the entry, or what a partition map lies on. */
export const entryOf = (subject: RepairSubject): GuestDevice | null =>
  subject.is === 'entry' ? subject.entry : subject.is === 'partition-map' ? subject.parent : null;

/** The devices that the repair of a finding would change: its subject; of a volume that is held, its partition maps, the highest first. */
export function repairTargets(
  { subject, repairAction }: Pick<Finding, 'subject' | 'repairAction'>,
  sections: SectionReadings,
): readonly DmDevice[] {
  const stack = knownOrNull(sections.stack);
  const device = subject.kind === 'device' ? stack?.named(subject.id) : null;
  if (stack === null || !device) return [];
  if (repairAction !== 'remove-partition-map' || !stack.isEntry(device)) return [device];
  const held = knownOrNull(sections.heldVolumes)?.get(device);
  return held === undefined ? [] : partitionMaps(held.children);
}

export function repairSubject(device: DmDevice, finding: RepairFinding, sections: SectionReadings): RepairSubject {
  const { stack, lvm, coverage, groups } = sections;
  if (stack.state !== 'known') return nothing('device-mapper was not read');
  if (finding.repairAction === 'remove-partition-map') return partitionMap(device, stack.value);
  const identity = identifyUuid(device.uuid);
  const entry = decodeDevice(device);
  if (entry === null || (identity.kind !== 'hand-made' && identity.kind !== 'lvm'))
    return nothing(`${device.name} is no entry of a guest’s volume (${device.uuid === '' ? 'no UUID' : device.uuid})`);
  if (!stack.value.isEntry(device)) return nothing(`${device.name} lies on the guest’s volume itself`);
  if (identity.kind === 'hand-made') return { is: 'entry', entry, lv: null, ghost: false };
  if (lvm.state !== 'known' || coverage.state !== 'known') return nothing('LVM metadata was not read');
  // LVM's commands and PVE's storages know a VG by its name, which another VG may have.
  const foreign = knownOrNull(groups)?.foreign(identity.vgUuid) ?? null;
  if (foreign !== null) return nothing(foreign.because);
  const state = coverage.value.stateOf(device);
  if (state?.is === 'in-metadata') {
    const { vgName, lvName } = state.lv;
    // The command names the VG, and LVM takes none of two.
    if (lvm.value.vgs.filter((vg) => vg.vgName === vgName).length > 1)
      return nothing(`more than one VG is called ${vgName}`);
    if (coverage.value.named(vgName, lvName) !== state.lv)
      return nothing(`${vgName}/${lvName} names more than one volume`);
    return volumeEntry(entry, state.lv);
  }
  if (state?.is === 'gone') return { is: 'entry', entry, lv: null, ghost: true };
  return nothing(state?.because ?? 'no VG of LVM owns it');
}

/**
 * Why an entry with this UUID cannot be one without a volume: its volume is in metadata, or nobody knows; null when no
 * volume is behind it for certain.
 */
export function whyMayHaveVolume(
  device: Pick<DmDevice, 'uuid' | 'table'>,
  { stack, coverage }: SectionReadings,
): string | null {
  if (identifyUuid(device.uuid).kind !== 'lvm') return null;
  if (stack.state !== 'known') return 'device-mapper was not read';
  if (coverage.state !== 'known') return 'LVM metadata was not read';
  const state = coverage.value.stateOf(device);
  if (state?.is === 'in-metadata') return `${volumePath(state.lv)} in metadata has its UUID: activate that instead`;
  return state?.is === 'unknown' ? state.because : null;
}

const nothing = (because: string): RepairSubject => ({ is: 'nothing-of-ours', because });

function volumeEntry(entry: GuestDevice, lv: LogicalVolume): RepairSubject {
  if (lv.role.includes('private') || decodeGuestVolume(lv.lvName) === null)
    return nothing(`its volume is ${volumePath(lv)} now, which is no guest’s volume`);
  return { is: 'entry', entry, lv, ghost: false };
}

/** A partition of a guest's volume: by kpartx' UUID, or made by hand with its name; linear, straight on the volume. */
function partitionMap(device: DmDevice, stack: DeviceStack): RepairSubject {
  const [below, ...others] = underlyingDevices(device);
  const parent = below === undefined ? null : stack.entryAt(below);
  if (parent === null || others.length > 0) return nothing(`${device.name} does not lie on one guest’s volume`);
  const identity = identifyUuid(device.uuid);
  const isPartition =
    identity.kind === 'partition'
      ? identity.parentUuid === parent.device.uuid || parent.device.uuid === ''
      : identity.kind === 'hand-made' && isNamedAsPartition(device.name, parent.device.name);
  return isPartition ? { is: 'partition-map', parent } : nothing(`${device.name} is no partition map`);
}

/**
 * Whether a name that a person typed means this device: the entry's own name, its volume as `VG/LV` or `storage:volume`,
 * or the path of either below /dev. A partition map is meant by the volume that it lies on, too.
 */
export function meansDevice(name: string, device: DmDevice, sections: SectionReadings): boolean {
  const bare = name.replace(/^\/dev\/(?:mapper\/)?/, '');
  const wanted = [bare, ...volumesOfStorage(name, sections)];
  return namesOf(device, sections).some((own) => wanted.includes(own));
}

function namesOf(device: DmDevice, sections: SectionReadings): readonly string[] {
  const entry = decodeDevice(device);
  const stack = knownOrNull(sections.stack);
  const parents = entry === null ? underlyingDevices(device).flatMap((number) => stack?.entryAt(number) ?? []) : [];
  return [
    device.name,
    ...(entry === null ? [] : [volumePath(entry)]),
    ...parents.flatMap((parent) => [parent.device.name, volumePath(parent)]),
    ...nowCalled([device.uuid, ...parents.map((parent) => parent.device.uuid)], sections),
  ];
}

/** What LVM metadata calls the volumes with these UUIDs now; an entry keeps the name that it was made with. */
function nowCalled(uuids: readonly string[], { lvm }: SectionReadings): readonly string[] {
  const lvs = knownOrNull(lvm)?.lvs ?? [];
  return lvs.filter((lv) => uuids.includes(lvDmUuid(lv))).map(volumePath);
}

/** `storage:volume` as `VG/LV`; none where the storage is unknown or has no VG. */
function volumesOfStorage(name: string, { storage }: SectionReadings): readonly string[] {
  const [, storeid = '', volname = ''] = /^([^:/]+):(.+)$/.exec(name) ?? [];
  const storages = knownOrNull(storage)?.storages ?? [];
  const vgName = storages.find((known) => known.storeid === storeid)?.properties['vgname'];
  return vgName === undefined || volname === '' ? [] : [`${vgName}/${volname}`];
}
