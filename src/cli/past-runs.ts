import type { HistorySettings } from '../model/config/config.ts';
import { messageOf } from '../model/faults.ts';
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
  if (history === null) return report;
  const { withUnseen } = await import('../model/report/grade.ts');
  return withHistory(withUnseen(report, history.notJudged), history);
}

export interface KeptHere {
  /** With its history. */
  readonly report: Report;
  readonly isKept: boolean;
}

/** Keeps this run. A history that cannot be written is said, here and in the report. */
export async function keepThisRun(
  report: Report,
  settings: HistorySettings,
  terminal: Terminal,
  isSent = false,
): Promise<KeptHere> {
  const { historyWithProblem, keepRun, lookBack } = await import('../store/history.ts');
  const { readRunMark, writeRunMark } = await import('../store/run-mark.ts');
  const warn = (sentence: string) => terminal.stderr.write(`pve-doctor: ${printable(sentence)}\n`);
  const result = keepRun({ ...settings, last: await readRunMark(settings.path), isSent }, report);
  if (!result.kept) {
    const problem = `this run was not kept: ${result.because}`;
    await warn(problem);
    const history = { ...(lookBack(settings.path, report) ?? historyWithProblem('')), problem };
    return { report: withHistory(report, history), isKept: false };
  }
  for (const warning of result.warnings) await warn(warning);
  try {
    await writeRunMark({ uuid: result.uuid, takenAt: report.takenAt }, settings.path);
    const { forgetAcknowledgements } = await import('../store/acknowledgements.ts');
    await forgetAcknowledgements(
      settings.path,
      (result.report.history?.resolved ?? []).map(({ id }) => id),
    );
  } catch (error) {
    await warn(messageOf(error));
  }
  return { report: result.report, isKept: true };
}
