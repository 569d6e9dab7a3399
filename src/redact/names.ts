import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { REMOVED } from '../model/mounts/mount-secrets.ts';
import { unescapeHex } from '../parse/escaped-bytes.ts';
import { redactAddressesIn } from './addresses.ts';
import type { NameKind, TokenBook } from './token-book.ts';
import { isDeviceDirectory, isKernelDevice, isNumber, type Keep, LAYER, NOTHING, VOLUME } from './words.ts';

/** Words and names, each kind with the parts that have a meaning. */

/**
 * A word: letters and digits, pictures, and bytes of other alphabets that were written as `\xc3` or `%C3`. An escaped ASCII
 * character that is neither letter nor digit separates words, as it would unescaped.
 */
const PIECE =
  /(?:\\x|%)(?:[01][0-9A-Fa-f]|2[0-9A-Fa-f]|3[A-Fa-f]|40|5[B-Fb-f]|60|7[B-Fb-f])|(?:[A-Za-z0-9]|[^\0-\x7f\ufffd]|(?:\\x|%)[4-9a-fA-F][0-9a-fA-F]|(?:\\x|%)3[0-9])+/gu;

/** Replaces every word that may not stay, and addresses among them. What is between words stays. */
export const plainWords = (book: TokenBook, text: string, kind: NameKind, keep: Keep): string =>
  redactAddressesIn(book, text, (part) => redactPieces(book, part, kind, keep));

const redactPieces = (book: TokenBook, text: string, kind: NameKind, keep: Keep): string =>
  text.replace(PIECE, (piece) => {
    if (/^[\\%]/.test(piece) && !/[A-Za-z0-9]|[^\0-\x7f]/.test(decode(piece))) return piece;
    const decoded = decode(piece);
    const token = redactWord(book, decoded, kind, keep);
    return decoded === piece ? token : token.replace('é', piece.includes('%') ? '%C3%A9' : '\\xc3\\xa9');
  });

const decode = (piece: string): string => (/[\\%]/.test(piece) ? unescapeHex(piece.replaceAll('%', '\\x')) : piece);

/** `0p1`, `db1p1`: kpartx puts a `p` and the partition's number behind a name that ends in a digit. */
const KPARTX = /^(.*\d)p(\d+)$/s;

function redactWord(book: TokenBook, word: string, kind: NameKind, keep: Keep): string {
  if (keep(word) && (!isKernelDevice(word) || book.isDevice(word))) return word;
  const [, parent, partition] = KPARTX.exec(word) ?? [];
  return parent === undefined ? book.word(word, kind) : `${redactWord(book, parent, kind, keep)}p${partition}`;
}

/** All that an LV name may hold (lvm2 lib/misc/lvm-string.c _validate_name). */
const LVM_RUN = /[A-Za-z0-9+_.-]+/g;

/**
 * A VG may be called as a guest's volume is; then it is written as one everywhere. Or as a directory that udev makes in /dev, which
 * says nothing of anybody and decides what a path below it means.
 */
const vgKeep = (vgName: string): Keep =>
  isDeviceDirectory(vgName) ? isDeviceDirectory : decodeGuestVolume(vgName) === null ? NOTHING : VOLUME;

export const redactVgName = (book: TokenBook, name: string): string => plainWords(book, name, 'vg', vgKeep(name));

/** `vm-100-customerdb` becomes `vm-100-xvol1`. */
export const redactLvName = (book: TokenBook, name: string): string => plainWords(book, name, 'vol', VOLUME);

/** `local` is the one storage that is the same everywhere (pve-storage src/PVE/Storage/Plugin.pm parse_config). */
export const redactStorageId = (book: TokenBook, id: string): string =>
  id === 'local' ? id : plainWords(book, id, 'store', NOTHING);

export const redactSnapshot = (book: TokenBook, name: string): string => plainWords(book, name, 'snap', VOLUME);

/** A device-mapper name as LVM decodes it; runs of hyphens stay as they are. */
export function redactDmName(book: TokenBook, name: string): string {
  const vg = vgKeep(splitDmName(name)?.vgName ?? '');
  let part = 0;
  const piece = (text: string): string => {
    if (text.startsWith('-')) {
      part += text.length % 2;
      return text;
    }
    if (part === 0) return plainWords(book, text, 'vg', vg);
    return plainWords(book, text, part === 1 ? 'vol' : 'name', part === 1 ? VOLUME : LAYER);
  };
  return redactAddressesIn(book, name, (text) => text.split(/(-+)/).map(piece).join(''));
}

