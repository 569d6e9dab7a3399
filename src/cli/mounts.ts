import { readMountReport } from '../engine/mount-report.ts';
import type { Config } from '../model/config/config.ts';
import { filterMounts, withSince } from '../model/mounts/mount-rows.ts';
import { renderMountJson, renderMountReport } from '../render/mounts.ts';
import { hasHistory } from '../store/history-file.ts';
import type { SettingsOptions } from './options.ts';
import { loadSettings } from './settings.ts';
import { openSource } from './source.ts';
import { type ColourChoice, lookOf, type Terminal } from './terminal.ts';

interface MountsOptions extends SettingsOptions {
  readonly from?: string;
  readonly lxc?: boolean;
  readonly unhealthy?: boolean;
  /** Accepted for those who know it from ProxMenux: a command always reads anew. */
  readonly force?: boolean;
  readonly format: 'text' | 'json';
  readonly verbose?: boolean;
  readonly color: ColourChoice;
}

/** Only where a run was ever kept is the store loaded. */
const standing = async ({ history }: Config) => (await import('../store/history.ts')).standingSince(history.path);

/** The mount table. It shows and does not judge, so it ends with 0 whatever it shows. */
export async function runMounts(options: MountsOptions, terminal: Terminal): Promise<number> {
  const { host, label } = await openSource(options.from, terminal);
  const { config } = await loadSettings(options, terminal, 'helpful', label !== 'live');
  const now = await readMountReport(host, label, config.mounts);
  const whole = label === 'live' && hasHistory(config.history.path) ? withSince(now, await standing(config)) : now;
  const report = filterMounts(whole, { lxc: options.lxc ?? false, unhealthy: options.unhealthy ?? false });
  const text =
    options.format === 'json' ? renderMountJson(report) : renderMountReport(report, lookOf(terminal, options));
  await terminal.stdout.write(text);
  return 0;
}
