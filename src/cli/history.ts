import { liveHost } from '../host/live-host.ts';
import type { HistorySettings } from '../model/config/config.ts';
import { UsageError } from '../model/faults.ts';
import { stateOfStep } from '../model/repair/journal.ts';
import { renderHistory } from '../render/history.ts';
import { jsonText } from '../render/json.ts';
import { readChanges, showInterrupted } from './interrupted-runs.ts';
import type { SettingsOptions } from './options.ts';
import { readHistory } from './past-runs.ts';
import { loadSettings } from './settings.ts';
import { steadyOutput } from './steady-output.ts';
import { demandRoot, lookOf, pageFor, type Terminal } from './terminal.ts';

interface HistoryOptions extends SettingsOptions {
  readonly json?: boolean;
  readonly runs?: boolean;
  readonly limit?: number;
  readonly format?: 'text' | 'json';
}

const SHOWN = 30;

/** What was changed, when, by whom, and how it is taken back. */
export async function runHistory(options: HistoryOptions, terminal: Terminal): Promise<number> {
  if (options.runs === true) {
    // Needed: another place than the configured one would show as an empty history.
    const { config } = await loadSettings(options, terminal, 'needed');
    return await showRuns(options, config.history, terminal);
  }
  if (options.limit !== undefined) throw new UsageError('--limit goes with --runs; the journal is shown whole');
  demandRoot(terminal, 'the journal is readable for root only');
  const journal = await readChanges();
  // A journal of which nothing can be read is none that could be shown.
  const status = journal.steps.length === 0 && journal.problems.length > 0 ? 74 : 0;
  const output = steadyOutput(terminal);
  if (options.json === true || options.format === 'json') {
    const steps = journal.steps.map((step) => ({ ...step, state: stateOfStep(step) }));
    await output.print([jsonText({ ...journal, steps }).trimEnd()]);
    return output.exitCode(status);
  }
  const page = pageFor(terminal, false);
  await showInterrupted(journal, liveHost(), page, output.print);
  await output.print(renderHistory(journal, page));
  return output.exitCode(status);
}

/** The runs that were kept, newest last. The database is loaded only here. */
async function showRuns(
  { limit = SHOWN, format, json }: HistoryOptions,
  { path }: HistorySettings,
  terminal: Terminal,
): Promise<number> {
  demandRoot(terminal, 'the history is readable for root only');
  const { keptRuns } = await import('../store/history.ts');
  const { renderKeptRuns, renderKeptRunsJson } = await import('../render/kept-runs.ts');
  const runs = readHistory(() => keptRuns(path, limit));
  const asJson = format === 'json' || json === true;
  const output = steadyOutput(terminal);
  await output.print([(asJson ? renderKeptRunsJson(runs) : renderKeptRuns(runs, lookOf(terminal, {}))).trimEnd()]);
  return output.exitCode(0);
}
