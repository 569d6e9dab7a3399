import type { Report } from '../model/report/report.ts';
import { UNPRINTABLE } from '../model/unprintable.ts';

/** Line breaks are the document's own; JSON.stringify has escaped every other control character below U+0020. */
const NOT_FOR_JSON = new RegExp(`(?!\\n)(?:${UNPRINTABLE.source})`, UNPRINTABLE.flags);

/** Nearly every document is of these characters alone, which is seen in a tenth of the time that the classes above take. */
const OTHER_THAN_ASCII = /[^\n\x20-\x7e]/;

const escaped = (json: string): string =>
  OTHER_THAN_ASCII.test(json) ? json.replace(NOT_FOR_JSON, escapeUnits) : json;

const escapeUnits = (text: string): string =>
  [...Array(text.length).keys()].map((at) => unitEscape(text.charCodeAt(at))).join('');

const unitEscape = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** JSON that no terminal acts on, whatever the names in it are. */
export const jsonText = (value: unknown): string => `${escaped(JSON.stringify(value, null, 2))}\n`;

/** The same on one line, for programs that only hand it on. */
export const jsonLine = (value: unknown): string => escaped(JSON.stringify(value));

/** The report as JSON (docs/report.schema.json). */
export const renderJson = (report: Report): string => jsonText(report);

/** Characters of a piece: what is written at once. */
const PIECE = 64 * 1024;

/** The same text in pieces, one entry or finding after the other: the JSON of a large node is never in memory as a whole. */
export function* jsonPieces(report: Report): Generator<string> {
  let piece = '{';
  let isFirst = true;
  for (const [key, value] of Object.entries(report)) {
    if (value === undefined) continue;
    piece += `${isFirst ? '' : ','}\n  ${JSON.stringify(key)}: `;
    isFirst = false;
    const items: readonly unknown[] | null = Array.isArray(value) && value.length > 0 ? value : null;
    for (const [at, item] of (items ?? [value]).entries()) {
      const [before, indent] = items === null ? ['', '  '] : [at === 0 ? '[\n    ' : ',\n    ', '    '];
      piece += `${before}${JSON.stringify(item, null, 2).replaceAll('\n', `\n${indent}`)}`;
      if (piece.length < PIECE) continue;
      yield escaped(piece);
      piece = '';
    }
    if (items !== null) piece += '\n  ]';
  }
  yield escaped(`${piece}\n}\n`);
}
