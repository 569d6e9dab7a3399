import { readLeftovers } from '../engine/leftover-report.ts';
import { writeAtomically } from '../host/output-file.ts';
import { UsageError } from '../model/faults.ts';
import type { LeftoverReport } from '../model/volumes/leftover-report.ts';
import { printable } from '../render/printable.ts';
import type { SettingsOptions } from './options.ts';
import { loadSettings } from './settings.ts';
import { openSource } from './source.ts';
import { type ColourChoice, lookOf, type Terminal, warn } from './terminal.ts';

interface LeftoversOptions extends SettingsOptions {
  readonly from?: string;
  readonly node?: string;
  readonly storage?: string;
  readonly vmid?: number;
  readonly olderThan?: number;
  readonly format: 'text' | 'json' | 'csv';
  readonly output?: string;
  readonly verbose?: boolean;
  readonly color: ColourChoice;
}

/** Some storage could not be looked at, or nothing could be judged: what monitoring reads as unknown. */
const UNSEEN = 3;

/** Lists what no configuration names. It shows and does not judge: 0 whatever it lists, as long as everything was looked at. */
export async function runLeftovers(options: LeftoversOptions, terminal: Terminal): Promise<number> {
  const { host, label } = await openSource(options, terminal);
  const { config } = await loadSettings(options, terminal, 'helpful', label !== 'live');
  const { storage = null, vmid = null, olderThan = null } = options;
  const report = await readLeftovers(host, label, { storage, vmid, olderThanMs: olderThan }, config.mounts);
  if (storage !== null && report.places.length === 0 && report.notSeen.length === 0)
    throw new UsageError(`no storage ${printable(storage)} that holds volumes of guests is in /etc/pve/storage.cfg`);
  const text = await rendered(report, options, terminal);
  if (options.output === undefined || options.output === '-') await terminal.stdout.write(text);
  else await writeAtomically(options.output, text);
  if (options.format === 'csv') for (const sentence of report.notSeen) await warn(terminal, `not seen: ${sentence}`);
  return report.notSeen.length === 0 ? 0 : UNSEEN;
}

async function rendered(report: LeftoverReport, options: LeftoversOptions, terminal: Terminal): Promise<string> {
  if (options.format === 'csv') return (await import('../render/leftovers-csv.ts')).renderLeftoverCsv(report);
  const { renderLeftoverJson, renderLeftovers } = await import('../render/leftovers.ts');
  return options.format === 'json' ? renderLeftoverJson(report) : renderLeftovers(report, lookOf(terminal, options));
}
