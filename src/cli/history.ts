import { liveHost } from '../host/live-host.ts';
import { UsageError } from '../model/faults.ts';
import { styles } from '../render/colour.ts';
import { renderHistory } from '../render/history.ts';
import { harmlessJson } from '../render/json.ts';
import type { Page } from '../render/page.ts';
import { reportInterrupted } from './interrupted-runs.ts';
import type { SettingsOptions } from './options.ts';
import { readChanges } from './read-changes.ts';
import { loadSettings } from './settings.ts';
import { demandRoot, type Terminal, textWidth, wantsColour } from './terminal.ts';

export interface HistoryOptions extends SettingsOptions {
  readonly json?: boolean;
  readonly runs?: boolean;
  readonly limit?: number;
  readonly format?: 'text' | 'json';
}

/** What was changed, when, by whom, and how it is taken back. */
export async function runHistory(options: HistoryOptions, terminal: Terminal): Promise<number> {
  if (options.runs === true) {
    const { runKeptRuns } = await import('./kept-runs.ts');
    // Needed: another place than the configured one would show as an empty history.
    const { config } = await loadSettings(options, terminal, { configuration: 'needed', isCapture: false });
    return runKeptRuns(options, config.history, terminal);
  }
  if (options.limit !== undefined) throw new UsageError('--limit goes with --runs; the journal is shown whole');
  demandRoot(terminal, 'the journal is readable for root only');
  const journal = await readChanges();
  if (options.json === true || options.format === 'json') {
    await terminal.stdout.write(harmlessJson(journal));
    return 0;
  }
  const page: Page = {
    width: textWidth(terminal),
    style: styles(wantsColour(terminal, 'auto', false)),
    verbose: false,
  };
  await reportInterrupted(journal, liveHost(), page, (text) => terminal.stdout.write(text));
  await terminal.stdout.write(`${renderHistory(journal, page).join('\n')}\n`);
  return 0;
}
