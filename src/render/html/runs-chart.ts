import type { PastRun } from '../../model/report/report-history.ts';
import { instant } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';

/** What a picture needs of a run. */
export type ChartRun = Pick<PastRun, 'takenAt' | 'score' | 'critical' | 'warnings' | 'notices'>;

/**
 * Pictures that stretch to any width: the text stands outside, and lines keep their thickness. Each run has a column of
 * `STEP` units, in the order of runs, whatever the clock said.
 */
const STEP = 10;
const HEIGHT = 100;

/** Nobody knows what there was beside what is counted. */
const hasGap = ({ score }: ChartRun): boolean => score === null;

/** Problems as stacked columns, critical ones at the bottom; runs that could not judge everything are tinted. */
function problemsChart(runs: readonly ChartRun[], also: string): Markup {
  const most = Math.max(1, ...runs.map(({ critical, warnings, notices }) => critical + warnings + notices));
  const column = ({ critical, warnings, notices }: ChartRun, at: number): readonly Markup[] => {
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
  return markup`<svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="counts-t counts-d"><title id="counts-t">Problems of the kept runs</title><desc id="counts-d">${told}${also}</desc>
${gaps}<path class="rule" d="M0 ${HEIGHT}H${width}" vector-effect="non-scaling-stroke"/>${runs.flatMap(column)}
</svg>`;
}

/** Problems over the runs, oldest first, with what the colours mean. `also`: where the same stands in words. */
export function runsChart(runs: readonly ChartRun[], also = ''): Markup {
  const [first] = runs;
  const last = runs.at(-1);
  if (first === undefined || last === undefined) return markup``;
  const days = markup`<div class="x"><span>${day(first)}</span><span>${day(last)}</span></div>`;
  return markup`<div class="chart">${axis(`${Math.max(...runs.map(total))}`, '0')}${problemsChart(runs, also)}${days}</div>
<ul class="key">${(['critical', 'warning', 'notice'] as const).map((severity) => markup`<li class="${severity}"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="f" width="8" height="8"/></svg>${severity}</li>`)}${runs.some(hasGap) ? markup`<li class="unknown"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="gap" width="8" height="8"/></svg>not everything could be judged</li>` : null}</ul>
`;
}

const total = ({ critical, warnings, notices }: ChartRun): number => critical + warnings + notices;

const day = ({ takenAt }: ChartRun): string => instant(takenAt).slice(0, 10);

const axis = (...labels: readonly string[]): Markup =>
  markup`<div class="y" aria-hidden="true">${labels.map((label) => markup`<span>${label}</span>`)}</div>`;
