import { unescapeOctal } from './escaped-bytes.ts';

/** A device that a file names: the line that it stands in, from 1, and its text. */
export interface NamedDevice {
  readonly line: number | null;
  readonly text: string;
}

/** What a file of the host names, and which others it takes in. */
export interface NamedDevices {
  readonly devices: readonly NamedDevice[];
  /** Paths, with `*`, as they are written. */
  readonly includes: readonly string[];
  /** Why more may stand in it than could be read; null where nothing says so. */
  readonly problem: string | null;
}

type LineRule = (line: string) => readonly string[];

const byLine = (text: string, rule: LineRule): NamedDevices => ({
  devices: text
    .split('\n')
    .flatMap((line, index) => rule(line).flatMap((name) => (isName(name) ? [{ line: index + 1, text: name }] : []))),
  includes: [],
  problem: null,
});

/** What mount(8) and cryptsetup find a device by. */
export const TAG = /^(?:UUID|LABEL|PARTUUID|PARTLABEL|ID)=/;

const isName = (text: string): boolean => text.startsWith('/') || TAG.test(text);

const unquoted = (text: string): string =>
  text.replace(/^(["'])(.*)\1$/s, '$2').replace(/^([A-Z]+=)(["'])(.*)\2$/s, '$1$3');

const fieldsOf = (line: string): readonly string[] => (/^\s*#/.test(line) ? [] : line.trim().split(/[ \t]+/));

/** Of these the first field is a directory or a server's name, and no device. */
const NO_DEVICE = /^(?:cifs|smb3?|nfs4?|ceph|9p|virtiofs|overlay|fuse\..*)$/;

/** fstab(5): the first field, whatever it is for; a `noauto` line is one as well. What is bound is a directory. */
export const fstabDevices = (text: string): NamedDevices =>
  byLine(text, (line) => {
    const [source = '', , fsType = '', options = ''] = fieldsOf(line);
    const isBound = /(?:^|,)r?bind(?:,|$)/.test(options);
    return isBound || NO_DEVICE.test(fsType) ? [] : [unquoted(unescapeOctal(source))];
  });

/** crypttab(5): the device, and a key that lies on one. */
export const crypttabDevices = (text: string): NamedDevices =>
  byLine(text, (line) => {
    const [, device = '', key = ''] = fieldsOf(line);
    return [unquoted(device), ...(key.startsWith('/dev/') ? [key] : [])];
  });

/** A mount or swap unit (systemd.mount(5), systemd.swap(5)); the last `What` counts, and all are kept. */
export const unitDevices = (text: string): NamedDevices =>
  byLine(text, (line) => {
    const value = /^\s*What\s*=\s*(.*?)\s*$/.exec(line)?.[1];
    return value === undefined ? [] : [unquoted(value).replace(/\\x20/g, ' ')];
  });

/**
 * drbd.conf(5): `disk` and `meta-disk` of every host and volume, in whatever section. `disk {` begins a section of options; a
 * `meta-disk` may have an index behind it (`/dev/sda[0]`).
 */
export const drbdDevices = (text: string): NamedDevices => {
  const named = byLine(text, (line) =>
    [...withoutComment(line).matchAll(/(?:^|[\s;{}])(?:flexible-)?(?:meta-)?disk\s+("[^"]*"|[^\s;{}"]+)/g)].map(
      ([, value = '']) => unquoted(value).replace(/\[\d+\]$/, ''),
    ),
  );
  return { ...named, includes: includesOf(text, /^\s*include\s+("[^"]*"|[^\s;]+)\s*;/) };
};

/** tgt's targets.conf(5): `backing-store` and `direct-store`, as a line or as a section. */
export const tgtDevices = (text: string): NamedDevices => {
  const named = byLine(text, (line) =>
    [...withoutComment(line).matchAll(/(?:^|[\s<])(?:backing|direct)-store\s+("[^"]*"|[^\s>"]+)/g)].map(
      ([, value = '']) => unquoted(value),
    ),
  );
  return { ...named, includes: includesOf(text, /^\s*include\s+("[^"]*"|\S+)\s*$/) };
};

const withoutComment = (line: string): string => line.replace(/#.*$/, '');

const includesOf = (text: string, pattern: RegExp): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const path = pattern.exec(withoutComment(line))?.[1];
    return path === undefined ? [] : [unquoted(path)];
  });

/** LIO's saveconfig.json (rtslib): `dev` of each storage object. Whatever is called `dev` in it counts. */
export function lioDevices(text: string): NamedDevices {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { devices: [], includes: [], problem: 'it is no JSON' };
  }
  const devices: NamedDevice[] = [];
  const queue: unknown[] = [json];
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'dev' && typeof inner === 'string' && isName(inner)) devices.push({ line: null, text: inner });
      else if (inner !== null && typeof inner === 'object') queue.push(inner);
    }
  }
  return { devices: devices.reverse(), includes: [], problem: null };
}
