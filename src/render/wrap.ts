import { displayWidth, padEnd } from './display-width.ts';

/** Words; what stands between backticks is a command or a name and stays in one piece. */
const WORDS = /(?:`[^`]*`|[^\s`]|`)+/g;

/** Breaks a text at blanks so that no line is wider than `width`, unless a single word is. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(WORDS) ?? []) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** A text that begins after `lead` and continues below where it began. */
export function hang(lead: string, text: string, width: number): readonly string[] {
  const indent = displayWidth(lead);
  const [first = '', ...rest] = wrap(text, width - indent);
  return [`${lead}${first}`, ...rest.map((line) => `${' '.repeat(indent)}${line}`)];
}

/** `label   text`, the text in a column of its own. */
export const labelled = (indent: number, label: string, column: number, text: string, width: number) =>
  hang(`${' '.repeat(indent)}${padEnd(label, column)}`, text, width);
