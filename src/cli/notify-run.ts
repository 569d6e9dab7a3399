import { randomUUID } from 'node:crypto';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ClusterState } from '../engine/cluster-state.ts';
import type { NotifySettings } from '../model/config/config.ts';
import { everythingIsNew } from '../model/notify/change.ts';
import type { Report } from '../model/report/report.ts';
import { deliverTwice, liveSending } from '../notify/deliver.ts';
import { withDefault } from '../notify/policy.ts';
import { type Occasion, type Outcome, tellChannels } from '../notify/tell.ts';
import { composeMessage } from '../render/message/compose.ts';
import { openChannels } from '../store/channels.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { keepThisRun } from './past-runs.ts';
import { lockToSend, PATIENCE_MS } from './sending-lock.ts';
import { type Terminal, warn } from './terminal.ts';

/** What became of what was sent, in words and as a count. */
export interface SendingResult {
  readonly sent: readonly string[];
  /** Also on standard error already. */
  readonly failed: readonly string[];
}

export interface KeptForSending {
  /** With its history. */
  readonly report: Report;
  readonly isKept: boolean;
  /** Sends each channel what is new for it; later, so that nobody waits for a report meanwhile. */
  readonly send: () => Promise<SendingResult>;
}

const NOTHING: SendingResult = { sent: [], failed: [] };

/**
 * Keeps a run to be sent. Where it cannot be kept, a problem is sent at once, without history: a full disk must not be
 * what keeps an alert from leaving.
 */
export async function keepToSend(
  found: Report,
  { config, leftOut }: Pick<LoadedConfig, 'config' | 'leftOut'>,
  terminal: Terminal,
  cause: 'run' | 'asked',
  state: ClusterState | null = null,
): Promise<KeptForSending> {
  const { history } = config;
  const isPve = (found.host?.pveVersion ?? null) !== null;
  const notify = withDefault(config.notify, isPve, leftOut);
  const { report, isKept } = await keepThisRun(found, history, terminal, notify.channels.length > 0);
  // Without channels nothing is sent and nothing is said.
  if (notify.channels.length === 0) return { report, isKept, send: async () => NOTHING };
  return {
    report,
    isKept,
    send: () =>
      isKept
        ? tellKept(history.path, { settings: notify, cause }, state, terminal)
        : tellDirectly(report, notify, cause, terminal),
  };
}

/** What a person asks for is that of this node. */
async function tellKept(
  path: string,
  { settings, cause }: Pick<Occasion, 'settings' | 'cause'>,
  state: ClusterState | null,
  terminal: Terminal,
): Promise<SendingResult> {
  if (state === null || cause === 'asked') return await tellAll(path, { settings, cause }, terminal);
  return await (await import('./cluster-mail.ts')).tellInCluster(state, { path, settings, cause }, terminal);
}

/** Sends every channel of a directory what is new for it. One process at a time: two would send the same. */
export async function tellAll(
  path: string,
  occasion: Pick<Occasion, 'settings' | 'cause' | 'cluster'>,
  terminal: Terminal,
): Promise<SendingResult> {
  const sending = liveSending();
  const lock = await lockToSend(path, sending, occasion.cause === 'retry' ? 0 : PATIENCE_MS);
  if ('refused' in lock) {
    // Whoever holds it sends what there is, or the timer does.
    if (lock.isHeld) return NOTHING;
    await warn(terminal, `two runs at once may send the same message: ${lock.refused}`);
  }
  try {
    const store = openChannels(path, sending.now().toISOString());
    try {
      for (const warning of store.warnings) await warn(terminal, warning);
      return await inWords(await tellChannels(store, { ...occasion, sending }), STAYS, terminal);
    } finally {
      store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    const sentence = `nobody could be told, which the next run does: ${error.message}`;
    await warn(terminal, sentence);
    return { sent: [], failed: [sentence] };
  } finally {
    if (!('refused' in lock)) await lock.release();
  }
}

const STAYS = 'what it has not heard waits, and the timer tries again';
const LOST = 'the run was kept nowhere, so this is not tried again';

/** To every channel but those whose policy wants only changes, where the node is healthy. The message says that nobody knows what is new. */
async function tellDirectly(
  report: Report,
  { channels }: NotifySettings,
  cause: 'run' | 'asked',
  terminal: Terminal,
): Promise<SendingResult> {
  const wanted = channels.filter(
    ({ policy }) => cause === 'asked' || policy === 'always' || report.status !== 'healthy',
  );
  const message = messageWithoutHistory(report);
  const sending = liveSending();
  const untilMs = sending.elapsedMs() + 32_000;
  const outcomes = await Promise.all(
    wanted.map(async (channel) => ({
      channel: channel.name,
      delivery: await deliverTwice(channel, message, sending, untilMs),
    })),
  );
  return await inWords(outcomes, LOST, terminal);
}

function messageWithoutHistory(report: Report) {
  const change = everythingIsNew(report);
  const message = composeMessage({ id: randomUUID(), createdAt: report.takenAt, report, change, kind: 'report' });
  const problem = report.history?.problem ?? '';
  const sentence = `The history of this node is not available, so this does not say what is new${problem === '' ? '' : ` (${problem})`}.`;
  return { ...message, text: `${sentence}\n\n${message.text}`, brief: `${sentence}\n${message.brief}` };
}

async function inWords(outcomes: readonly Outcome[], later: string, terminal: Terminal): Promise<SendingResult> {
  const [sent, failed]: [string[], string[]] = [[], []];
  for (const { channel, delivery } of outcomes) {
    if (delivery.state === 'sent') sent.push(`${channel}: ${delivery.answer}`);
    else failed.push(`${channel}: ${delivery.because}; ${later}`);
  }
  for (const sentence of failed) await warn(terminal, `channel ${sentence}`);
  return { sent, failed };
}
