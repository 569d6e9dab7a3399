/** Marks that sit on the character before them and take no column. */
const ZERO = /[\p{Mn}\p{Me}]/u;

/**
 * East Asian wide and fullwidth blocks (Unicode 16 EastAsianWidth.txt, W and F, as ranges of whole blocks), and emoji
 * shown as pictures.
 */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** What most texts are made of. */
const ASCII = /^[ -~]*$/;

/** Columns that a text without styling takes on a terminal. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (ZERO.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** Of each column, its widest cell. */
export const columnWidths = (rows: readonly (readonly string[])[]): readonly number[] =>
  (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))));

export const padCells = (cells: readonly string[], widths: readonly number[]): readonly string[] =>
  cells.map((cell, column) => padEnd(cell, widths[column] ?? 0));

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));

export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
