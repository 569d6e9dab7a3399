import { displayWidth } from './display-width.ts';

/**
 * A word and all blanks before it. What stands between backticks is a command or a name and stays in one piece. Blanks
 * without a word are looked at once, from the first one.
 */
const WORDS = /(?<! )( *)((?:`[^`]*`|[^ `]|`)+)/g;

/** Breaks a text at blanks so that no line is wider than `width`, unless a single word is. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const [, blanks = '', word = ''] of text.matchAll(WORDS)) {
    if (line !== '' && displayWidth(line) + blanks.length + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line}${blanks}${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

type Paint = (text: string) => string;
const plain: Paint = (text) => text;

/** With less room than this beside its lead, a text stands below it. */
const LEAST_BESIDE = 16;
const BELOW = 6;

/** A text that begins after `lead` and continues below where it began; painting does not count as width. */
export function hang(
  lead: string,
  text: string,
  width: number,
  paintLead: Paint = plain,
  paintText: Paint = plain,
): readonly string[] {
  const indent = displayWidth(lead);
  if (indent > BELOW && width - indent < Math.min(LEAST_BESIDE, displayWidth(text))) {
    return [paintLead(lead).trimEnd(), ...hang(' '.repeat(BELOW), text, width, plain, paintText)];
  }
  const [first = '', ...rest] = wrap(text, width - indent);
  return [
    `${paintLead(lead)}${paintText(first)}`.trimEnd(),
    ...rest.map((line) => `${' '.repeat(indent)}${paintText(line)}`),
  ];
}
