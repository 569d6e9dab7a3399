import type { Report } from '../../model/report/report.ts';
import { gradeReason } from '../head-words.ts';
import { MARKS } from '../severity-mark.ts';
import { clip, MOST } from './clip.ts';
import { fitted } from './fit.ts';
import type { News, NewsLine } from './news.ts';
import { unjudgedWords } from './subject.ts';

/** ntfy takes 4 096 bytes, and a subject of 150 characters has up to 600. */
export const MOST_BRIEF_BYTES = 3400;

/** Lines of one list, and characters of one line, that a telephone shows. */
const MOST_ROWS = 12;
const MOST_LINE = 160;

const rowOf = ({ tone, who, rest }: NewsLine): string => `${MARKS[tone].symbol} ${clip(who + rest, MOST_LINE)}\n`;

/** The news in a few lines, for a telephone, whose title is the subject. */
export function briefText({ lists, verdict }: News, report: Report): string {
  const unjudged = unjudgedWords(report);
  const grade = clip(gradeReason(report), MOST.sentence);
  const end = [
    `${grade[0]?.toUpperCase() ?? ''}${grade.slice(1)}${unjudged === '' ? '' : `; ${unjudged}`}.\n`,
    ...(report.problems.length === 0 ? [`${verdict}\n`] : []),
  ];
  const few = lists.map((list) => ({ ...list, lines: list.lines.slice(0, MOST_ROWS) }));
  return fitted(
    few,
    MOST_BRIEF_BYTES,
    rowOf,
    (row) => row,
    (shown) =>
      [
        ...shown.map(({ title, rows, hidden }) =>
          [`${title}:\n`, ...rows, ...(hidden === 0 ? [] : [`and ${hidden} more\n`]), '\n'].join(''),
        ),
        ...end,
      ].join(''),
  );
}
