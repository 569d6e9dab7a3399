import { createHash } from 'node:crypto';

/** What both engines take as a text: PostgreSQL has no NUL, and half of a surrogate pair is nothing in UTF-8. */
export const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** PostgreSQL refuses an index entry of more than 2704 bytes (nbtree.h, BTMaxItemSize): a third of a page. */
const LONGEST_KEY_BYTES = 600;

/** A name to find a row by: the text itself, and of a long one its digest. */
export const keyOf = (text: string): string => {
  const cleaned = clean(text);
  return Buffer.byteLength(cleaned) <= LONGEST_KEY_BYTES ? cleaned : `sha256:${sha256(cleaned)}`;
};

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A name as it is looked for: without regard to case, and no longer than an index takes. */
export const lowerCase = (name: string): string => [...clean(name).toLowerCase()].slice(0, 150).join('');
