import type { HistorySettings } from '../model/config/config.ts';
import { UsageError } from '../model/faults.ts';
import { renderKeptRuns, renderKeptRunsJson } from '../render/kept-runs.ts';
import { keptRuns } from '../store/history.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { demandRoot, type Terminal, textWidth, wantsColour } from './terminal.ts';

interface KeptRunsOptions {
  readonly limit?: number;
  readonly format?: 'text' | 'json';
  readonly json?: boolean;
}

const SHOWN = 30;

/** The runs that were kept, newest last. */
export async function runKeptRuns(
  { limit = SHOWN, format, json }: KeptRunsOptions,
  { path }: HistorySettings,
  terminal: Terminal,
): Promise<number> {
  demandRoot(terminal, 'the history is readable for root only');
  const runs = readRuns(path, limit);
  const look = { width: textWidth(terminal), colour: wantsColour(terminal, 'auto', false) };
  const asJson = format === 'json' || json === true;
  await terminal.stdout.write(asJson ? renderKeptRunsJson(runs) : renderKeptRuns(runs, look));
  return 0;
}

function readRuns(path: string, limit: number): ReturnType<typeof keptRuns> {
  try {
    return keptRuns(path, limit);
  } catch (error) {
    if (error instanceof StoreProblem) throw new UsageError(`the history cannot be read: ${error.message}`, 74);
    throw error;
  }
}
