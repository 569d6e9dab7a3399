import type { LvmDmName } from '../device-mapper/dm-name.ts';
import { hyphenated } from '../device-mapper/dm-uuid.ts';
import { listed } from '../evidence.ts';
import type { Storage } from '../guests/pve.ts';
import { type LogicalVolume, volumePath } from '../lvm/lvm.ts';
import type { RefreshedName } from '../lvm/refresh.ts';
import type { Reading } from '../reading.ts';
import { NO_WAITING } from '../repair/mutation.ts';
import type { Changes, Condition } from './command.ts';

/**
 * LVM’s own `--select` leaves alone, with status 0, whatever does not match (lvmreport(7)): no moment lies between looking and
 * acting. Commands without it look first, and a moment remains.
 */

/** Looking reads every disk of LVM, so a dead one stops it before anything is changed. */
const LOOK_SECONDS = 10;
const CHANGE_SECONDS = 15;
/** Nothing is suspended while LVM takes an entry away, so it may be ended at any moment. */
const TAKE_AWAY_SECONDS = 25;

/** A report of LVM prints a line where something matches, and nothing else. */
const matches = (program: 'lvs' | 'pvs', field: string, select: string, name: string): Condition => ({
  pipe: [
    [program, '--noheadings', '-o', field, '--select', select, name],
    ['grep', '-q', '.'],
  ],
  limitSeconds: LOOK_SECONDS,
});

/** A volume group by its UUID: a guest’s own may be called like one of the node. */
export const deactivateGroup = (vgUuid: string): Changes => ({
  kind: 'changes',
  change: 'deactivate-group',
  does: `deactivates on this node the volumes of the VG with UUID ${hyphenated(vgUuid)}`,
  guard: 'nothing has the volume open; LVM leaves alone those that are',
  conditions: [],
  argv: ['vgchange', '-aln', ...NO_WAITING, '--select', `vg_uuid=${hyphenated(vgUuid)}`],
  limitSeconds: TAKE_AWAY_SECONDS,
  endedBy: 'KILL',
});

/** What `lvchange --refresh` would meet. `open too`: every sector that the entry maps was seen to stay by this metadata. */
export interface Refresh {
  readonly lv: LogicalVolume;
  /** The entry, and what it lies on. */
  readonly names: readonly RefreshedName[];
  readonly when: 'closed' | 'open too';
}

/** The entry has the name that it had, and no other one the name that it would get. */
const keepsName = ({ member, name }: RefreshedName): Condition => ({
  pipe: [
    [
      ...(['dmsetup', 'info', '-c', '--noheadings', '-o', 'name', '--select'] as const),
      `uuid="${member.uuid}" || name="${name}"`,
    ],
  ],
  prints: member.name,
  limitSeconds: null,
});

/**
 * LVM suspends a device whose new name is held by another one, fails to rename it, and leaves it suspended (libdm-deptree.c; seen with
 * 2.03.16). So the names are read again, and the volume by name and UUID: metadata may have given it another name since.
 */
export function refreshVolume({ lv, names, when }: Refresh): Changes {
  const path = volumePath(lv);
  const uuid = `lv_uuid=${hyphenated(lv.lvUuid)}`;
  const select = when === 'closed' ? `${uuid} && lv_device_open=0` : uuid;
  const changing = names.filter(({ member, name }) => name !== member.name).map(({ name }) => name);
  const free =
    changing.length === 0
      ? ''
      : `, ${listed(changing)} ${changing.length === 1 ? 'is' : 'are'} no name of another entry`;
  const state = when === 'closed' ? 'nothing has it open' : 'metadata has it where it was seen';
  return {
    kind: 'changes',
    change: 'refresh-volume',
    does: `loads the entry of ${path} anew from LVM metadata`,
    guard: `the LV of that name has UUID ${hyphenated(lv.lvUuid)}${free}, and ${state}`,
    conditions: [
      ...names.map(keepsName),
      when === 'closed' ? matches('lvs', 'lv_uuid', select, path) : liesThere(lv, select),
    ],
    argv: ['lvchange', '--refresh', ...NO_WAITING, '--select', select, path],
    limitSeconds: CHANGE_SECONDS,
    endedBy: 'TERM',
  };
}

