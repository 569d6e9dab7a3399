import type { LoadedConfig } from '../config/load-config.ts';
import { checkNode } from '../engine/check-node.ts';
import { UsageError } from '../model/faults.ts';
import type { Report } from '../model/report/report.ts';
import { printable } from '../render/printable.ts';
import { withTrouble } from './channel-trouble.ts';
import { renderAs, writeForm } from './forms.ts';
import { warnOfInterrupted } from './interrupted-runs.ts';
import type { SettingsOptions } from './options.ts';
import { lookBackFrom, withKnown } from './past-runs.ts';
import { loadSettings } from './settings.ts';
import { openSource } from './source.ts';
import { lookOf, type Terminal } from './terminal.ts';

interface ReportOptions extends SettingsOptions {
  readonly output?: string;
  readonly send?: boolean;
  readonly from?: string;
  readonly cluster?: boolean;
}

/** sysexits.h EX_TEMPFAIL: what was to be sent is kept and tried again. */
const NOTHING_SENT = 75;

/** The whole report for people: as a file, and on its way to them. */
export async function runReport(options: ReportOptions, terminal: Terminal): Promise<number> {
  const send = options.send === true;
  const isCapture = options.from !== undefined;
  if (options.cluster === true) return await reportCluster(options, terminal);
  if (send && isCapture) throw new UsageError('--send keeps a run of this node, so it goes without --from');
  const configuration = send ? 'needed' : 'helpful';
  const loaded = await loadSettings(options, terminal, configuration, isCapture);
  if (send && loaded.config.notify.channels.length === 0)
    throw new UsageError(
      `no channel is configured in ${loaded.file.path}, so there is nobody to send to; see docs/notifications.md`,
    );
  const { host, label } = await openSource(options.from, terminal);
  if (label === 'live') await warnOfInterrupted(host, terminal);
  const found = await checkNode(host, label, { only: null, vmid: null }, loaded.config.mounts);
  const checked = isCapture ? found : await withKnown(withTrouble(found, loaded), loaded, terminal);
  if (send) return await sendReport(checked, options, loaded, terminal);
  await write(isCapture ? checked : await lookBackFrom(checked, loaded.config.history), options, terminal);
  return 0;
}

async function reportCluster(options: ReportOptions, terminal: Terminal): Promise<number> {
  if (options.send === true) throw new UsageError('--send sends the report of this node, so it goes without --cluster');
  const html = await (await import('./cluster.ts')).clusterHtml(options, terminal);
  if (typeof html !== 'string') throw new UsageError(`there is no cluster to report on: ${printable(html.because)}`);
  await writeHtml(html, options, terminal);
  return 0;
}

async function sendReport(
  checked: Report,
  options: ReportOptions,
  loaded: LoadedConfig,
  terminal: Terminal,
): Promise<number> {
  const { keepToSend } = await import('./notify-run.ts');
  const kept = await keepToSend(checked, loaded, terminal, 'asked');
  let sent: readonly string[] = [];
  try {
    if (options.output !== undefined) await write(kept.report, options, terminal);
  } finally {
    ({ sent } = await kept.send());
  }
  // Nothing else goes to standard output, unless that is where the report was to go.
  if (options.output !== '-') await terminal.stdout.write(sent.map((line) => `sent to ${printable(line)}\n`).join(''));
  return sent.length > 0 ? 0 : NOTHING_SENT;
}

const write = async (report: Report, options: ReportOptions, terminal: Terminal): Promise<void> =>
  writeHtml(await renderAs('html', report, lookOf(terminal, options)), options, terminal);

const writeHtml = (html: string, { output }: ReportOptions, terminal: Terminal): Promise<void> =>
  writeForm(html, { format: 'html', ...(output === undefined ? {} : { output }) }, terminal);
