import type { HistorySettings } from '../model/config/config.ts';
import type { Report } from '../model/report/report.ts';
import { withHistory } from '../model/report/report-history.ts';
import { printable } from '../render/printable.ts';
import { hasHistory } from '../store/history-file.ts';
import type { Terminal } from './terminal.ts';

/** The report with what the kept runs say of it. Only reads, and only where a run was ever kept. */
export async function lookBackFrom(report: Report, { path }: HistorySettings): Promise<Report> {
  if (!hasHistory(path)) return report;
  const { lookBack } = await import('../store/history.ts');
  const history = lookBack(path, report);
  return history === null ? report : withHistory(report, history);
}

/** Keeps this run. A history that cannot be written is said, and changes neither the verdict nor the exit status. */
export async function keepThisRun(report: Report, settings: HistorySettings, terminal: Terminal): Promise<Report> {
  const { historyWithProblem, keepRun, lookBack } = await import('../store/history.ts');
  const warn = (sentence: string) => terminal.stderr.write(`pve-doctor: ${printable(sentence)}\n`);
  const result = keepRun(settings, report);
  if (result.kept) {
    for (const warning of result.warnings) await warn(warning);
    return result.report;
  }
  const problem = `this run was not kept: ${result.because}`;
  await warn(problem);
  return withHistory(report, { ...(lookBack(settings.path, report) ?? historyWithProblem('')), problem });
}
