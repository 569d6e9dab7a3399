import { splitDmName } from './dm-name.ts';

/** What a path below /dev stands for, by its form alone: nothing is looked up. */
export type DevicePath =
  /** `/dev/VG/LV`, `/dev/mapper/…`, `/dev/disk/by-id/dm-name-…`. A partition's path names its volume as well. */
  | { readonly kind: 'volume'; readonly vgName: string; readonly lvNames: readonly string[] }
  /** `/dev/disk/by-id/dm-uuid-LVM-…`: the 64 characters of VG and LV. */
  | { readonly kind: 'uuid'; readonly uuid: string }
  /** `/dev/dm-N`. */
  | { readonly kind: 'minor'; readonly minor: number }
  /** `/dev/block/MAJOR:MINOR`. */
  | { readonly kind: 'number'; readonly major: number; readonly minor: number };

const LVM_UUID = /LVM-([0-9a-zA-Z!#]{64})/;

/** The volume of a dm UUID, `LVM-` + 64 characters [+ `-layer`], also within a partition's; else the text itself. */
export const volumeUuid = (uuid: string): string => LVM_UUID.exec(uuid)?.[1] ?? uuid;

/** kpartx and udev: `…disk-0p1`, `…disk-0-part1`. */
const PARTITION = /(\d)(?:p|-part)\d{1,3}$/;

const volume = (vgName: string, lvName: string): DevicePath => {
  const whole = lvName.replace(PARTITION, '$1');
  return { kind: 'volume', vgName, lvNames: whole === lvName ? [lvName] : [lvName, whole] };
};

/** udev and /dev/mapper write characters outside LVM's set as `\xNN` (lvm2 libdm/libdm-common.c mangle_string). */
const unmangle = (name: string): string =>
  name.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function ofDmName(name: string): DevicePath | null {
  const decoded = splitDmName(unmangle(name));
  return decoded && volume(decoded.vgName, decoded.lvName);
}

function ofLink(name: string): DevicePath | null {
  if (name.startsWith('dm-name-')) return ofDmName(name.slice('dm-name-'.length));
  const uuid = name.startsWith('dm-uuid-') ? LVM_UUID.exec(name)?.[1] : undefined;
  return uuid === undefined ? null : { kind: 'uuid', uuid };
}

const LONGEST = 4096;

/** Without `.`, `..` and doubled slashes. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export const isDevicePath = (path: string): boolean =>
  path.startsWith('/') && path.length <= LONGEST && normalPath(path).startsWith('/dev/');

/**
 * Devices that are no logical volume whatever node they are on, and whether they are there or not: disks and others by the
 * names that their drivers give them, and all that is no block device. What is not here may be one.
 */
const OTHERS = new RegExp(
  `^/dev/(?:${[
    '(?:sd|hd|vd|xvd)[a-z]+\\d*|(?:nvme|mmcblk|pmem|sr|st|nst|sg|loop|md|nbd|rbd|zd|fd|ram|zram)\\d[\\w-]*',
    'cdrom|dvd|md/.*|zvol/.*|rbd/.*|rbd-pve/.*|fd/.*',
    'null|zero|full|u?random|hwrng|kvm|fuse|kmsg|console|ptmx|net/tun|vhost-\\w+|nvidia[\\w-]*|kfd|rtc\\d*|watchdog\\d*',
    '(?:tty|hidraw|video|media|lirc|i2c-|dvb|apex_|parport|accel|renderD|vcs|ipmi|tpm)\\w*',
    '(?:bus|char|cpu|dri|dvb|input|net|serial|snd|vfio|usb|pts|shm|mqueue|hugepages|accel|infiniband|nvidia-caps)(?:/.*)?',
  ].join('|')})$`,
);

export const isOtherDevice = (path: string): boolean => OTHERS.test(normalPath(path));

export function parseDevicePath(path: string): DevicePath | null {
  if (!path.startsWith('/') || path.length > LONGEST) return null;
  const [root, first = '', second = '', third = '', ...more] = normalPath(path).slice(1).split('/');
  if (root !== 'dev' || first === '' || more.length > 0) return null;
  if (first === 'disk') return second === 'by-id' && third !== '' ? ofLink(third) : null;
  if (third !== '') return null;
  const minor = second === '' ? /^dm-(\d{1,9})$/.exec(first)?.[1] : undefined;
  if (minor !== undefined) return { kind: 'minor', minor: Number(minor) };
  if (second === '') return null;
  if (first === 'mapper') return ofDmName(second);
  if (first !== 'block') return volume(first, second);
  const [, majorText, minorText] = /^(\d{1,9}):(\d{1,9})$/.exec(second) ?? [];
  return majorText === undefined ? null : { kind: 'number', major: Number(majorText), minor: Number(minorText) };
}
