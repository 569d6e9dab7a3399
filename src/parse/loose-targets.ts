import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import type { VolumeMention } from '../model/guests/pve.ts';
import { imagePathsIn } from '../model/volumes/volume-names.ts';
import { decodePercent, trimBlanks } from './perl-text.ts';

/** Volumes and devices in text that PVE does not read as such: dropped lines, comments, `args`, `lxc.*` values. */

export type Target = VolumeMention['target'];

/** pve-storage src/PVE/Storage/Plugin.pm parse_volume_id, format `pve-volume-id`: at least two characters of storage. */
const VOLUME_ID = /^([a-z][a-z0-9\-_.]*[a-z0-9]):([^\n]+)$/i;

export function parseVolumeId(text: string): Extract<Target, { kind: 'volid' }> | null {
  const [, storeid, volname] = VOLUME_ID.exec(text) ?? [];
  return storeid === undefined || volname === undefined ? null : { kind: 'volid', storeid, volname };
}

/** A volume id, or an absolute path; null for `none`, `cdrom` and anything else. */
export function targetOf(file: string): Target | null {
  return file.startsWith('/') ? { kind: 'path', path: file } : parseVolumeId(file);
}

/** Blanks, commas (QEMU, property strings), quotes and brackets (JSON of -blockdev, shell) end a path. */
const PATHS = /(?<![A-Za-z0-9._+-])\/dev\/[^\s,;"'(){}[\]<>|&]+/g;

/** Every path below /dev in a text, however it is embedded. */
export const devicePathsIn = (text: string): readonly Target[] =>
  text.includes('/dev/') ? Array.from(text.matchAll(PATHS), ([path]): Target => ({ kind: 'path', path })) : [];

/**
 * What a line that PVE keeps names, whatever else stands in it: the items without a key, `file=`, `volume=`, `path=`, and
 * every path below /dev and of an image. Which options there are, and which values they take, is the installed PVE's knowledge: a line with
 * an option that is not known here is the line of a newer PVE.
 */
export function targetsIn(value: string): readonly Target[] {
  // A volume id has a colon and a path begins with a slash: most values have neither.
  if (!value.includes(':') && !value.includes('/')) return [];
  const items: Target[] = [];
  for (const item of value.split(',')) {
    const sign = item.indexOf('=');
    if (sign >= 0 && !/^[ \t]*(?:file|volume|path)[ \t]*$/.test(item.slice(0, sign))) continue;
    const target = targetOf(trimBlanks(item.slice(sign + 1)));
    if (target !== null) items.push(target);
  }
  if (!/\/dev\/|\/\d+\//.test(value)) return items;
  const said = new Set(items.map((item) => (item.kind === 'path' ? item.path : '')));
  const embedded = [...devicePathsIn(value), ...imagePathsIn(value).map((path): Target => ({ kind: 'path', path }))];
  return [...items, ...embedded.filter((item) => item.kind === 'path' && !said.has(item.path))];
}

/** `b 253:5 rwm` of lxc.cgroup2.devices.allow, as the path that udev gives that device number. */
export function deviceNumbersIn(text: string): readonly Target[] {
  const match = /(?:^|\s)b\s+(\d{1,9}:\d{1,9})(?:\s|$)/.exec(text.slice(0, 200));
  return match ? [{ kind: 'path', path: `/dev/block/${match[1]}` }] : [];
}

const lastPart = (volname: string): string => volname.slice(volname.lastIndexOf('/') + 1);

/**
 * What a text could refer to. `anyVolume`: the text is the value of a volume's key, so every volume id counts; in
 * other text only those whose name is a guest volume's, since `http://host` has the form of a volume id too.
 */
export function looseTargets(text: string, anyVolume: boolean): readonly Target[] {
  const decoded = decodePercent(text);
  const volids = decoded.split(/[\s,;"'=(){}[\]<>]+/).flatMap((token): Target[] => {
    const volid = parseVolumeId(token);
    return volid !== null && (anyVolume || namesGuestVolume(volid.volname)) ? [volid] : [];
  });
  return [...volids, ...devicePathsIn(decoded)];
}

const namesGuestVolume = (volname: string): boolean => decodeGuestVolume(lastPart(volname)) !== null;
