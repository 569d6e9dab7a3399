import { unescapeHex } from '../parse/escaped-bytes.ts';
import { redactAddressesIn } from './addresses.ts';
import type { NameKind, TokenBook } from './token-book.ts';
import { isKernelDevice, type Keep } from './vocabulary.ts';

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
const PARTITION = /^(.*\d)p(\d+)$/s;

function redactWord(book: TokenBook, word: string, kind: NameKind, keep: Keep): string {
  if (keep(word) && (!isKernelDevice(word) || book.isDevice(word))) return word;
  const [, parent, partition] = PARTITION.exec(word) ?? [];
  return parent === undefined ? book.word(word, kind) : `${redactWord(book, parent, kind, keep)}p${partition}`;
}
