import { printable } from '../printable.ts';

/** At most `most` characters of what was read, printable; `…` stands for what is left out. Never half a character. */
export function clip(text: string, most: number): string {
  // A character has at most two units, and printable only makes it longer.
  const characters = [...printable(text.slice(0, 2 * most + 1))];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}

/** How many characters of each kind of datum stand in a message; the attached report has them whole. */
export const MOST = {
  node: 64,
  name: 96,
  title: 240,
  fact: 240,
  sentence: 400,
  /** Codes of all checks, and a sentence. */
  reason: 640,
  command: 400,
} as const;

const encoder = new TextEncoder();

export const bytesOf = (text: string): number => encoder.encode(text).length;

/** At most so many bytes of UTF-8, never half a character, and saying so where something is missing. */
export function cutToBytes(text: string, most: number, ending = '\n…'): string {
  if (bytesOf(text) <= most) return text;
  let room = most - bytesOf(ending);
  let kept = '';
  for (const character of text) {
    room -= bytesOf(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept}${ending}`;
}
