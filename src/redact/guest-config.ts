import { guestLine } from '../model/guests/guest-secrets.ts';
import { COMMON_VALUE, DRIVE_KEY, LIST_KEY, VOLUME_KEY } from '../model/guests/guest-settings.ts';
import { parseVolumeId } from '../parse/loose-targets.ts';
import { isPassedOn } from '../parse/lxc-keys.ts';
import { decodePercent } from '../parse/perl-text.ts';
import { rawVolumeNames } from '../parse/raw-volume-names.ts';
import { nameRules, redactText } from './free-text.ts';
import { redactMountEntry } from './mount-text.ts';
import { redactLvName, redactName, redactSnapshot, redactStorageId, redactVolumeId } from './names.ts';
import { redactPath } from './paths.ts';
import type { NameKind, TokenBook } from './token-book.ts';
import { isGuestKey, isGuestOption } from './words.ts';

/** A guest's configuration: what may be recorded of a line (model/guests/guest-secrets.ts), with tokens for its names. */
export const redactGuestConfig = (book: TokenBook, text: string): string =>
  text
    .split('\n')
    .map((line) => withVolumes(book, line, redactLine(book, line)))
    .join('\n');

/** A volume's name that stood where its words could not be told is put back. */
function withVolumes(book: TokenBook, line: string, redacted: string): string {
  const kept = new Set(rawVolumeNames(redacted));
  const missing = rawVolumeNames(line).flatMap((name) => {
    const token = redactLvName(book, name);
    return kept.has(token) ? [] : [token];
  });
  return [redacted, ...missing].join(' ');
}

const SPECIAL = /^(?:pending|pve:pending|special:(?:cloudinit|fleecing))$/i;

function redactLine(book: TokenBook, original: string): string {
  const [, key = ''] = SETTING.exec(original) ?? [];
  // A key that is not known may hold what PVE takes for a volume; every word of it becomes a token.
  if (key !== '' && key !== 'description' && !isGuestKey(key)) return redactSetting(book, original);
  const line = guestLine(original);
  if (line.trim() === '') return line;
  const [, name, blanks = ''] = /^\[([^\]]*)\](\s*)$/.exec(line) ?? [];
  if (name !== undefined) return `[${SPECIAL.test(name) ? name : redactSnapshot(book, name)}]${blanks}`;
  const [, lxcKey, separator = '', raw = ''] = /^(lxc\.[a-z0-9_\-.]+)(\s*[:=]\s*)(.*)$/s.exec(line) ?? [];
  if (lxcKey !== undefined)
    return `${redactLxcKey(book, lxcKey)}${separator}${lxcKey === 'lxc.mount.entry' ? redactMountEntry(book, raw) : redactVolumes(book, raw)}`;
  return isGuestKey(key) ? redactSetting(book, line) : redactUnread(book, line);
}

const SETTING = /^([a-z][a-z_-]*\d*):(.*)$/s;

function redactSetting(book: TokenBook, line: string): string {
  const [, key = '', value = ''] = SETTING.exec(line) ?? [];
  return `${isGuestKey(key) ? key : book.key(key)}:${redactValue(book, key, value)}`;
}

/** A drive that somebody keeps in a comment keeps its key, in every case in which it may be written. */
const DRIVE_COMMENT = /^([#\s]*)([a-z]+\d*)(:|%3A)/i;

/** A comment, a description, what PVE cannot parse: nothing but volumes and devices is left in it. */
function redactUnread(book: TokenBook, line: string): string {
  const [before = '', signs = '', key = ''] = DRIVE_COMMENT.exec(line) ?? [];
  const isDrive = isGuestKey(key.toLowerCase());
  const start = isDrive ? `${signs}${key}:` : (/^(?:#+|description:)?/.exec(line)?.[0] ?? '');
  const rest = decodePercent(line.slice(isDrive ? before.length : start.length));
  return `${start}${redactVolumes(book, rest).replaceAll('%', '%25')}`;
}

const NAME_KEYS: Readonly<Record<string, NameKind>> = { name: 'guest', hostname: 'guest', tags: 'name' };

function redactValue(book: TokenBook, key: string, value: string): string {
  if (DRIVE_KEY.test(key) || LIST_KEY.test(key))
    return value
      .split(',')
      .map((item) => redactItem(book, item))
      .join(',');
  if (VOLUME_KEY.test(key) || key === 'fleecing-images') return redactVolumes(book, value);
  if (key === 'parent') return redactSnapshot(book, value);
  if (key === 'vmstatestorage') return value.replace(/\S+/g, (id) => redactStorageId(book, id));
  const kind = Object.hasOwn(NAME_KEYS, key) ? NAME_KEYS[key] : undefined;
  return kind === undefined ? redactVolumes(book, value) : redactText(book, value, nameRules(kind));
}

/** `volume` or `name=value` of a list. */
function redactItem(book: TokenBook, item: string): string {
  const [, blanks = '', core = ''] = /^(\s*)(.*)$/s.exec(item) ?? [];
  const [, name = '', value] = /^([^=]*)=(.*)$/s.exec(core) ?? [];
  if (value === undefined) return blanks + (core.startsWith('/') ? redactPath(book, core) : redactVolumes(book, core));
  if (isGuestOption(name) && COMMON_VALUE.test(value)) return item;
  const isPath = name === 'mp' || name === 'path';
  const shown = isGuestOption(name) ? name : redactName(book, name, 'name');
  return `${blanks}${shown}=${isPath ? redactPath(book, value) : redactVolumes(book, value)}`;
}

/** A volume id, an absolute path, or `none`. */
export const redactVolume = (book: TokenBook, text: string): string => {
  if (text.startsWith('/')) return redactPath(book, text);
  const volume = parseVolumeId(text);
  return volume === null ? redactText(book, text) : redactVolumeId(book, volume.storeid, volume.volname);
};

const redactVolumes = (book: TokenBook, text: string): string =>
  text.replace(/[^\s,;"'=(){}[\]<>]+/g, (word) => redactVolume(book, word));

const redactLxcKey = (book: TokenBook, key: string): string => {
  const [, start, rest = ''] = /^(lxc\.(?:limit|prlimit|cgroup2?|net)\.)(.*)$/s.exec(key) ?? [];
  if (start !== undefined) return `${start}${redactName(book, rest, 'name', isControl)}`;
  return isPassedOn(key) ? key : `lxc.${book.key(key.slice('lxc.'.length))}`;
};

const isControl = (word: string): boolean =>
  /^(?:devices|allow|deny|memory|cpu|max|type|link|flags|name|\d+)$/.test(word);
