import type { LoadedConfig } from '../config/load-config.ts';
import type { HistorySettings } from '../model/config/config.ts';
import { messageOf, UsageError } from '../model/faults.ts';
import { withAcknowledgements } from '../model/report/grade.ts';
import type { Report } from '../model/report/report.ts';
import { withHistory } from '../model/report/report-history.ts';
import { forgetAcknowledgements, readAcknowledgements } from '../store/acknowledgements.ts';
import { hasHistory } from '../store/history-file.ts';
import { hubAcknowledgements } from '../store/hub-files.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { type Terminal, warn } from './terminal.ts';

/** The report with what the kept runs say of it. Only reads, and only where a run was ever kept. */
export async function lookBackFrom(report: Report, { path }: HistorySettings): Promise<Report> {
  if (!hasHistory(path)) return report;
  const { lookBack } = await import('../store/history.ts');
  const past = lookBack(path, report);
  return past ?? report;
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
  const result = keepRun({ ...settings, last: await readRunMark(settings.path), isSent }, report);
  if (!result.kept) {
    const problem = `this run was not kept: ${result.because}`;
    await warn(terminal, problem);
    const past = lookBack(settings.path, report) ?? report;
    const history = { ...(past.history ?? historyWithProblem('')), problem };
    return { report: withHistory(past, history), isKept: false };
  }
  for (const warning of result.warnings) await warn(terminal, warning);
  try {
    await writeRunMark({ uuid: result.uuid, takenAt: report.takenAt }, settings.path);
    await forgetAcknowledgements(settings.path, result.over);
  } catch (error) {
    await warn(terminal, messageOf(error));
  }
  return { report: result.report, isKept: true };
}

/**
 * The report with what was acknowledged on this node, in its hubs, and in its configuration, where that does not know how bad a problem was. A
 * file that counts for nothing is said, in the report too.
 */
export async function withKnown(
  report: Report,
  { config, acknowledged, file }: Pick<LoadedConfig, 'config' | 'acknowledged' | 'file'>,
  terminal: Terminal,
): Promise<Report> {
  const { list, problem: own } = await readAcknowledgements(config.history.path);
  const hub = hubAcknowledgements(config.history.path);
  const problem = [own, hub.problem].filter((one) => one !== '').join('; ');
  const configured = acknowledged.map((one) => ({ ...one, severity: 'critical', by: file.path, at: '' }) as const);
  const known = withAcknowledgements(report, [...configured, ...hub.list, ...list]);
  if (problem === '') return known;
  await warn(terminal, problem);
  return { ...known, notSeen: [...known.notSeen, problem] };
}

/** What `read` finds in the history, for those who only look: 74 where it cannot be read. */
export function readHistory<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreProblem) throw new UsageError(`the history cannot be read: ${error.message}`, 74);
    throw error;
  }
}
