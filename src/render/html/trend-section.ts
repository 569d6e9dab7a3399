import type { PastRun } from '../../model/report/report-history.ts';
import { counted, instant } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, more, type Section, table } from './parts.ts';
import { hasGap, problemsChart } from './trend-chart.ts';

const COLUMNS = ['Run', 'Taken', 'Status', 'Grade', 'Critical', 'Warnings', 'Notices'].map((title) => ({
  title,
  numeric: !['Taken', 'Status'].includes(title),
}));

/** Problems over the kept runs, as a picture and as a table. */
export function trendSection({ report: { history } }: Lookup): Section {
  const title = { id: 'trend', title: 'Trend' };
  const runs = history?.trend ?? [];
  const [first] = runs;
  const last = runs.at(-1);
  if (first === undefined || last === undefined)
    return {
      ...title,
      note: '',
      folded: true,
      body: markup`<p>No kept runs were given to this report, so it shows no trend.</p>`,
    };
  const days = markup`<div class="x"><span>${day(first)}</span><span>${day(last)}</span></div>`;
  const charts = markup`<div class="chart">${axis(`${Math.max(...runs.map(total))}`, '0')}${problemsChart(runs)}${days}</div>
<ul class="key">${(['critical', 'warning', 'notice'] as const).map((severity) => markup`<li class="${severity}"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="f" width="8" height="8"/></svg>${severity}</li>`)}${runs.some(hasGap) ? markup`<li class="unknown"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="gap" width="8" height="8"/></svg>not everything could be judged</li>` : null}</ul>
`;
  return {
    ...title,
    note: counted(runs.length, 'run'),
    folded: runs.length === 1,
    body: markup`${runs.length === 1 ? markup`<p>One run was kept so far.</p>` : charts}${more('The same as a table', table({ id: 'trend-table', caption: 'Kept runs, newest first', columns: COLUMNS, rows: runs.toReversed().map(row) }))}`,
  };
}

export const total = ({ critical, warnings, notices }: PastRun): number => critical + warnings + notices;

const day = ({ takenAt }: PastRun): string => instant(takenAt).slice(0, 10);

const axis = (...labels: readonly string[]): Markup =>
  markup`<div class="y" aria-hidden="true">${labels.map((label) => markup`<span>${label}</span>`)}</div>`;

const row = ({ id, takenAt, status, grade, score, critical, warnings, notices }: PastRun): Markup =>
  markup`<tr><th scope="row" class="num">${id}</th><td>${instant(takenAt)}</td><td>${badge(status, status)}</td><td class="num">${score === null ? 'no grade' : grade}</td><td class="num">${critical}</td><td class="num">${warnings}</td><td class="num">${notices}</td></tr>`;
