import type { PastRun } from '../../model/report/report-history.ts';
import { type Markup, markup } from '../markup.ts';

/**
 * Pictures that stretch to any width: the text stands outside, and lines keep their thickness. Each run has a column of
 * `STEP` units, in the order of runs, whatever the clock said.
 */
const STEP = 10;
const HEIGHT = 100;

const x = (at: number): number => at * STEP + STEP / 2;

/** Runs of points without a gap between them: no line is drawn over a run that had no score. */
function stretches(runs: readonly PastRun[]): readonly string[] {
  const paths: string[] = [];
  let path = '';
  for (const [at, { score }] of runs.entries()) {
    if (score === null) {
      if (path !== '') paths.push(path);
      path = '';
    } else path += `${path === '' ? 'M' : 'L'}${x(at)} ${HEIGHT - score}`;
  }
  return path === '' ? paths : [...paths, path];
}

const frame = (runs: readonly PastRun[], id: string, low: boolean, title: string, told: string, body: Markup): Markup =>
  markup`<svg${low ? markup` class="low"` : null} viewBox="0 0 ${runs.length * STEP} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${told} The table below has every run.</desc>
${body}</svg>`;

/** The score as a line; columns without a grade are tinted. */
export function scoreChart(runs: readonly PastRun[]): Markup {
  const width = runs.length * STEP;
  const scores = runs.flatMap(({ score }) => (score === null ? [] : [score]));
  const last = runs.at(-1);
  const rule = (y: number) => markup`<path class="rule" d="M0 ${y}H${width}" vector-effect="non-scaling-stroke"/>`;
  const gaps = runs.flatMap(({ score }, at) =>
    score === null ? [markup`<rect class="gap" x="${at * STEP}" y="0" width="${STEP}" height="${HEIGHT}"/>`] : [],
  );
  const dot =
    last === undefined || last.score === null
      ? null
      : markup`<path class="dot" d="M${x(runs.length - 1)} ${HEIGHT - last.score}h0" vector-effect="non-scaling-stroke"/>`;
  const range =
    scores.length === 0
      ? 'No run had a score.'
      : `From ${Math.min(...scores)} to ${Math.max(...scores)}, ${last?.score ?? 'no grade'} in the last run.`;
  return frame(
    runs,
    'score',
    false,
    'Score of the kept runs',
    range,
    markup`${gaps}${[0, 50, 100].map(rule)}${stretches(runs).map((path) => markup`<path class="line" d="${path}" vector-effect="non-scaling-stroke"/>`)}${dot}
`,
  );
}

/** Findings as stacked columns, critical ones at the bottom. */
export function findingsChart(runs: readonly PastRun[]): Markup {
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
  return frame(
    runs,
    'counts',
    true,
    'Findings of the kept runs',
    told,
    markup`<path class="rule" d="M0 ${HEIGHT}H${width}" vector-effect="non-scaling-stroke"/>${runs.flatMap(column)}
`,
  );
}
