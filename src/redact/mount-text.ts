import type { MountRules } from '../host/secrets.ts';
import { isKnownAddress } from '../model/mounts/known-options.ts';
import { unescapeOctal } from '../parse/escaped-bytes.ts';
import { nameRules, redactText } from './free-text.ts';
import { plainWords } from './names.ts';
import { redactPath } from './paths.ts';
import type { TokenBook } from './token-book.ts';
import { FS_TYPE } from './words.ts';

/** Mounts as the kernel, fstab and systemd write them; host/secrets.ts left known options and harmless sources only. */

type Field = (book: TokenBook, text: string) => string;

/** A field in which blanks are `\040` (kernel fs/seq_file.c mangle_path). */
const octal =
  (redact: Field): Field =>
  (book, field) =>
    redact(book, field.includes('\\') ? unescapeOctal(field) : field).replace(/[ \t\n\\#]/g, (character) =>
      character === '#' && !field.includes('\\')
        ? character
        : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
    );

/** Behind what fstab(5) calls a file system by. */
export const redactSource: Field = (book, source) => {
  const [, tag, value = ''] = /^(UUID|LABEL|PARTUUID|PARTLABEL|ID)=([^/]*)$/.exec(source) ?? [];
  if (tag === undefined) return redactText(book, source, nameRules('host'));
  // As the link of udev by which it is found.
  const link = redactPath(book, `/dev/disk/by-${tag.toLowerCase()}/${value}`);
  return `${tag}=${link.slice(link.lastIndexOf('/') + 1)}`;
};

export const redactFsType: Field = (book, type) => plainWords(book, type, 'name', FS_TYPE);

/** `rw,addr=10.0.0.1,vers=4.2` */
export const redactMountOptions: Field = (book, options) =>
  options
    .split(',')
    .map((option) => {
      const value = option.slice(option.indexOf('=') + 1);
      return isKnownAddress(value)
        ? `${option.slice(0, option.length - value.length)}${redactSource(book, value)}`
        : option;
    })
    .join(',');

/** Also the root of a namespace, `mnt:[4026531840]`, and the target of an `lxc.mount.entry`, which has no slash in front. */
const redactMountPath: Field = (book, path) => {
  if (path.includes(':[')) return redactText(book, path);
  return path.startsWith('/') ? redactPath(book, path) : redactPath(book, `/${path}`).slice(1);
};

/** What becomes of the fields of a mount table, of fstab(5) and of a systemd unit. */
export const mountTokens = (book: TokenBook): MountRules => ({
  source: (source) => redactSource(book, source),
  path: (path) => redactMountPath(book, path),
  place: (path) => redactMountPath(book, path),
  seenType: (type) => redactFsType(book, type),
  fsType: (type) => redactFsType(book, type),
  options: (options) => redactMountOptions(book, options),
});

/** `/mnt/pve/nas mnt/nas none bind,create=dir 0 0`: the target starts at the container's root. */
export function redactMountEntry(book: TokenBook, entry: string): string {
  const [source = '', target = '', fsType = '', options = '', ...rest] = entry.split(' ');
  if (target === '') return redactText(book, entry);
  const { path, ...rules } = mountTokens(book);
  return [rules.source(source, ''), path(target), rules.fsType(fsType), rules.options(options), ...rest].join(' ');
}

/** A swap area, or the path of a file behind a device; the kernel writes ` (deleted)` behind one that is gone. */
export function redactBackingLine(book: TokenBook, line: string): string {
  if (/^Filename\s+Type\s+Size\s+Used\s+Priority\s*$/.test(line)) return line;
  const [, path = '', deleted = '', swap = ''] =
    /^(.*?)((?:(?: |\\040)\(deleted\))?)((?:\s+(?:partition|file)\s[-\s\d]*)?)$/s.exec(line) ?? [];
  return `${(swap === '' ? redactSource : octal(redactSource))(book, path)}${deleted}${swap}`;
}
