import type { LoadedConfig } from '../config/load-config.ts';
import { trendAfter } from '../engine/own-trend.ts';
import type { Host } from '../host/host.ts';
import { messageOf } from '../model/faults.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { keepsTrendBeside, writeTrend } from '../store/trend-file.ts';
import { type Terminal, warn } from './terminal.ts';

/** Keeps what later runs compare with. Whatever comes of it is no matter of this check, and is said. */
export async function keepTrend(
  host: Host,
  snapshot: Snapshot,
  { config }: Pick<LoadedConfig, 'config'>,
  terminal: Terminal,
): Promise<void> {
  if (!keepsTrendBeside(config.history.path)) return;
  const looks = await trendAfter(host, snapshot);
  if (looks === null)
    return await warn(terminal, 'what earlier runs saw could not be read, so nothing was added to it');
  try {
    await writeTrend(looks);
  } catch (error) {
    await warn(terminal, `what later runs compare with was not kept: ${messageOf(error)}`);
  }
}
