import { isUnjudged, type Report } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { gradeReason } from '../head-words.ts';
import { type Markup, markup } from '../markup.ts';
import { countSentence } from '../problem-lines.ts';
import { summaryRows } from '../summary-rows.ts';
import type { Lookup } from './lookup.ts';
import { badge, more, type Section } from './parts.ts';

/** What there is to do and what nobody knows in two sentences, then the numbers. */
export function summarySection({ report, lines }: Lookup): Section {
  const open = lines.flatMap(({ problems }) => problems);
  const unjudged = report.checks.filter(isUnjudged).length;
  const text = markup`<p class="lead">${open.length === 0 ? quiet(report) : countSentence(open)}</p>
${unjudged === 0 ? null : markup`<p>${counted(unjudged, 'check')} could not judge: <a href="#unseen">what they would have found is not known</a>.</p>`}`;
  return {
    id: 'summary',
    title: 'Summary',
    note: '',
    body: markup`${report.score === null ? markup`<div class="told unknown">${badge('unknown', gradeReason(report))}${text}</div>` : text}
${more('Entries and guests in numbers', numbers(report))}
`,
  };
}

const quiet = ({ status }: Report): string =>
  status === 'healthy' ? 'No problems.' : 'No problem was found in what could be seen.';

const numbers = (report: Report): Markup =>
  markup`<dl class="pairs">${summaryRows(report).map(
    ({ label, count, note, tone }) =>
      markup`<div><dt>${label}</dt><dd>${count ?? 'not known'}</dd>${note === '' ? null : markup`<dd class="note">${tone === null ? note : badge(tone, note)}</dd>`}</div>
`,
  )}</dl>`;
