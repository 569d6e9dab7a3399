import type { Report } from '../model/report/report.ts';
import { styles } from './colour.ts';
import type { Block, Page, TextOptions } from './page.ts';
import { renderChecks, renderCoverage, renderTimes, renderUnjudged } from './text-coverage.ts';
import { renderDevicesInUse } from './text-devices.ts';
import { renderEntries } from './text-entries.ts';
import { renderFindings } from './text-findings.ts';
import { renderFreeVmids, renderGuests, renderVmids } from './text-guests.ts';
import { renderHead } from './text-head.ts';
import { agesOf, newOnes, renderSinceLastRun } from './text-history.ts';
import { renderHealthyMounts, renderMounts } from './text-mounts.ts';
import { renderHealthySummary, renderSummary } from './text-summary.ts';

/** Narrower than this nothing fits. */
const NARROWEST = 40;

const joined = (blocks: readonly Block[]): string =>
  blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');

/** The report for a terminal. */
export function renderText(report: Report, options: TextOptions): string {
  const page: Page = {
    width: Math.max(NARROWEST, options.width),
    style: styles(options.colour),
    verbose: options.verbose,
  };
  const findings = renderFindings(report, options.quiet ? newOnes(report) : agesOf(report, page), page);
  if (options.quiet) return joined([...findings, renderUnjudged(report, page)]);
  if (report.status === 'healthy' && !options.verbose) return joined(renderHealthy(report, findings, options, page));
  return joined([
    renderHead(report, page),
    renderSummary(report, page),
    renderSinceLastRun(report, page),
    ...findings,
    renderDevicesInUse(report, page),
    renderGuests(report, options.runningFirst, page),
    ...renderVmids(report, page),
    renderFreeVmids(report, page),
    renderMounts(report.mounts, page),
    ...renderCoverage(report, page),
    ...(options.verbose ? [renderEntries(report, page), renderChecks(report, page)] : []),
    renderTimes(report, page),
  ]);
}

/** A healthy node is told in a few lines; the guest table comes when it was asked for. */
const renderHealthy = (report: Report, findings: readonly Block[], options: TextOptions, page: Page) => [
  [
    ...renderHead(report, page),
    ...renderHealthySummary(report, page),
    ...renderFreeVmids(report, page),
    ...renderHealthyMounts(report.mounts, page),
  ],
  renderSinceLastRun(report, page),
  ...findings,
  options.runningFirst ? renderGuests(report, true, page) : [],
  ...renderVmids(report, page),
  ...renderCoverage(report, page),
  renderTimes(report, page),
];
