import type { DmDevice } from '../device-mapper/device-mapper.ts';
import { hyphenated, identifyUuid } from '../device-mapper/dm-uuid.ts';
import { describeTarget } from '../evidence.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';
import type { DeviceIdentity } from './plan.ts';

/**
 * Every command that changes a node, whole: nothing else can be expressed, and every argument has a type. Never among
 * them: --force, --deferred, lvremove, a shell.
 */
export type Mutation =
  | VolumeChange<'deactivate-volume'>
  | VolumeChange<'activate-volume'>
  /** By UUID where there is one, so that a newcomer of the same name is never hit. */
  | { readonly does: 'remove-device'; readonly uuid: string }
  /** Where there is none, its number tells it from a newcomer. */
  | { readonly does: 'remove-device'; readonly handMadeName: string; readonly minor: number }
  | {
      readonly does: 'create-device';
      readonly name: string;
      readonly uuid: string;
      readonly readOnly: boolean;
      /** Lines as `dmsetup table` prints them; given to dmsetup on its standard input. */
      readonly table: readonly string[];
    };

interface VolumeChange<Does> {
  readonly does: Does;
  readonly vgName: string;
  readonly lvName: string;
  /** The dm UUID that the volume has when it is active: another volume of the same name is left alone. */
  readonly dmUuid: string;
}

/**
 * What takes a device away: its volume is deactivated where it has one in LVM metadata, and only else the device removed.
 * Whoever prints a command for it and whoever runs it ask here.
 */
export function takeAway(
  { name, uuid, minor }: Pick<DmDevice, 'name' | 'uuid' | 'minor'>,
  lv: Pick<LogicalVolume, 'vgName' | 'lvName'> | null,
): Mutation {
  if (lv !== null) return { does: 'deactivate-volume', vgName: lv.vgName, lvName: lv.lvName, dmUuid: uuid };
  return uuid === '' ? { does: 'remove-device', handMadeName: name, minor } : { does: 'remove-device', uuid };
}

/** What puts a removed device back: the same name, UUID and table, read-only or not. */
export const putBack = ({ name, uuid, readOnly, table }: Omit<DeviceIdentity, 'major' | 'minor'>): Mutation => ({
  ...{ does: 'create-device', name, uuid, readOnly },
  table: table.map(describeTarget),
});

/**
 * Why a device that was removed could not be put back from what is recorded of it; null when it can. The gate asks here, so that plan and
 * summary need not, and so do `undo` and history.
 */
export const putBackComplaint = (device: Omit<DeviceIdentity, 'major' | 'minor'>): string | null =>
  mutationComplaint(putBack(device));

/** Why a device must not be taken away, or could not be put back from what is recorded of it; null when nothing is against it. */
export const takeAwayComplaint = (
  device: DmDevice,
  lv: Pick<LogicalVolume, 'vgName' | 'lvName'> | null,
): string | null => mutationComplaint(takeAway(device, lv)) ?? (lv === null ? putBackComplaint(device) : null);

/**
 * LVM would wait for its lock of a VG without limit, and act when nobody looks any more. So it fails at once, with status 5
 * (lvm2 lib/locking/locking.c, lock_vol; lib/misc/lvm-flock.c; seen with 2.03.16).
 */
export const NO_WAITING = ['--config', 'global/wait_for_locks=0'] as const;

/**
 * The argument vector that runs. `-l`: on this node only; `-K`: a snapshot's activation-skip flag does not count, since
 * it was active before. `--retry`: udev may have the device open for a moment (25 times 200 ms, lvm2 libdm-targets.h).
 * `--select`: lvchange and dmsetup leave alone, with status 0, what has the name but not the rest (lvmreport(7); tried
 * with LVM 2.03.11, 2.03.16 and 2.03.31). A name beside `--uuid` would win over it, so that goes alone.
 */
export function mutationArgv(mutation: Mutation): readonly [string, ...string[]] {
  switch (mutation.does) {
    case 'deactivate-volume':
      return ['lvchange', '-aln', ...NO_WAITING, ...selectedVolume(mutation)];
    case 'activate-volume':
      return ['lvchange', '-aly', '-K', ...NO_WAITING, ...selectedVolume(mutation)];
    case 'remove-device':
      return 'uuid' in mutation
        ? ['dmsetup', 'remove', '--retry', '--uuid', mutation.uuid]
        : [
            'dmsetup',
            'remove',
            '--retry',
            '--select',
            `uuid="" && minor=${mutation.minor}`,
            '--',
            mutation.handMadeName,
          ];
    case 'create-device': {
      const uuid = mutation.uuid === '' ? [] : ['--uuid', mutation.uuid];
      return ['dmsetup', 'create', ...(mutation.readOnly ? ['--readonly'] : []), ...uuid, '--', mutation.name];
    }
  }
}

/** A volume by its name, if it still has this UUID. */
export const selectedVolume = ({ vgName, lvName, dmUuid }: Omit<VolumeChange<string>, 'does'>): readonly string[] => [
  ...['--select', `lv_uuid=${hyphenated(dmUuid.slice(36, 68))}`, `${vgName}/${lvName}`],
];

/** Why a mutation must not run because of what it is made of; null when nothing is wrong with it. */
export function mutationComplaint(mutation: Mutation): string | null {
  switch (mutation.does) {
    case 'deactivate-volume':
    case 'activate-volume':
      return (
        [mutation.vgName, mutation.lvName].map(lvmNameComplaint).find((complaint) => complaint !== null) ??
        (identifyUuid(mutation.dmUuid).kind === 'lvm' ? null : `${JSON.stringify(mutation.dmUuid)} is no volume’s UUID`)
      );
    case 'remove-device':
      return 'uuid' in mutation ? uuidComplaint(mutation.uuid) : dmNameComplaint(mutation.handMadeName);
    case 'create-device':
      return (
        dmNameComplaint(mutation.name) ??
        (mutation.uuid === '' ? null : uuidComplaint(mutation.uuid)) ??
        (mutation.table.length === 0 ? 'there is no table' : null) ??
        mutation.table.map(tableLineComplaint).find((complaint) => complaint !== null) ??
        null
      );
  }
}

/** lvm2 lib/misc/lvm-string.c _validate_name. */
const lvmNameComplaint = (name: string): string | null =>
  /^(?!\.\.?$)[A-Za-z0-9._+][A-Za-z0-9._+-]{0,126}$/.test(name) ? null : `${JSON.stringify(name)} is no LVM name`;

/** The characters that libdm does not rewrite (libdm-common.c, name mangling); a name is at most 127 long. */
const dmNameComplaint = (name: string): string | null =>
  /^(?!\.\.?$)[0-9A-Za-z#+.:=@_][0-9A-Za-z#+.:=@_-]{0,126}$/.test(name)
    ? null
    : `${JSON.stringify(name)} begins with - or holds characters that dmsetup rewrites`;

const uuidComplaint = (uuid: string): string | null =>
  /^[0-9A-Za-z#!+.:=@_][0-9A-Za-z#!+.:=@_-]{0,127}$/.test(uuid) ? null : `${JSON.stringify(uuid)} is no UUID of ours`;

/** Only targets that map sectors one to one or fail them; their arguments are numbers and device numbers. */
export const RECREATABLE = ['linear', 'striped', 'thin', 'error', 'zero'] as const;

const TABLE_LINE = new RegExp(`^\\d+ \\d+ (?:${RECREATABLE.join('|')})(?: \\d+(?::\\d+)?)*$`);

const tableLineComplaint = (line: string): string | null =>
  TABLE_LINE.test(line) ? null : `${JSON.stringify(line)} is no table line that can be put back`;
