import type { PastRun } from '../../model/report/report-history.ts';
import { counted, instant } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, more, nothing, type Section, table } from './parts.ts';

/**
 * Pictures that stretch to any width: the text stands outside, and lines keep their thickness. Each run has a column of
 * `STEP` units, in the order of runs, whatever the clock said.
 */
const STEP = 10;
const HEIGHT = 100;

/** Nobody knows what there was beside what is counted. */
const hasGap = ({ score }: PastRun): boolean => score === null;

/** Problems as stacked columns, critical ones at the bottom; runs that could not judge everything are tinted. */
function problemsChart(runs: readonly PastRun[]): Markup {
  const most = Math.max(1, ...runs.map(({ critical, warnings, notices }) => critical + warnings + notices));
  const column = ({ critical, warnings, notices }: PastRun, at: number): readonly Markup[] => {
    let top = HEIGHT;
    const piece = (severity: string, count: number): readonly Markup[] => {
      const height = (HEIGHT * count) / most;
      top -= height;
      return count === 0
        ? []
        : [
            markup`<rect class="f ${severity}" x="${at * STEP + 1}" y="${top.toFixed(2)}" width="${STEP - 2}" height="${height.toFixed(2)}"/>`,
          ];
    };
    return [...piece('critical', critical), ...piece('warning', warnings), ...piece('notice', notices)];
  };
  const last = runs.at(-1);
  const told = `At most ${most} in a run; in the last ${last?.critical ?? 0} critical, ${last?.warnings ?? 0} warnings, ${last?.notices ?? 0} notices.`;
  const width = runs.length * STEP;
  const gaps = runs.flatMap((run, at) =>
    hasGap(run) ? [markup`<rect class="gap" x="${at * STEP}" y="0" width="${STEP}" height="${HEIGHT}"/>`] : [],
  );
  return markup`<svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="counts-t counts-d"><title id="counts-t">Problems of the kept runs</title><desc id="counts-d">${told} The table below has every run.</desc>
${gaps}<path class="rule" d="M0 ${HEIGHT}H${width}" vector-effect="non-scaling-stroke"/>${runs.flatMap(column)}
</svg>`;
}

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
    return nothing(title, '', 'No kept runs were given to this report, so it shows no trend.');
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

const total = ({ critical, warnings, notices }: PastRun): number => critical + warnings + notices;

const day = ({ takenAt }: PastRun): string => instant(takenAt).slice(0, 10);

const axis = (...labels: readonly string[]): Markup =>
  markup`<div class="y" aria-hidden="true">${labels.map((label) => markup`<span>${label}</span>`)}</div>`;

const row = ({ id, takenAt, status, grade, score, critical, warnings, notices }: PastRun): Markup =>
  markup`<tr><th scope="row" class="num">${id}</th><td>${instant(takenAt)}</td><td>${badge(status, status)}</td><td class="num">${score === null ? 'no grade' : grade}</td><td class="num">${critical}</td><td class="num">${warnings}</td><td class="num">${notices}</td></tr>`;
