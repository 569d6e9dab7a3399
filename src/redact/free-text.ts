import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { parseVolumeId } from '../parse/loose-targets.ts';
import { isTaskType } from '../parse/tasks.ts';
import { redactHex, redactIpv4, redactIpv6, redactPairs, redactPlainUuid } from './addresses.ts';
import { DEVICE, redactDmUuid, redactName, redactVolumeId } from './names.ts';
import { redactPath } from './paths.ts';
import type { NameKind, TokenBook } from './token-book.ts';
import { isKernelDevice, type Keep, KNOWN_PHRASE, KNOWN_WORD, NOTHING } from './words.ts';

/** Text of which no more is known: whatever can be told apart in it is treated as what it is, the rest word by word. */

type Shape = readonly [source: string, redact: (book: TokenBook, text: string) => string | null];

/** What is known by its form alone. */
const SHAPES: readonly Shape[] = [
  [KNOWN_PHRASE, (_, text) => text],
  ['UPID:[^:\\s]+:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:[^:\\s]+:[^:\\s]*:[^:\\s]+:', redactUpid],
  ['(?:part\\d+-)?LVM-[0-9a-zA-Z!#]{64}(?:-[a-z]+)?', redactDmUuid],
  [
    '(?<![0-9a-zA-Z])[0-9a-zA-Z]{6}-(?:[0-9a-zA-Z]{4}-){5}[0-9a-zA-Z]{6}(?![0-9a-zA-Z])',
    (book, text) => book.uuid(text),
  ],
  ['(?<![0-9a-zA-Z])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![0-9a-zA-Z])', redactPlainUuid],
  ['(?<![0-9a-zA-Z:])[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2})(?:\\1[0-9a-fA-F]{2}){4,}(?![0-9a-zA-Z:])', redactPairs],
  ['(?<![0-9a-zA-Z:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F.]*(?![0-9a-zA-Z:])', redactIpv6],
  ['(?<![0-9a-zA-Z.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![0-9a-zA-Z]|\\.\\d)', redactIpv4],
  ['(?<![0-9a-zA-Z])0x[0-9a-fA-F]{9,}(?![0-9a-zA-Z])', redactHex],
];

/** Shares, hosts before a path, paths, volumes, and words. */
const SOURCES = [
  ...SHAPES.map(([source]) => source),
  '(?<![:\\w.])//[^/\\s,;"\'<>|&]+/[^\\s,;"\'<>|&]*',
  '(?<![A-Za-z0-9._+-])[A-Za-z0-9][A-Za-z0-9._-]*:(?=/(?!/))',
  '(?<![A-Za-z0-9._+-])/dev/[^\\s,;"\'(){}[\\]<>|&]+',
  '(?<![A-Za-z0-9._+-])/[^\\s,;"\'(){}[\\]<>|&=:]+',
  '(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]:(?:\\d+/)?(?:vm|base|basevol|subvol|snap|del)[-_][^\\s,;"\'=(){}[\\]<>|&]+',
  '[^\\s,;"\'=(){}[\\]<>|&:/@]+',
];

const ATOM = new RegExp(SOURCES.map((source) => `(?:${source})`).join('|'), 'gu');

export interface TextRules {
  readonly kind: NameKind;
  readonly keep: Keep;
}

const ANY_WORD: TextRules = { kind: 'name', keep: KNOWN_WORD };

/** No word of it stays but those that tell one kind of address from another. */
export const nameRules = (kind: NameKind): TextRules => ({ kind, keep: NOTHING });

/** A MAC address or WWN also in the middle of a name or a path, where its colons would end an atom. */
const PAIRS = /(?<![0-9a-zA-Z:])[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5,}(?![0-9a-zA-Z]|:[0-9a-fA-F])/g;

export function redactText(book: TokenBook, text: string, rules: TextRules = ANY_WORD): string {
  const parts: string[] = [];
  let end = 0;
  for (const { 0: pairs, index } of text.matchAll(PAIRS)) {
    parts.push(redactAtoms(book, text.slice(end, index), rules), redactPairs(book, pairs));
    end = index + pairs.length;
  }
  return [...parts, redactAtoms(book, text.slice(end), rules)].join('');
}

const redactAtoms = (book: TokenBook, text: string, rules: TextRules): string =>
  text.replace(ATOM, (atom, ...rest: unknown[]) => {
    const offset = rest.find((part) => typeof part === 'number') ?? 0;
    return redactAtom(book, atom, rules, text.charAt(offset - 1) === ':');
  });

/** A number behind a colon is a port. */
function redactAtom(book: TokenBook, atom: string, { kind, keep }: TextRules, isPort: boolean): string {
  if (/^\d+$/.test(atom)) return keep !== NOTHING || (isPort && atom.length < 6) ? atom : book.word(atom, kind);
  if (!/[A-Za-z0-9]|[^\0-\x7f\ufffd]/.test(atom)) return atom;
  if (/^[A-Za-z]+$/.test(atom))
    return book.isDevice(atom) || (keep(atom) && !isKernelDevice(atom)) ? atom : book.word(atom, kind);
  const whole = redactWhole(book, atom);
  if (whole !== null) return whole;
  if (atom.startsWith('//')) return redactShare(book, atom, { kind, keep });
  if (atom.startsWith('/')) return redactPath(book, atom);
  if (/^[^/]+:$/.test(atom) && !atom.startsWith(':')) return `${redactName(book, atom.slice(0, -1), 'host')}:`;
  const volume = parseVolumeId(atom);
  if (volume !== null && decodeGuestVolume(volume.volname.slice(volume.volname.lastIndexOf('/') + 1)) !== null)
    return redactVolumeId(book, volume.storeid, volume.volname);
  if ((isKernelDevice(atom) && book.isDevice(atom)) || /^dm-\d+$/.test(atom))
    return redactName(book, atom, kind, DEVICE);
  return redactName(book, atom, kind, keep);
}

const WHOLE = SHAPES.map(([source, redact]) => [new RegExp(`^(?:${source})$`), redact] as const);

function redactWhole(book: TokenBook, atom: string): string | null {
  for (const [pattern, redact] of WHOLE) {
    const redacted = pattern.test(atom) ? redact(book, atom) : null;
    if (redacted !== null) return redacted;
  }
  return null;
}

/** `UPID:<node>:<pid>:<start>:<time>:<type>:<id>:<user>@<realm>:` (pve-common src/PVE/Tools.pm upid_encode). */
export function redactUpid(book: TokenBook, upid: string): string {
  const [, node = '', pid = '', started = '', time = '', type = '', id = '', ...user] = upid.split(':');
  const kind = isTaskType(type) && /^[a-z_]+$/.test(type) ? type : redactName(book, type, 'name', KNOWN_WORD);
  const who = user.map((part) => redactName(book, part, 'user', (word) => /^(?:root|pam|pve)$/.test(word)));
  return ['UPID', redactName(book, node, 'node'), pid, started, time, kind, redactName(book, id, 'name'), ...who].join(
    ':',
  );
}

/** `//server/share/directory` */
function redactShare(book: TokenBook, share: string, rules: TextRules): string {
  const [, , server = '', name, ...rest] = share.split('/');
  const host = redactText(book, server, { ...rules, kind: 'host', keep: NOTHING });
  const inner = rest.length === 0 ? '' : redactPath(book, `/${rest.join('/')}`);
  return `//${host}${name === undefined ? '' : `/${redactName(book, name, 'dir')}`}${inner}`;
}
