import type { PastRun } from '../../model/report/report-history.ts';
import { type Markup, markup } from '../markup.ts';

/**
 * Pictures that stretch to any width: the text stands outside, and lines keep their thickness. Each run has a column of
 * `STEP` units, in the order of runs, whatever the clock said.
 */
const STEP = 10;
const HEIGHT = 100;

/** Nobody knows what there was beside what is counted. */
export const hasGap = ({ score }: PastRun): boolean => score === null;

/** Problems as stacked columns, critical ones at the bottom; runs that could not judge everything are tinted. */
export function problemsChart(runs: readonly PastRun[]): Markup {
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
