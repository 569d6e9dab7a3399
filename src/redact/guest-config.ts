import { isPassedOn } from '../parse/lxc-keys.ts';
import { rawVolumeNames } from '../parse/raw-volume-names.ts';
import { nameRules, redactText } from './free-text.ts';
import { isGuestKey } from './known-words.ts';
import { redactLvName, redactName, redactSnapshot, redactStorageId } from './names.ts';
import { redactPath } from './paths.ts';
import { redactPropertyList, redactVolume } from './property-list.ts';
import type { NameKind, TokenBook } from './token-book.ts';
import { redactUnreadLine } from './unread-line.ts';

/**
 * A guest's configuration, line by line as parse/guest-config.ts reads it: what PVE keeps is kept,
 * what it drops is dropped for the same reason.
 */
export const redactGuestConfig = (book: TokenBook, text: string): string =>
  text
    .split('\n')
    .map((line) => withVolumes(book, line, redactLine(book, line)))
    .join('\n');

/** A volume's name that stood where its words could not be told is put back, as a part that nothing else reads. */
function withVolumes(book: TokenBook, line: string, redacted: string): string {
  const found = rawVolumeNames(line);
  if (found.length === 0) return redacted;
  const kept = new Set(rawVolumeNames(redacted));
  const missing = found.map((name) => redactLvName(book, name)).filter((name) => !kept.has(name));
  return missing.length === 0 ? redacted : redactUnreadLine(book, `#${line}`);
}

const SPECIAL = /^(?:pending|pve:pending|special:(?:cloudinit|fleecing))$/i;

function redactLine(book: TokenBook, line: string): string {
  if (line.trim() === '') return line;
  const header = /^\[([^\]]*)\](\s*)$/.exec(line);
  if (header) {
    const [, name = '', blanks = ''] = header;
    return `[${SPECIAL.test(name) ? name : redactSnapshot(book, name)}]${blanks}`;
  }
  const raw = /^(lxc\.[a-z0-9_\-.]+)(\s*[:=])(.*)$/s.exec(line);
  if (raw) return redactRawSetting(book, raw[1] ?? '', raw[2] ?? '', raw[3] ?? '');
  const [, key, value = ''] = /^([a-z][a-z_-]*\d*):(.*)$/s.exec(line) ?? [];
  if (line.startsWith('#') || key === undefined || /^description:\s*\S/.test(line)) return redactUnreadLine(book, line);
  if (key !== 'snapstate' && /snapstate:\s*(?:prepare|delete)\s*$/.test(line))
    return `${redactUnreadLine(book, line)} snapstate: prepare`;
  return `${isGuestKey(key) || DRIVE_KEY.test(key) ? key : book.key(key)}:${redactValue(book, key, value)}`;
}

/** Also keys that look like a drive's and are none. */
const DRIVE_KEY = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|nvme|mpath|rootfs|mp|dev)\d*|cdrom)$/;
const LIST_KEY =
  /^(?:net|ipconfig|smbios|vga|cpu|numa|agent|boot|hostpci|usb|audio|rng|watchdog|features|machine|meta|startup|spice_enhancements|virtiofs|amd-sev)\d*$/;

const NAME_KEYS: Readonly<Record<string, NameKind>> = {
  ...{ name: 'guest', hostname: 'guest', tags: 'name', searchdomain: 'host', nameserver: 'host', ciuser: 'user' },
};

function redactValue(book: TokenBook, key: string, value: string): string {
  if (DRIVE_KEY.test(key) || key === 'vmstate' || key === 'hookscript')
    return redactPropertyList(book, value, 'volume');
  if (key === 'fleecing-images') return value.replace(/[^,; \t\r\n\f\v]+/g, (volume) => redactVolume(book, volume));
  if (key === 'parent') return redactSnapshot(book, value);
  if (key === 'vmstatestorage') return value.replace(/\S+/g, (id) => redactStorageId(book, id));
  const kind = Object.hasOwn(NAME_KEYS, key) ? NAME_KEYS[key] : undefined;
  if (kind !== undefined) return redactText(book, value, nameRules(kind));
  if (key === 'smbios1') return redactPropertyList(book, value, 'text');
  return LIST_KEY.test(key) ? redactPropertyList(book, value, 'text') : redactText(book, value);
}

/** `lxc.mount.entry: /mnt/pve/nas mnt/nas none bind,create=dir 0 0`: the second path starts at the container's root. */
function redactRawSetting(book: TokenBook, key: string, separator: string, value: string): string {
  const redactedKey = isPassedOn(key)
    ? key.replace(
        /^(lxc\.(?:limit|prlimit|cgroup2?|net)\.)(.*)$/s,
        (_, start: string, rest: string) => `${start}${redactCgroupKey(book, rest)}`,
      )
    : `lxc.${book.key(key.slice('lxc.'.length))}`;
  if (key !== 'lxc.mount.entry' && key !== 'lxc.mount') return `${redactedKey}${separator}${redactText(book, value)}`;
  const [, blanks = '', source = '', gap = '', target = '', rest = ''] =
    /^(\s*)(\S*)(\s*)(\S*)(.*)$/s.exec(value) ?? [];
  const inside = target.startsWith('/') ? redactPath(book, target) : redactPath(book, `/${target}`).slice(1);
  const from = source.startsWith('/') ? redactPath(book, source) : redactText(book, source);
  return `${redactedKey}${separator}${blanks}${from}${gap}${inside}${redactText(book, rest)}`;
}

const CGROUP_KEY =
  /^(?:devices|allow|deny|memory|max|high|low|swap|cpu|cpuset|cpus|mems|weight|quota|period|shares|blkio|io|pids|limit|limit_in_bytes|memsw|type|link|flags|name|hwaddr|ipv4|ipv6|gateway|address|mtu|veth|pair|nofile|memlock|nproc|core|as|dir|relative|monitor|container|inner|\d+)$/;

const redactCgroupKey = (book: TokenBook, rest: string): string =>
  redactName(book, rest, 'name', (word) => CGROUP_KEY.test(word));
