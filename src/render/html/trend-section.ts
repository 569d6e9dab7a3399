import type { PastRun } from '../../model/report/report-history.ts';
import { counted, instant } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, more, nothing, type Section, table } from './parts.ts';
import { runsChart } from './runs-chart.ts';

const COLUMNS = ['Run', 'Taken', 'Status', 'Grade', 'Critical', 'Warnings', 'Notices'].map((title) => ({
  title,
  numeric: !['Taken', 'Status'].includes(title),
}));

/** Problems over the kept runs, as a picture and as a table. */
export function trendSection({ report: { history } }: Lookup): Section {
  const title = { id: 'trend', title: 'Trend' };
  const runs = history?.trend ?? [];
  if (runs.length === 0) return nothing(title, '', 'No kept runs were given to this report, so it shows no trend.');
  return {
    ...title,
    note: counted(runs.length, 'run'),
    folded: runs.length === 1,
    body: markup`${runs.length === 1 ? markup`<p>One run was kept so far.</p>` : runsChart(runs, ' The table below has every run.')}${more('The same as a table', table({ id: 'trend-table', caption: 'Kept runs, newest first', columns: COLUMNS, rows: runs.toReversed().map(row) }))}`,
  };
}

const row = ({ id, takenAt, status, grade, score, critical, warnings, notices }: PastRun): Markup =>
  markup`<tr><th scope="row" class="num">${id}</th><td>${instant(takenAt)}</td><td>${badge(status, status)}</td><td class="num">${score === null ? 'no grade' : grade}</td><td class="num">${critical}</td><td class="num">${warnings}</td><td class="num">${notices}</td></tr>`;
