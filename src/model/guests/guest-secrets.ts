import { harmlessOptionText, harmlessPath, harmlessSource, mayNameSecret, REMOVED } from '../mounts/mount-secrets.ts';
import { imagePathsIn } from '../volumes/volume-names.ts';
import { DRIVE_KEY, LIST_KEY, OPTION, VALUE, VOLUME_KEY, WORD_KEY } from './guest-settings.ts';
import type { VolumeMention } from './pve.ts';

/**
 * A guest's configuration as it may be recorded: what refers to a volume or device stays, and of everything else only names
 * with a known value. A line stays a line of its kind, and no volume that it names is lost.
 */

/** Volumes and devices in text that may hold anything else. */
const MENTION =
  /(?<![A-Za-z0-9._+-])\/dev\/[^\s,;"'(){}[\]<>|&?]+|(?<![A-Za-z0-9+_.])(?:[A-Za-z][A-Za-z0-9_.-]*(?::|%3A)(?:\d+\/)?)?(?:[A-Za-z0-9+_.]|--)*-?(?:vm|base)-{1,2}\d+-[A-Za-z0-9+_.-]+/g;

/** A path that is more than names of files may be a URL with a password. */
function mentionsIn(text: string): readonly string[] {
  const images = imagePathsIn(text).filter((path) => /^(?:\/[\w.+-]+)+$/.test(path));
  const rest = images.reduce((left, path) => left.replaceAll(path, ' '), text);
  return [...images, ...(rest.match(MENTION) ?? [])];
}

const mentions = (text: string): string => [REMOVED, ...mentionsIn(text)].join(' ');

/** The same of a value under a key that is not known, which names a volume as any drive's does (parse/loose-targets.ts). */
function mentionsOfValue(value: string): string {
  const items = value.split(',').map((item) => item.trim());
  const named = items.filter((item) => {
    const given = item.replace(/^(?:file|volume|path)=/, '');
    return given !== '' && mentionsIn(given)[0] === given;
  });
  return [mentions(items.filter((item) => !named.includes(item)).join(',')), ...named].join(',');
}

/** Options that PVE knows and that may say anything; without them the line means the same. */
const FREE_OPTION =
  /^(?:serial|model|product|vendor|mountoptions|idmap|name|bridge|hwaddr|type|trunks|base64|manufacturer|sku|family|host|mapping)$/;

/** How a drive is reached that lies on no storage, as `https://u:PASSWORD@host/x.iso?token=…` (qemu(1), "Device URL Syntax"). */
const URL_START = /^[A-Za-z][A-Za-z0-9.+-]{0,20}:\/\//;

/** `storage:volume` and paths; of a URL its scheme and, as of anything else such as `rbd:pool/image:key=…`, what it names. */
function volume(text: string): string {
  const scheme = URL_START.exec(text)?.[0];
  if (scheme !== undefined) return `${scheme}${mentions(text.slice(scheme.length))}`;
  if (/^(?:none|cdrom)$/.test(text)) return text;
  if (/^[A-Za-z][\w.-]*:[\p{L}\p{N}\p{M}\w.+/ ()@%-]+$/u.test(text) && !/:\/\//.test(text)) return text;
  if (text.startsWith('/') && !text.startsWith('//')) return harmlessPath(text);
  return mentions(text);
}

/** A volume's name, as any storage's plug-in makes them; a text that is none may be part of an address. */
const VOLUME_NAME = /^(?!\/\/)[\p{L}\p{N}\p{M}\w.+/ ()@%:~^!*-]*$/u;

/** A path in which a program would take something for a password: `/x?token=…`, `//user:password@host/share`. */
const isAddress = (path: string): boolean =>
  path.includes('?') ||
  /^\/\/.*@/s.test(path) ||
  path
    .split('=')
    .slice(0, -1)
    .some((before) => mayNameSecret(/[\w-]*$/.exec(before.slice(-40).trimEnd())?.[0] ?? ''));

/** The names of volumes in a text stay, as the last parts of what is left: what they refer to is in use. */
const withNames = (start: string, text: string): string => [start, ...mentionsIn(text)].join('/');

/** A path of a configuration, as it may be shown. */
export function guestPath(path: string): string {
  if (!isAddress(path)) return path;
  return path.startsWith('//') ? withNames(`//${REMOVED}`, path) : withNames(harmlessPath(path), path.slice(1));
}

/** What a configuration refers to, as it may be shown: of the address of a drive outside of every storage its scheme and the volumes that it names. */
export function guestTarget(target: VolumeMention['target']): VolumeMention['target'] {
  if (target.kind === 'path') return isAddress(target.path) ? { ...target, path: guestPath(target.path) } : target;
  if (VOLUME_NAME.test(target.volname)) return target;
  const start = target.volname.startsWith('//') ? `//${REMOVED}` : REMOVED;
  return { ...target, volname: withNames(start, target.volname) };
}

/** `volume,name=value,…` */
function propertyList(text: string, bare: (item: string) => string): string {
  let hidden = 0;
  const kept = text.split(',').flatMap((item) => {
    const [, name = '', value] = /^\s*([A-Za-z][\w-]*)=(.*)$/s.exec(item) ?? [];
    const blanks = /^\s*/.exec(item)?.[0] ?? '';
    if (value === undefined) {
      const shown = item.trim() === '' ? item : `${blanks}${bare(item.trim())}`;
      return shown === null ? [] : [shown];
    }
    if (name === 'file' || name === 'volume') return [`${blanks}${name}=${volume(value.trim())}`];
    if (name === 'mp' || name === 'path') return [`${blanks}${name}=${harmlessPath(value.trim())}`];
    if (OPTION.test(name)) return [`${blanks}${name}=${VALUE.test(value.trim()) ? value : REMOVED}`];
    if (!FREE_OPTION.test(name)) hidden += name === REMOVED && /^\d{1,4}$/.test(value) ? Number(value) : 1;
    return [];
  });
  return [...kept, ...(hidden === 0 ? [] : [`${REMOVED}=${hidden}`])].join(',');
}

const word = (item: string): string => (VALUE.test(item) ? item : mentions(item));

function withoutSecretValue(key: string, value: string): string {
  if (DRIVE_KEY.test(key)) return propertyList(value, volume);
  if (VOLUME_KEY.test(key)) return volume(value.trim());
  if (key === 'fleecing-images') return value.replace(/[^,; \t\r\f\v]+/g, volume);
  if (LIST_KEY.test(key)) return propertyList(value, word);
  const isWord = /^[\p{L}\p{N}\p{M}\w.+-]*(?:[;, ]+[\p{L}\p{N}\p{M}\w.+-]+)*;?$/u.test(value.trim());
  return WORD_KEY.test(key) && isWord ? value : mentionsOfValue(value);
}

const DEVICE_RULE = /^\s*[abc]\s+[\d*]+:[\d*]+\s+[rwm]+\s*$/;

/** `lxc.mount.entry: SOURCE TARGET TYPE OPTIONS 0 0` (lxc.container.conf(5)); of other keys what they name. */
function lxcValue(key: string, value: string): string {
  if (/^lxc\.cgroup2?\.devices\.(?:allow|deny)$/.test(key) && DEVICE_RULE.test(value)) return value;
  if (key !== 'lxc.mount.entry') return mentions(value);
  const [source = '', target = '', fsType = '', options = '', ...rest] = value.trim().split(/[ \t]+/);
  // More fields than there are: one of them was split by a blank in it.
  if (rest.length > 2 || !rest.every((field) => /^\d$/.test(field))) return mentions(value);
  const bare = target.startsWith('/') ? harmlessPath(target) : harmlessPath(`/${target}`).slice(1);
  return [
    harmlessSource(source, fsType),
    bare,
    /^[\w.]*$/.test(fsType) ? fsType : 'none',
    harmlessOptionText(options),
    ...rest,
  ].join(' ');
}

const HEADER = /^\[(?:pve:pending|special:\w+|[A-Za-z0-9][\w-]*)\]\s*$/;

/** A drive that somebody keeps in a comment for later, as `#scsi8: local-lvm:vm-100-disk-8,size=32G`. */
const DRIVE_COMMENT =
  /^([#\s]*(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp|dev)\d+|vmstate|cdrom|hookscript|rootfs)(?::|%3A)\s*)([A-Za-z][\w.-]*(?::|%3A)(?!\/\/)[\w./+-]+|\/dev\/[^\s,?]+)(.*)$/is;

export function guestLine(line: string): string {
  const shown = lineWithoutSecrets(line);
  const kept = new Set(mentionsIn(shown));
  const lost = mentionsIn(line).filter((name) => !kept.has(name) && !shown.includes(name));
  return lost.length === 0 ? shown : `${shown.replace(/\r$/, '')} ${lost.join(' ')}${shown.endsWith('\r') ? '\r' : ''}`;
}

function lineWithoutSecrets(line: string): string {
  if (line.trim() === '' || HEADER.test(line)) return line;
  const end = line.endsWith('\r') ? '\r' : '';
  const text = end === '' ? line : line.slice(0, -1);
  if (/^\[[^\]]*\]\s*$/.test(text)) return `[(${REMOVED})]${end}`;
  const [, lxcKey = '', separator = '', raw = ''] = /^(lxc\.[a-z0-9_\-.]+)(\s*=[ \t]*|:[ \t]*)(.*)$/s.exec(text) ?? [];
  if (lxcKey !== '') return `${lxcKey}${separator}${raw.trim() === '' ? '' : lxcValue(lxcKey, raw)}${end}`;
  const [, key = '', colon = '', value = ''] = /^([a-z][a-z_-]*\d*)(:[ \t]*)(.*)$/s.exec(text) ?? [];
  if (key !== '' && key !== 'description')
    return value.trim() === '' ? line : `${key}${colon}${withoutSecretValue(key, value)}${end}`;
  const [, start = '', drive = '', rest = ''] = DRIVE_COMMENT.exec(text) ?? [];
  if (start !== '') return `${start}${drive}${rest.trim() === '' ? '' : ` ${mentions(rest)}`}${end}`;
  const before = /^(?:#+|description:\s*|\s+)?/.exec(text)?.[0] ?? '';
  return `${before}${mentions(text)}${end}`;
}
