const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** At most so many bytes of UTF-8, never half a character, and saying so where something is missing. */
export function cutToBytes(text: string, most: number, ending = '\n…'): string {
  if (bytesOf(text) <= most) return text;
  const room = most - bytesOf(ending);
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > room) break;
    kept += character;
  }
  return `${kept}${ending}`;
}
