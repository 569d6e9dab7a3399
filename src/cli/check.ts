import type { LoadedConfig } from '../config/load-config.ts';
import { lookAtNode } from '../engine/check-node.ts';
import { clusterStateAfter } from '../engine/cluster-state.ts';
import { type Narrowing, showFrom } from '../engine/narrowing.ts';
import { ReaderGone, UsageError } from '../model/faults.ts';
import type { Severity } from '../model/finding.ts';
import type { Report } from '../model/report/report.ts';
import { type Form, isShown, renderAs, showsWhole, writeForm } from './forms.ts';
import { warnOfInterrupted } from './interrupted-runs.ts';
import type { SettingsOptions } from './options.ts';
import { keepThisRun, lookBackFrom, withKnown } from './past-runs.ts';
import { loadSettings } from './settings.ts';
import { NEEDS_ROOT, openSource, type Source } from './source.ts';
import { type ColourChoice, lookOf, type Terminal, warn } from './terminal.ts';

interface CheckOptions extends SettingsOptions {
  readonly from?: string;
  readonly node?: string;
  readonly fresh?: boolean;
  readonly only?: 'dm' | 'mounts';
  readonly vmid?: number;
  readonly severity?: Severity;
  readonly format: Form;
  readonly output?: string;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly runningFirst?: boolean;
  readonly record?: boolean;
  readonly send?: boolean;
  readonly color: ColourChoice;
}

export async function runCheck(options: CheckOptions, terminal: Terminal): Promise<number> {
  for (const flag of ['record', 'send'] as const)
    if (options[flag] === true && !isOfWholeNode(options))
      throw new UsageError(
        `--${flag} keeps a run of this whole node: without --from, --only and --vmid. ` +
          'Kept runs are compared: in a run of a part, whatever lies outside it would look resolved.',
      );
  const { host, label } = await chooseSource(options, terminal);
  // What is right of the configuration is used, for sending too: a mistake in one channel must not silence the others.
  const loaded = await loadSettings(options, terminal, 'helpful', label !== 'live');
  const { mounts } = loaded.config;
  if (label === 'live') await warnOfInterrupted(host, terminal);
  const least = showsWhole(options.format) ? 'notice' : (options.severity ?? 'notice');
  const { snapshot, report: found } = await lookAtNode(host, label, narrowing(options), mounts);
  const checked = label === 'live' ? await withKnown(await troubled(found, loaded), loaded, terminal) : found;
  // Neither a capture nor a part of the node is compared with what stood on the whole of it.
  const isComparable = label === 'live' && isOfWholeNode(options);
  const isSent = options.send === true && isComparable;
  const kept = isSent
    ? await (await notifyRun()).keepToSend(checked, loaded, terminal, 'run', clusterStateAfter(snapshot, checked))
    : null;
  const whole = kept?.report ?? (isComparable ? await withPast(checked, options, loaded, terminal) : checked);
  const report = showFrom(whole, least);
  await warnOfUnknownGuest(options.vmid, report, terminal);
  const shown = show(report, options, terminal).catch((error: unknown) => {
    // The verdict is the exit status, whether or not anybody reads on.
    if (!(error instanceof ReaderGone)) throw error;
  });
  let failed = 0;
  try {
    if (kept !== null) await Promise.race([shown, later(PATIENCE_MS)]);
  } finally {
    // Also where the report could not be written: that is no reason to keep an alert back.
    failed = (await kept?.send())?.failed.length ?? 0;
  }
  await shown;
  if (isComparable && (isSent || options.record === true)) {
    await (await import('./kept-trend.ts')).keepTrend(host, snapshot, loaded, terminal);
    await (await import('./publish.ts')).publishLook({ snapshot, report: checked }, loaded, terminal);
    // What a hub does not take waits: that is no matter of this check, until it lasts.
    await (await import('./hub-push.ts')).pushLook(whole, loaded, terminal);
  }
  return isSent && (failed > 0 || (report.trouble ?? []).length > 0 || kept?.isKept === false)
    ? NOT_TOLD
    : report.exitCode;
}

const troubled = async (report: Report, loaded: LoadedConfig): Promise<Report> =>
  (await import('./channel-trouble.ts')).withTrouble(report, loaded);

async function withPast(
  report: Report,
  { record }: CheckOptions,
  { config }: LoadedConfig,
  terminal: Terminal,
): Promise<Report> {
  const { history, notify } = config;
  if (record !== true) return await lookBackFrom(report, history);
  return (await keepThisRun(report, history, terminal, notify.channels.length > 0)).report;
}

/** sysexits.h EX_TEMPFAIL: with --send, somebody who should get a message about this run did not, or the run was not kept. */
const NOT_TOLD = 75;

/** A mistyped VMID would look like a healthy guest. */
async function warnOfUnknownGuest(vmid: number | undefined, report: Report, terminal: Terminal): Promise<void> {
  if (vmid === undefined || report.summary.guests === null || report.guests.length > 0) return;
  await warn(terminal, `this node has no guest ${vmid}; only what is left of it here is shown`);
}

/** A reader may stop reading for hours (`| less`); no alert waits for it longer than this. */
const PATIENCE_MS = 5000;

const later = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

async function show(report: Report, options: CheckOptions, terminal: Terminal): Promise<void> {
  if (isShown(options) && options.format === 'json') {
    const { jsonPieces } = await import('../render/json.ts');
    for (const piece of jsonPieces(report)) await terminal.stdout.write(piece);
    return;
  }
  const text = await renderAs(options.format, report, lookOf(terminal, options));
  await writeForm(text, options, terminal);
}

const notifyRun = () => import('./notify-run.ts');

const isOfWholeNode = ({ from, only, vmid }: CheckOptions): boolean =>
  from === undefined && only === undefined && vmid === undefined;

const narrowing = ({ only, vmid }: CheckOptions): Narrowing => ({ only: only ?? null, vmid: vmid ?? null });

/** `npm start` alone names an example (tools/start.mjs), shown where this machine has nothing to check. */
async function chooseSource(options: CheckOptions, terminal: Terminal): Promise<Source> {
  const example = terminal.env['PVE_DOCTOR_EXAMPLE'] ?? '';
  if (example === '' || options.from !== undefined) return openSource(options, terminal);
  const { hasSomethingToCheck } = await import('../host/machine-kind.ts');
  const worthIt = await hasSomethingToCheck();
  if (worthIt && terminal.isRoot) return openSource({}, terminal);
  const why = worthIt ? NEEDS_ROOT : 'this machine has no device-mapper devices and no Proxmox VE';
  await warn(terminal, `${why}; checking the bundled example node instead`);
  return openSource({ from: example }, terminal);
}
