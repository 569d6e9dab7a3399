import { nameRules, redactText } from './free-text.ts';
import {
  plainWords,
  redactDmUuid,
  redactLvName,
  redactMangledName,
  redactName,
  redactStorageId,
  redactVgName,
} from './names.ts';
import type { TokenBook } from './token-book.ts';
import { isDeviceDirectory, isKernelDevice, LINK_PREFIX, ROOT_DIRECTORY, SYSTEM, VOLUME } from './words.ts';

/** The rest of a path, already split at slashes. */
type Rest = (book: TokenBook, parts: readonly string[]) => readonly string[];

const each =
  (redact: (book: TokenBook, part: string) => string): Rest =>
  (book, parts) =>
    parts.map((part) => redact(book, part));

const system = each((book, part) => redactName(book, part, 'name', SYSTEM));
/** `images` is what Proxmox VE calls the directory of disks on every storage. */
const directories = each((book, part) => redactName(book, part, 'dir', (word) => word === 'images'));

const then =
  (first: (book: TokenBook, part: string) => string, rest: Rest): Rest =>
  (book, [part, ...others]) =>
    part === undefined ? [] : [first(book, part), ...rest(book, others)];

/** `scsi-3600…`, `dm-uuid-LVM-…`, `lvm-pv-uuid-…`, `ata-MODEL_SERIAL-part1`. */
function redactDiskLink(book: TokenBook, name: string): string {
  const [, prefix = '', rest = ''] = /^(dm-name-|dm-uuid-|lvm-pv-uuid-|)(.*)$/s.exec(name) ?? [];
  if (prefix === 'dm-name-') return `${prefix}${redactMangledName(book, rest)}`;
  if (prefix === 'dm-uuid-') return `${prefix}${redactDmUuid(book, rest)}`;
  if (prefix === 'lvm-pv-uuid-') return `${prefix}${book.uuid(rest)}`;
  const numbers = rest.replace(/\d{6,}/g, (digits) => book.serial(digits));
  // What became of a serial number has zeros in front.
  return redactName(book, numbers, 'name', (word) => LINK_PREFIX(word) || /^(?:part\d+|0{3}\d+)$/.test(word));
}

/** A lock's directory: `storage-<storeid>`, `file-storage_cfg`; a lock's file: `pve-storage-<storeid>`. */
function redactLock(book: TokenBook, name: string): string {
  const [, prefix, storeid = ''] = /^((?:pve-)?storage-)(.+)$/s.exec(name) ?? [];
  return prefix === undefined ? redactName(book, name, 'name', SYSTEM) : `${prefix}${redactStorageId(book, storeid)}`;
}

const VOLUME_GROUP: Rest = then(redactVgName, each(redactLvName));

const isDeviceWord = (word: string): boolean =>
  VOLUME(word) || isKernelDevice(word) || /^c\d+d\d+(?:p\d+)?$/.test(word);

/** What stands below a directory of /dev; null where it is none that udev makes. */
function deviceDirectory(name: string): Rest | null {
  if (name === 'mapper') return each(redactMangledName);
  if (name === 'disk') return then((book, part) => plainWords(book, part, 'name', SYSTEM), each(redactDiskLink));
  if (/^(?:zvol|rbd|rbd-pve|drbd|md|cciss)$/.test(name))
    return each((book, part) => redactName(book, part, 'name', isDeviceWord));
  return isDeviceDirectory(name) ? system : null;
}

const deviceNode: Rest = (book, parts) => {
  const [first = '', ...rest] = parts;
  const directory = deviceDirectory(first);
  if (directory !== null) return [first, ...directory(book, rest)];
  // Alone it is a device, or the directory of a VG, which is called as no device is.
  const isDevice = rest.length === 0 && (isKernelDevice(first) || /^dm-\d+$/.test(first) || SYSTEM(first));
  return isDevice ? [first] : VOLUME_GROUP(book, parts);
};

/** What the kernel counts itself, and its own names of attributes. */
const SYSFS_PART =
  /^(?:session|connection|nvme|iscsi|targetname|state|persistent|address|port|\d+)$|^(?:session|nvme)\d+$|^connection\d+$/;

/** Below a resource of DRBD 9: the peers are nodes. */
const drbdPart = each((book, part) =>
  redactName(book, part, 'name', (word) => /^(?:connections|volumes|proc|drbd|receiver|pid|\d+)$/.test(word)),
);

const drbdResource: Rest = (book, [resource, kind, peer, ...rest]) => [
  ...(resource === undefined ? [] : [redactName(book, resource, 'name', isDeviceWord)]),
  ...(kind === undefined ? [] : drbdPart(book, [kind])),
  // A volume has its number there.
  ...(peer === undefined ? [] : kind === 'volumes' ? drbdPart(book, [peer]) : [redactName(book, peer, 'node')]),
  ...drbdPart(book, rest),
];

/** The UUID of a file system, in the form of one: `features` beside them is none. */
export const redactBtrfs = (book: TokenBook, name: string): string =>
  /^[0-9a-f]{8}-(?!0000-0000-0000-)/.test(name)
    ? book.other('uuid of btrfs', name, (count) => `00000000-0000-0000-0000-${`${count}`.padStart(12, '0')}`)
    : name;

