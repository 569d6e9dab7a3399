import { isKnownAddress } from '../model/mounts/known-options.ts';
import { harmlessOptionText, harmlessSource } from '../model/mounts/mount-secrets.ts';
import { unescapeOctal } from '../parse/escaped-bytes.ts';
import { nameRules, redactText } from './free-text.ts';
import { redactName } from './names.ts';
import { redactPath } from './paths.ts';
import { plainWords } from './plain-words.ts';
import type { TokenBook } from './token-book.ts';
import { FS_TYPE } from './vocabulary.ts';

/** Mounts as the kernel, fstab and systemd write them. */

/** A field in which blanks are `\040` (kernel fs/seq_file.c mangle_path). */
export function octalField(field: string, redact: (text: string) => string): string {
  const escaped = field.includes('\\');
  const redacted = redact(escaped ? unescapeOctal(field) : field);
  return redacted.replace(/[ \t\n\\#]/g, (character) => {
    if (character === '#' && !escaped) return character;
    return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
}

/** What fstab(5) calls a file system by, before its name. */
const TAG = /^((?:UUID|LABEL|PARTUUID|PARTLABEL|ID)=)(.*)$/s;

export function redactSource(book: TokenBook, source: string, fsType = ''): string {
  const shown = harmlessSource(source, fsType);
  const [, tag = '', name = shown] = TAG.exec(shown) ?? [];
  return tag + redactText(book, name, nameRules('host'));
}

export const redactFsType = (book: TokenBook, type: string): string => plainWords(book, type, 'name', FS_TYPE);

/** `rw,addr=10.0.0.1,vers=4.2`: what is known to be harmless stays, but for addresses. */
export const redactMountOptions = (book: TokenBook, options: string): string =>
  harmlessOptionText(options)
    .split(',')
    .map((option) => {
      const [, name, value = ''] = /^([^=]*=)(.*)$/s.exec(option) ?? [];
      return name !== undefined && isKnownAddress(value) ? `${name}${redactSource(book, value)}` : option;
    })
    .join(',');

/** One line of /proc/<pid>/mountinfo; what is no mount stays none. */
export function redactMountinfoLine(book: TokenBook, line: string): string {
  const fields = line.split(' ');
  const separator = fields.indexOf('-', 6);
  if (separator < 0 || !/^\d+$/.test(fields[0] ?? '')) return redactText(book, line);
  return fields
    .map((field, at) => {
      const place = at > separator ? at - separator : 0;
      if (at === 3 || at === 4) return octalField(field, (path) => redactMountPath(book, path));
      if (at === 5) return redactMountOptions(book, field);
      if (place === 1) return redactFsType(book, field);
      if (place === 2) return octalField(field, (source) => redactSource(book, source, fields[separator + 1]));
      if (place >= 3) return redactMountOptions(book, field);
      return redactName(book, field, 'name', (word) => /^(?:shared|master|propagate|from|unbindable)$/.test(word));
    })
    .join(' ');
}

/** The root of a mount is a path too, or `mnt:[4026531840]` of a namespace, or `net:[…]`. */
const redactMountPath = (book: TokenBook, path: string): string =>
  path.startsWith('/') ? redactPath(book, path) : redactText(book, path);

/** A line of fstab(5), also of a container. */
export function redactFstabLine(book: TokenBook, line: string): string {
  if (/^\s*#/.test(line)) return '#';
  const fields = line.split(/([ \t]+)/);
  const start = fields[0] === '' ? 2 : 0;
  return fields
    .map((field, index) => {
      if (index % 2 === 1 || field === '') return field;
      const at = index - start;
      if (at === 0) return octalField(field, (source) => redactSource(book, source, fields[start + 4]));
      if (at === 2) return octalField(field, (target) => redactMountPath(book, target));
      if (at === 4) return redactFsType(book, field);
      if (at === 6) return octalField(field, (options) => redactMountOptions(book, options));
      return redactText(book, field);
    })
    .join('');
}

const UNIT_VALUES: Readonly<Record<string, (book: TokenBook, value: string) => string>> = {
  What: redactSource,
  Where: redactPath,
  Type: redactFsType,
  Options: redactMountOptions,
};

/** A line of a systemd unit: only the settings of its mount stay. */
export function redactUnitLine(book: TokenBook, line: string): string {
  if (/^\[(?:Unit|Mount|Automount|Install)\]\s*$/.test(line) || line.trim() === '') return line;
  const [, before = '', key = '', equals = '', quote = '', value = '', after = ''] =
    /^(\s*)([A-Za-z]+)(\s*=\s*)("?)(.*?)("?\s*\\?)$/s.exec(line) ?? [];
  const redact = Object.hasOwn(UNIT_VALUES, key) ? UNIT_VALUES[key] : undefined;
  if (redact === undefined) return /\\$/.test(line) ? '#\\' : '#';
  const blanks = (text: string) => text.replace(/\\x20/g, ' ');
  const redacted = /[\\]x20/.test(value) ? redact(book, blanks(value)).replaceAll(' ', '\\x20') : redact(book, value);
  return `${before}${key}${equals}${quote}${redacted}${after}`;
}
