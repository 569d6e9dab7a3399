import type { Report } from '../model/report/report.ts';
import { findingKey } from '../model/report/report-history.ts';
import { type Block, joinBlocks, type Page, pageOf, type TextOptions } from './page.ts';
import { renderChecks, renderCoverage, renderTimes, renderUnjudged } from './text-coverage.ts';
import { renderDevicesInUse, renderEntries } from './text-entries.ts';
import { renderFreeVmids, renderGuests, renderVmids } from './text-guests.ts';
import { renderHead, renderSummary } from './text-head.ts';
import { agesOf, renderGone, renderSinceLastRun } from './text-history.ts';
import { renderMounts } from './text-mounts.ts';
import { renderFacts, renderNextSteps, renderProblem, renderProblemLines } from './text-problems.ts';
import { renderScreen, renderTrouble } from './text-screen.ts';

/** The report for a terminal: one screen, or all of it with `--verbose`, or the problems alone with `--quiet`. */
export function renderText(report: Report, options: TextOptions): string {
  const { verbose, quiet, runningFirst } = options;
  const page = pageOf(options);
  if (quiet) return joinBlocks([renderQuiet(report, page)]);
  if (verbose) return joinBlocks(renderWhole(report, runningFirst, page));
  const screen = renderScreen(report, agesOf(report, false), renderGone(report, page), page);
  return joinBlocks([screen, runningFirst ? renderGuests(report, true, page) : []]);
}

/** A check that could not judge is not silence. */
const renderQuiet = (report: Report, page: Page): Block => [
  ...renderTrouble(report, page),
  ...renderProblemLines(
    report.problems.filter(({ acknowledged }) => acknowledged === null),
    agesOf(report, false),
    Number.POSITIVE_INFINITY,
    page,
  ),
  ...renderUnjudged(report, page),
];

function renderWhole(report: Report, runningFirst: boolean, page: Page): readonly Block[] {
  const ageOf = agesOf(report, true);
  const owner = new Map(
    report.problems.flatMap((problem) => problem.findings.map((key) => [key, problem.id] as const)),
  );
  const findings = Map.groupBy(report.findings, (finding) => owner.get(findingKey(finding)));
  return [
    renderHead(report, page),
    renderTrouble(report, page),
    renderSummary(report, page),
    renderSinceLastRun(report, page),
    ...report.problems.map((problem) => {
      const said = { age: ageOf(problem), facts: renderFacts(problem, page) };
      return renderProblem(problem, findings.get(problem.id) ?? [], said, page);
    }),
    renderDevicesInUse(report, page),
    renderGuests(report, runningFirst, page),
    ...renderVmids(report, page),
    renderFreeVmids(report, page),
    renderMounts(report, page),
    ...renderCoverage(report, page),
    renderEntries(report, page),
    renderChecks(report, page),
    renderTimes(report, page),
    renderNextSteps(report, page),
  ];
}