const RULES: readonly (readonly [RegExp, Rest])[] = [
  [/^\/dev\//, deviceNode],
  [/^\/etc\/pve\/nodes\//, then((book, part) => redactName(book, part, 'node'), system)],
  [/^\/etc\/pve\/priv\/lock\//, each(redactLock)],
  [/^\/(?:var|run)\/lock\/pve-manager\//, each(redactLock)],
  [/^\/mnt\/pve\//, then(redactStorageId, directories)],
  [/^\/sys\/kernel\/config\/target\/core\/[a-z]+_\d+\//, then((book, part) => redactName(book, part, 'dir'), system)],
  [/^\/etc\/iscsi\/nodes\//, directories],
  [
    /^\/sys\/class\/(?=iscsi_session|iscsi_connection|nvme)/,
    each((book, part) => redactName(book, part, 'name', (word) => SYSFS_PART.test(word) || SYSTEM(word))),
  ],
  [
    /^\/sys\/block\/(?=[^/]+\/device\/)/,
    each((book, part) =>
      redactName(
        book,
        part,
        'name',
        (word) => /^(?:vendor|model|wwid|state|ioerr|iotmo|cnt)$/.test(word) || SYSTEM(word),
      ),
    ),
  ],
  [/^\/sys\/kernel\/debug\/drbd\/resources\//, drbdResource],
  [/^\/sys\/kernel\/debug\/drbd(?:\/minors\/|$)/, drbdPart],
  [/^\/sys\/fs\/btrfs\//, then(redactBtrfs, system)],
  [/^\/proc\/spl\/kstat\/zfs\//, then((book, part) => redactText(book, part, nameRules('name')), system)],
  [/^\/proc\/spl\/kstat\/zfs$|^\/etc\/iscsi\/nodes$|^\/var\/lib\/pve-doctor\/trend\.txt$/, (_, parts) => parts],
  [/^\/etc\/systemd\/system\/|^\/run\/systemd\/system\//, each((book, part) => redactUnitName(book, part))],
  [/^\/(?:bin|boot|etc|lib|lib32|lib64|proc|run|sbin|sys|usr|var)\//, system],
];

/** systemd escapes the path of a mount in the unit's name (systemd.unit(5)): `mnt-pve-nas\x2d1.mount`. */
function redactUnitName(book: TokenBook, name: string): string {
  const [, unit, type = ''] = /^(.*)(\.(?:(?:auto)?mount|swap))$/s.exec(name) ?? [];
  if (unit === undefined) return redactName(book, name, 'name', SYSTEM);
  const path = redactPath(book, `/${unit.replaceAll('-', '/').replaceAll('\\x2d', '-')}`);
  return `${path.slice(1).replaceAll('-', '\\x2d').replaceAll('/', '-')}${type}`;
}

/**
 * A path, part by part: what follows from the parts before it is the same wherever the path goes on, so a directory's
 * names can be redacted one by one.
 */
export function redactPath(book: TokenBook, path: string): string {
  const container = /^(\/proc\/\d+\/root)(\/.*)$/s.exec(path);
  if (container) return `${container[1]}${redactPath(book, container[2] ?? '')}`;
  for (const [pattern, rest] of RULES) {
    const start = pattern.exec(path)?.[0];
    if (start !== undefined) return `${start}${rest(book, path.slice(start.length).split('/')).join('/')}`;
  }
  const [, slashes = '', first = '', others] = /^(\/*)([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  const root = ROOT_DIRECTORY(first) || (slashes === '' && SYSTEM(first)) ? first : redactName(book, first, 'dir');
  if (others === undefined) return `${slashes}${root}`;
  const parts = others.split('/');
  const isPve = slashes === '/' && first === 'mnt' && parts[0] === 'pve';
  return [`${slashes}${root}`, ...(isPve ? parts : directories(book, parts))].join('/');
}

/** The target of a symbolic link at `path`; a relative one is redacted as the path that it leads to. */
export function redactLink(book: TokenBook, path: string, target: string): string {
  if (target.startsWith('/')) return redactPath(book, target);
  if (path.startsWith('/sys/') && !path.startsWith('/sys/kernel/debug/drbd/')) return redactDevicePath(book, target);
  const directory = path.split('/').slice(0, -1);
  const parts = target.split('/');
  const up = parts.findIndex((part) => part !== '..');
  const climbs = up < 0 ? parts.length : up;
  const from = directory.slice(0, Math.max(1, directory.length - climbs));
  const whole = redactPath(book, [...from, ...parts.slice(climbs)].join('/')).split('/');
  return [...parts.slice(0, climbs), ...whole.slice(from.length)].join('/');
}

const SCSI_WAY = /^(?:session\d+|\d+:\d+:\d+:\d+)$/;

/**
 * `../../devices/pci0000:00/…/block/sda/sda1`: where a disk is plugged in says what it is, so only whether it is virtual,
 * the disk and the partition are kept, and of SCSI the session and the address, which are counted by the kernel.
 */
function redactDevicePath(book: TokenBook, target: string): string {
  const at = target.lastIndexOf('/block/');
  const names = (text: string) => redactName(book, text, 'name', SYSTEM);
  const [start] = /^(?:\.\.\/)*devices\//.exec(target) ?? [];
  const parts = (text: string) => text.split('/').map(names).join('/');
  if (at < 0 || start === undefined) return parts(target);
  const way = target
    .slice(0, at)
    .split('/')
    .filter((part) => SCSI_WAY.test(part))
    .map((part) => `/${part}`)
    .join('');
  return `${start}${target.includes('/devices/virtual/') ? 'virtual' : ''}${way}${parts(target.slice(at))}`.replace(
    '//',
    '/',
  );
}
