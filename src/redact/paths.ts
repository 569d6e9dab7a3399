import { redactDmUuid, redactLvName, redactMangledName, redactName, redactStorageId, redactVgName } from './names.ts';
import { plainWords } from './plain-words.ts';
import type { TokenBook } from './token-book.ts';
import { isKernelDevice, LINK_PREFIX, NOTHING, ROOT_DIRECTORY, SYSTEM, VOLUME } from './vocabulary.ts';

/** The rest of a path, already split at slashes. */
type Rest = (book: TokenBook, parts: readonly string[]) => readonly string[];

const each =
  (redact: (book: TokenBook, part: string) => string): Rest =>
  (book, parts) =>
    parts.map((part) => redact(book, part));

const system = each((book, part) => redactName(book, part, 'name', SYSTEM));
const directories = each((book, part) => redactName(book, part, 'dir', NOTHING));

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

const DEVICE_DIRECTORIES: Readonly<Record<string, Rest>> = {
  mapper: each(redactMangledName),
  disk: then((book, part) => plainWords(book, part, 'name', SYSTEM), each(redactDiskLink)),
  ...Object.fromEntries(
    ['zvol', 'rbd', 'rbd-pve', 'drbd', 'md', 'cciss'].map((name) => [
      name,
      each((book: TokenBook, part: string) =>
        redactName(
          book,
          part,
          'name',
          (word) => VOLUME(word) || isKernelDevice(word) || /^c\d+d\d+(?:p\d+)?$/.test(word),
        ),
      ),
    ]),
  ),
  ...Object.fromEntries(
    ['block', 'char', 'pts', 'shm', 'mqueue', 'net', 'vfio', 'input', 'snd', 'dri', 'fd', 'bus', 'hugepages'].map(
      (name) => [name, system],
    ),
  ),
};

const deviceNode: Rest = (book, parts) => {
  const [first = '', ...rest] = parts;
  const directory = Object.hasOwn(DEVICE_DIRECTORIES, first) ? DEVICE_DIRECTORIES[first] : undefined;
  if (directory !== undefined) return [first, ...directory(book, rest)];
  // Alone it is a device, or the directory of a VG, which is called as no device is.
  const isDevice = rest.length === 0 && (isKernelDevice(first) || /^dm-\d+$/.test(first) || SYSTEM(first));
  return isDevice ? [first] : VOLUME_GROUP(book, parts);
};

const RULES: readonly (readonly [RegExp, Rest])[] = [
  [/^\/dev\//, deviceNode],
  [/^\/etc\/pve\/nodes\//, then((book, part) => redactName(book, part, 'node'), system)],
  [/^\/etc\/pve\/priv\/lock\//, each(redactLock)],
  [/^\/(?:var|run)\/lock\/pve-manager\//, each(redactLock)],
  [/^\/mnt\/pve\//, then(redactStorageId, directories)],
  [
    /^\/sys\/kernel\/config\/target\/core\//,
    then(
      (book, part) => redactName(book, part, 'name', SYSTEM),
      then((book, part) => redactName(book, part, 'dir'), system),
    ),
  ],
  [/^\/etc\/systemd\/system\/|^\/run\/systemd\/system\//, each((book, part) => redactUnitName(book, part))],
  [/^\/(?:bin|boot|etc|lib|lib32|lib64|proc|run|sbin|sys|usr|var)\//, system],
];

/** systemd escapes the path of a mount in the unit's name (systemd.unit(5)): `mnt-pve-nas\x2d1.mount`. */
function redactUnitName(book: TokenBook, name: string): string {
  const unit = /^(.*)(\.(?:mount|automount|wants|requires|service|target))$/s.exec(name);
  if (unit === null) return redactName(book, name, 'name', SYSTEM);
  if (!/mount$/.test(unit[2] ?? '')) return redactName(book, name, 'name', SYSTEM);
  const path = `/${(unit[1] ?? '').replaceAll('-', '/').replace(/\\x2d/g, '-')}`;
  return `${redactPath(book, path).slice(1).replaceAll('-', '\\x2d').replaceAll('/', '-')}${unit[2]}`;
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
  const inMnt = slashes === '/' && first === 'mnt';
  const parts = others.split('/');
  const kept = inMnt && parts[0] === 'pve' ? ['pve', ...directories(book, parts.slice(1))] : directories(book, parts);
  return `${slashes}${root}/${kept.join('/')}`;
}