/** The same where it stands in a path or in sysfs, with `\x20` for what has no place there. */
export const redactMangledName = (book: TokenBook, name: string): string =>
  mangle(redactDmName(book, unescapeHex(name)));

/** lvm2 libdm/libdm-common.c _is_whitelisted_char. */
const mangle = (name: string): string =>
  name.replace(/[^0-9A-Za-z#+\-.:=@_]/gu, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );

/** `LVM-<vg><lv>[-layer]`, `partN-…`, `mpath-<wwid>`, `CRYPT-LUKS2-<uuid>-<name>`, … */
export function redactDmUuid(book: TokenBook, uuid: string): string {
  const partition = /^(part\d+-)(.+)$/s.exec(uuid);
  if (partition) return `${partition[1]}${redactDmUuid(book, partition[2] ?? '')}`;
  const lvm = /^LVM-([0-9a-zA-Z!#]{32})([0-9a-zA-Z!#]{32})(.*)$/s.exec(uuid);
  if (lvm) {
    const [, vg = '', lv = '', layer = ''] = lvm;
    return `LVM-${book.uuid(vg)}${book.uuid(lv)}${plainWords(book, layer, 'name', LAYER)}`;
  }
  const prefix = /^(?:LVM|mpath|devnode|CRYPT-(?:LUKS[12]|PLAIN|VERITY|TCRYPT)|DMRAID)(?=[-_]|$)/.exec(uuid)?.[0] ?? '';
  // `devnode_8:0_Wh5pYvM`: kpartx's mark for a device that is not device-mapper's.
  return `${prefix}${plainWords(book, uuid.slice(prefix.length), 'name', (word) => word === 'Wh5pYvM')}`;
}

/** A partition's number behind a name, as kpartx and udev write it. */
const PARTITION = /(\d)(?:p|-part)\d+$/;

/**
 * A run of name characters that names a guest's volume, in the form in which it names it, or null: what
 * parse/raw-volume-names.ts finds in a configuration must be found again.
 */
function redactVolumeRun(book: TokenBook, run: string): string | null {
  const [, before = '', word = '', after = ''] = /^([+_.-]*)(.*?)([+_.-]*)$/s.exec(run) ?? [];
  const prefix = word.startsWith('dm-name-') ? 'dm-name-' : '';
  const name = word.slice(prefix.length);
  const isVolume = (text: string) =>
    decodeGuestVolume(text) !== null || decodeGuestVolume(text.replace(PARTITION, '$1')) !== null;
  const inner = isVolume(name)
    ? redactLvName(book, name)
    : isVolume(splitDmName(name)?.lvName ?? '')
      ? redactDmName(book, name)
      : null;
  return inner === null ? null : `${before}${prefix}${inner}${after}`;
}

/** A name of any kind. A guest's volume in it stays one, and the kernel's device names stay where `keep` says so. */
export const redactName = (book: TokenBook, text: string, kind: NameKind, keep: Keep = NOTHING): string => {
  if (text === REMOVED) return text;
  const pieces: string[] = [];
  let end = 0;
  for (const match of text.matchAll(LVM_RUN)) {
    const volume = /\d/.test(match[0]) ? redactVolumeRun(book, match[0]) : null;
    if (volume === null) continue;
    pieces.push(plainWords(book, text.slice(end, match.index), kind, keep), volume);
    end = match.index + match[0].length;
  }
  return [...pieces, plainWords(book, text.slice(end), kind, keep)].join('');
};

/** `store:volname`. On LVM the volume's name is the LV's; on a directory it is a path below it. */
export function redactVolumeId(book: TokenBook, storeid: string, volname: string): string {
  const parts = volname.split('/');
  const redacted = parts.map((part, at) =>
    parts.length === 1 ? redactVolname(book, part) : redactName(book, part, 'vol', at === 0 ? CONTENT : VOLUME),
  );
  return `${redactStorageId(book, storeid)}:${redacted.join('/')}`;
}

const redactVolname = (book: TokenBook, name: string): string => redactName(book, name, 'vol', VOLUME);

const CONTENT: Keep = (word) => VOLUME(word) || /^(?:iso|vztmpl|backup|snippets|import|images|rootdir)$/.test(word);

export const DEVICE: Keep = (word) => isKernelDevice(word) || word === 'dm' || isNumber(word);
