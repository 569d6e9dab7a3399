import { type Damage, some, type Variant } from './damaged.ts';

const SIZE = 10 * 1024 * 1024;

/** What a decoder puts in the place of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

const GARBAGE = 'garbage: <script>alert(1)</script>\n\u001b[31mred\n';
const BINARY = `\0\u0001\u0002${REPLACEMENT}${REPLACEMENT}`;

const muchGarbage = GARBAGE.repeat(SIZE / GARBAGE.length);
const padding = '\0'.repeat(SIZE);

const variant = (damage: Damage, how: string, content: string): Variant<string> => ({ damage, how, content });

/** A text as it is when something went wrong with it, at as many places as asked for. */
export function textDamages(text: string, places: number): readonly Variant<string>[] {
  const variants = [
    variant('empty', 'nothing in it', ''),
    ...cuts(text, places).map((end) => variant('half', describeCut(text, end), text.slice(0, end))),
    // Never as long as the text: what has its size is another whole file.
    variant('garbage', 'other lines', GARBAGE.length === text.length ? `${GARBAGE}#\n` : GARBAGE),
    variant('garbage', 'other bytes', BINARY),
    ...spots(text, places).map((at) => variant('invalid UTF-8', `lost character ${at}`, spliced(text, at))),
  ];
  return variants.filter(({ content }) => content !== text);
}

export const largeTexts = (text: string): readonly Variant<string>[] => [
  variant('10 MB', 'of other lines', muchGarbage),
  variant('10 MB', 'of NUL bytes after it', `${text}${padding}`),
];

const describeCut = (text: string, end: number): string =>
  `ends ${text[end - 1] === '\n' ? 'with' : 'within'} a line, ${end} of ${text.length}`;

const spliced = (text: string, at: number): string => `${text.slice(0, at)}${REPLACEMENT}${text.slice(at + 1)}`;

/** Where lines begin. */
const starts = (text: string): readonly number[] =>
  [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)].filter((at) => at < text.length);

/** After the first character, without the last one, and after and within some lines. */
function cuts(text: string, places: number): readonly number[] {
  const begins = some(starts(text), places);
  const within = begins.map((at) => at + Math.ceil(lineAt(text, at).length / 2));
  const all = [1, ...begins, ...begins.map((at) => at + 7), ...within, text.length - 1];
  return [...new Set(all)].filter((end) => end > 0 && end < text.length);
}

/** The first character of some lines, one in their middle, and their last. */
function spots(text: string, places: number): readonly number[] {
  const all = some(starts(text), places).flatMap((at) => {
    const { length } = lineAt(text, at);
    return [at, at + Math.floor(length / 2), at + Math.max(0, length - 1)];
  });
  return [...new Set(all)].filter((at) => at < text.length);
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.slice(at) : text.slice(at, end);
}