/** Its segments as LVM prints them, one after the other: `0B 8388608B /dev/sda(3)`. */
function liesThere(lv: LogicalVolume, select: string): Condition {
  const fields = 'seg_start,seg_size,thin_id,devices';
  const segments = lv.segments.map(({ startBytes, sizeBytes, thinId, devices }) => [
    ...[`${startBytes}B`, `${sizeBytes}B`, ...(thinId === null ? [] : [String(thinId)])],
    ...(devices.length === 0 ? [] : [devices.map(({ name, firstExtent }) => `${name}(${firstExtent})`).join()]),
  ]);
  return {
    pipe: [['lvs', '--noheadings', '--units', 'b', '-o', fields, '--select', select, volumePath(lv)], ['xargs']],
    prints: segments.flat().join(' '),
    limitSeconds: LOOK_SECONDS,
  };
}

/**
 * Whether writing LVM metadata of a VG by hand meets nobody: Proxmox VE takes a lock over the cluster for a shared storage, and LVM
 * itself has none there. What two nodes write at once is lost for one of them.
 */
export const isOfThisNode = (vgName: string, storage: Reading<{ readonly storages: readonly Storage[] }>): boolean =>
  storage.state === 'known' &&
  storage.value.storages.every(({ shared, properties }) => !shared || properties['vgname'] !== vgName);

export const WRITTEN_ELSEWHERE =
  'No command is given: other nodes may write metadata of this VG, and LVM has no lock against them. Find out first that no task of any ' +
  'node makes, resizes or removes a volume in it, and keep it so meanwhile.';

export const switchOffAutoactivation = (vgName: string, volumes: readonly LogicalVolume[]): Changes => ({
  kind: 'changes',
  change: 'switch-off-autoactivation',
  does: `switches autoactivation off for ${volumes.length === 1 ? '1 volume' : `${volumes.length} volumes`} of ${vgName}`,
  guard: 'LVM still knows the volume by its UUID',
  conditions: [],
  argv: [
    ...(['lvchange', '--setautoactivation', 'n', ...NO_WAITING, '--select'] as const),
    volumes.map(({ lvUuid }) => `lv_uuid=${hyphenated(lvUuid)}`).join(' || '),
    vgName,
  ],
  limitSeconds: TAKE_AWAY_SECONDS,
  endedBy: 'TERM',
});

/** `bytes`: what it has now. The new size is a fixed one, so that a second run adds nothing. */
export function extendSnapshot(name: LvmDmName, lvUuid: string, bytes: number): Changes {
  const path = volumePath(name);
  const mebibytes = Math.ceil(bytes / 1024 ** 2) + 1024;
  return {
    kind: 'changes',
    change: 'extend-snapshot',
    does: `gives the snapshot ${path} 1 GiB more`,
    guard: `the LV of that name has UUID ${hyphenated(lvUuid)} and still has ${bytes} bytes`,
    conditions: [matches('lvs', 'lv_uuid', `lv_uuid=${hyphenated(lvUuid)} && lv_size=${bytes}b`, path)],
    argv: ['lvextend', ...NO_WAITING, '-L', `${mebibytes}m`, path],
    limitSeconds: CHANGE_SECONDS,
    endedBy: 'TERM',
  };
}

export function extendPoolMetadata(name: LvmDmName, lvUuid: string, bytes: number): Changes {
  const path = volumePath(name);
  const mebibytes = Math.ceil(bytes / 1024 ** 2);
  return {
    kind: 'changes',
    change: 'extend-pool-metadata',
    does: `gives the thin pool ${path} metadata of ${mebibytes} MiB`,
    guard: `the pool of that name has UUID ${hyphenated(lvUuid)}, and its metadata is smaller than that`,
    conditions: [matches('lvs', 'lv_uuid', `lv_uuid=${hyphenated(lvUuid)} && lv_metadata_size<${mebibytes}m`, path)],
    argv: ['lvextend', ...NO_WAITING, '--poolmetadatasize', `${mebibytes}m`, path],
    limitSeconds: CHANGE_SECONDS,
    endedBy: 'TERM',
  };
}

export interface GrownDevice {
  readonly pvName: string;
  readonly pvUuid: string;
  readonly deviceBytes: number;
}

/** Up only: a device that is smaller again by then is none of that size. */
export const resizePhysicalVolume = ({ pvName, pvUuid, deviceBytes }: GrownDevice): Changes => ({
  kind: 'changes',
  change: 'resize-physical-volume',
  does: `lets LVM use all of ${pvName}`,
  guard: `the physical volume on it has UUID ${hyphenated(pvUuid)}, and the device has ${deviceBytes} bytes`,
  conditions: [matches('pvs', 'pv_uuid', `pv_uuid=${hyphenated(pvUuid)} && dev_size=${deviceBytes}b`, pvName)],
  argv: ['pvresize', ...NO_WAITING, pvName],
  limitSeconds: CHANGE_SECONDS,
  endedBy: 'TERM',
});
