import { isKnownAddress } from '../model/mounts/known-options.ts';
import { unescapeOctal } from '../parse/escaped-bytes.ts';
import { nameRules, redactText } from './free-text.ts';
import { plainWords, redactName } from './names.ts';
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
  const [tag = ''] = /^(?:UUID|LABEL|PARTUUID|PARTLABEL|ID)=/.exec(source) ?? [];
  return tag + redactText(book, source.slice(tag.length), nameRules('host'));
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

const SOURCE = octal(redactSource);
const PATH = octal(redactMountPath);
const PROPAGATION: Field = (book, text) =>
  redactName(book, text, 'name', (word) => /^(?:shared|master|propagate|from|unbindable)$/.test(word));

/** One line of /proc/<pid>/mountinfo; what is no mount stays none. */
export function redactMountinfoLine(book: TokenBook, line: string): string {
  const fields = line.split(' ');
  const separator = fields.indexOf('-', 6);
  if (separator < 0 || !/^\d+$/.test(fields[0] ?? '')) return redactText(book, line);
  const rules = [...Array.from({ length: 3 }, () => PROPAGATION), PATH, PATH, redactMountOptions];
  const behind = [PROPAGATION, redactFsType, SOURCE];
  return fields
    .map((field, at) => {
      const rule = at < separator ? (rules[at] ?? PROPAGATION) : (behind[at - separator] ?? redactMountOptions);
      return rule(book, field);
    })
    .join(' ');
}

/** A line of fstab(5), also of a container. */
export function redactFstabLine(book: TokenBook, line: string): string {
  const rules = [SOURCE, PATH, redactFsType, octal(redactMountOptions)];
  let at = 0;
  return line.startsWith('#') ? '#' : line.replace(/[^ \t]+/g, (field) => (rules[at++] ?? redactText)(book, field));
}

/** A swap area, or the path of a file behind a device; the kernel writes ` (deleted)` behind one that is gone. */
export function redactBackingLine(book: TokenBook, line: string): string {
  if (/^Filename\s+Type\s+Size\s+Used\s+Priority\s*$/.test(line)) return line;
  const [, path = '', deleted = '', swap = ''] =
    /^(.*?)((?:(?: |\\040)\(deleted\))?)((?:\s+(?:partition|file)\s[-\s\d]*)?)$/s.exec(line) ?? [];
  return `${(swap === '' ? redactSource : SOURCE)(book, path)}${deleted}${swap}`;
}

const UNIT_VALUES: Readonly<Record<string, Field>> = {
  What: redactSource,
  Where: redactPath,
  Type: redactFsType,
  Options: redactMountOptions,
};

/** A line of a systemd unit: only the settings of its mount stay. */
export function redactUnitLine(book: TokenBook, line: string): string {
  const [, key = '', quote = '', value = ''] = /^([A-Za-z]+)=("?)(.*?)"?$/s.exec(line) ?? [];
  const redact = Object.hasOwn(UNIT_VALUES, key) ? UNIT_VALUES[key] : undefined;
  if (redact === undefined) return /^\[(?:Unit|Mount|Automount|Install)\]\s*$/.test(line) ? line : '#';
  const redacted = redact(book, value.replaceAll('\\x20', ' '));
  return `${key}=${quote}${value.includes('\\x20') ? redacted.replaceAll(' ', '\\x20') : redacted}${quote}`;
}
