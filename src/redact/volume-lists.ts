import { datasetKind, isDated, othersPrefix, ZSYNC } from '../model/volumes/volume-names.ts';
import { parseZfsList } from '../parse/zfs-list.ts';
import { nameRules, redactText } from './free-text.ts';
import { redactName, redactSnapshot } from './names.ts';
import { redactPath } from './paths.ts';
import type { TokenBook } from './token-book.ts';
import { VOLUME } from './words.ts';

/** Volumes as storages list them: names become what they become in configurations, so that each stays the one that is named. */

/** What our own programs write as `%20` is written so again. */
const escaped = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

/** Names of half-done work say nothing of anybody, and what they are by their form. */
const volumeName = (book: TokenBook, name: string): string =>
  /^(?:tmp_\d+_\d+|recv\.\d+\.tmp)$/.test(name)
    ? name
    : escaped(
        redactName(book, name, 'vol', (word) => VOLUME(word) || (word === 'tmp' && /\.tmp(?:\.\d+)?$/.test(name))),
      );

/** The path of a volume in the directory of a guest, so that it stays the one that is listed; of anything else as any path. */
export function redactVolumePath(book: TokenBook, path: string): string {
  const [, directory, name = ''] = /^(.*\/[1-9]\d{2,8})\/([^/]+)$/.exec(path) ?? [];
  return directory === undefined ? redactPath(book, path) : `${redactPath(book, directory)}/${volumeName(book, name)}`;
}

/** A line of `host/list-volumes.ts`. */
export function redactVolumeLine(book: TokenBook, line: string): string {
  const [kind = '', ...fields] = line.split(' ');
  const [first = '', second = '', ...rest] = fields;
  switch (kind) {
    case 'D':
    case 'E':
      return /^[\d: ]*$/.test(fields.join(' ')) ? line : kind;
    case 'F':
      return [
        'F',
        number(first),
        volumeName(book, second),
        ...rest.map((field) => (/^(?:[fbdo]|-?\d+|\d+:\d+)$/.test(field) ? field : 'x')),
      ].join(' ');
    case 'Q':
      return ['Q', number(first), second === '-' ? '-' : `=${backing(book, second.slice(1))}`].join(' ');
    case 'N':
      return ['N', backing(book, first)].join(' ');
    case 'L':
      return 'L';
    case 'S':
      return ['S', number(first), escaped(redactSnapshot(book, second))].join(' ');
    case 'B':
      return ['B', escaped(redactText(book, first.replaceAll('%20', ' ')))].join(' ');
    default:
      return line === '' ? '' : redactText(book, line);
  }
}

const number = (text: string): string => (/^(?:\d+|-)$/.test(text) ? text : 'x');

/** `../100/base-100-disk-0.qcow2`, an absolute path, or what QEMU calls otherwise, of which only words stay that everybody has. */
function backing(book: TokenBook, name: string): string {
  if (name.startsWith('/')) return escaped(redactPath(book, name));
  if (!/^[\w./@-]+$/.test(name)) return escaped(redactText(book, name));
  return name
    .split('/')
    .map((part) => (/^(?:\.{1,2}|\d+)$/.test(part) ? part : volumeName(book, part)))
    .join('/');
}

/** `zfs list` says by its order whether it is whole: lines with new names are put in theirs. */
export function redactZfsList(book: TokenBook, text: string): string {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const redacted = lines.map((line) => redactZfsLine(book, line));
  const nameOf = (line: string) => line.split('\t')[0] ?? '';
  if (parseZfsList(text) !== null) redacted.sort((a, b) => (nameOf(a) < nameOf(b) ? 1 : -1));
  return [...redacted, rest === '' ? '' : redactZfsLine(book, rest)].join('\n');
}

/** A line of `zfs list`: pools and datasets are directories of a kind, and a snapshot is one as configurations name it. */
function redactZfsLine(book: TokenBook, line: string): string {
  const [name = '', type = '', used = '', volsize = '', refquota = '', origin = '', creation = '', token, ...more] =
    line.split('\t');
  if (token === undefined || more.length > 0) return redactText(book, line);
  const numbers = (text: string) => (/^(?:\d+|-)$/.test(text) ? text : 'x');
  return [
    ...[redactDataset(book, name), /^(?:filesystem|volume|snapshot)$/.test(type) ? type : 'x'],
    ...[numbers(used), numbers(volsize), numbers(refquota)],
    ...[origin === '-' ? '-' : redactDataset(book, origin), numbers(creation), token === '-' ? '-' : 'x'],
  ].join('\t');
}

function redactDataset(book: TokenBook, name: string): string {
  const [dataset = '', snapshot] = name.split('@');
  const whole = dataset
    .split('/')
    .map((part) =>
      datasetKind(part) === null ? redactText(book, part, nameRules('name')) : redactName(book, part, 'vol', VOLUME),
    );
  return `${whole.join('/')}${snapshot === undefined ? '' : `@${snapshotName(book, snapshot)}`}`;
}

/** Whose a snapshot is shows in its name: Proxmox VE's own, and the beginning of those that other programs make. */
function snapshotName(book: TokenBook, name: string): string {
  if (/^__(?:base|migration|replicate_\d+-\d+_\d+)__$/.test(name)) return name;
  if (isDated(name)) return `${book.word(name, 'snap')}-20000000000000`;
  if (ZSYNC.test(name)) return `rep_${book.word(name, 'snap')}_2000-01-01_00:00:00`;
  const prefix = othersPrefix(name);
  // A date in it is a name among others of the series, and one token for it.
  return prefix === '' ? redactSnapshot(book, name) : `${prefix}${book.word(name.slice(prefix.length), 'snap')}`;
}

/** ZFS's own names of groups of devices (module/zfs/vdev.c vdev_ops types), and its headings. */
const POOL_WORD =
  /^(?:NAME|logs|cache|spares|special|dedup|(?:mirror|raidz[123]?|draid\d\S*|spare|replacing|root|indirect)(?:-\d+)?)$/;

/** A line of `zpool status`: what is not read of it is gone. */
export function redactPoolLine(book: TokenBook, line: string): string {
  const [, label, pool = ''] = /^( {2}pool: )(.*)$/.exec(line) ?? [];
  if (label !== undefined) return `${label}${redactDataset(book, pool)}`;
  const [, indent, name = '', rest = ''] = /^(\t *)(\S+)(.*)$/.exec(line) ?? [];
  if (indent !== undefined && /^(?: +[A-Z]+.*|\s*)$/.test(rest)) {
    const shown = POOL_WORD.test(name)
      ? name
      : name.startsWith('/')
        ? redactPath(book, name)
        : /^\d+$/.test(name)
          ? book.serial(name)
          : redactDataset(book, name);
    return `${indent}${shown}${rest.replace(/(\bwas )(\S+)/, (_, was: string, path: string) => was + redactPath(book, path))}`;
  }
  if (
    /^(?: state: [A-Z]+|config:|errors: .*| {2}scan: (?:scrub|resilver|none)[\w .,:%]*|\t[\d.]+\w? [\w .,:%/]*|)$/.test(
      line,
    )
  )
    return line.replace(/\/\S+/g, '/x');
  return '';
}
