import { randomUUID } from 'node:crypto';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Delivery } from '../model/notify/delivery.ts';
import type { Report } from '../model/report/report.ts';
import { withHistory } from '../model/report/report-history.ts';
import { decideBy, toldWithoutHistory } from '../notify/decide.ts';
import { deliverDirectly, messageWithoutHistory } from '../notify/deliver-directly.ts';
import { deliverPending, type Outcome } from '../notify/deliver-pending.ts';
import { printable } from '../render/printable.ts';
import { historyWithProblem, keepRun, lookBack, openOutbox } from '../store/history.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { liveSending } from './notify-sending.ts';
import type { Terminal } from './terminal.ts';

/** What became of what was sent, in words and as a count. */
export interface SendingResult {
  readonly sent: readonly string[];
  /** Also on standard error already. */
  readonly failed: readonly string[];
}

export interface KeptForSending {
  /** With its history. */
  readonly report: Report;
  /** Sends what waits, this run's messages and older ones; later, so that nobody waits for a report meanwhile. */
  readonly send: () => Promise<SendingResult>;
}

export interface SendingRun {
  /** A person asked for it: every channel is told of this run, whatever its policy. */
  readonly everybody: boolean;
}

/**
 * Keeps a run and decides who is told of it, in one transaction. Where the run cannot be kept, whoever would be told of a
 * problem is told directly: a full disk must not be what keeps an alert from leaving.
 */
export async function keepToSend(
  report: Report,
  { config, leftOut }: LoadedConfig,
  terminal: Terminal,
  { everybody }: SendingRun,
): Promise<KeptForSending> {
  const { history, notify } = config;
  const warn = (sentence: string) => terminal.stderr.write(`pve-doctor: ${printable(sentence)}\n`);
  const decide = decideBy({ settings: notify, everybody, newId: randomUUID });
  const result = keepRun(history, report, decide);
  const unusable = leftOut.map(({ name }) => name);
  if (result.kept) {
    for (const warning of result.warnings) await warn(warning);
    // Without channels nothing is sent and nothing is said, whatever waits for channels that there were.
    if (notify.channels.length === 0) return { report: result.report, send: async () => ({ sent: [], failed: [] }) };
    return { report: result.report, send: () => sendKept(history.path, config, unusable, warn) };
  }
  const problem = `this run was not kept: ${result.because}`;
  await warn(problem);
  const told = withHistory(report, { ...(lookBack(history.path, report) ?? historyWithProblem('')), problem });
  const send = async (): Promise<SendingResult> => {
    const channels = toldWithoutHistory(notify.channels, told.status, everybody);
    if (channels.length === 0) return { sent: [], failed: [] };
    const message = messageWithoutHistory(told, randomUUID());
    const all = await deliverDirectly(channels, message, liveSending());
    return tell(
      all.map(({ channel, delivery }) => ({ channel, delivery, later: 'it was kept nowhere and is not tried again' })),
      warn,
    );
  };
  return { report: told, send };
}

type Warn = (sentence: string) => Promise<void>;

async function sendKept(
  path: string,
  { notify }: LoadedConfig['config'],
  leftOut: readonly string[],
  warn: Warn,
): Promise<SendingResult> {
  const sending = liveSending();
  try {
    const { outbox, warnings, close } = openOutbox(path, sending.now().toISOString());
    try {
      for (const warning of warnings) await warn(warning);
      const { outcomes, problems } = await deliverPending({ outbox, channels: notify.channels, leftOut, sending });
      for (const problem of problems) await warn(problem);
      return await tell(outcomes.map(inWords), warn);
    } finally {
      close();
    }
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    const sentence = `messages could not be read, and wait for the next run: ${error.message}`;
    await warn(sentence);
    return { sent: [], failed: [sentence] };
  }
}

interface Told {
  readonly channel: string;
  readonly delivery: Delivery;
  /** What becomes of it, where it failed. */
  readonly later: string;
}

/** What is said of one message that was tried. */
export function inWords({ entry, delivery, nextAttemptAt }: Outcome): Told {
  const { number, channel } = entry;
  const later =
    nextAttemptAt === null
      ? `message ${number} was given up; \`pve-doctor notify retry ${number}\` sends it once more`
      : `message ${number} waits; a run after ${nextAttemptAt.slice(0, 16).replace('T', ' ')} UTC tries it again`;
  return { channel, delivery, later };
}

async function tell(all: readonly Told[], warn: Warn): Promise<SendingResult> {
  const [sent, failed]: [string[], string[]] = [[], []];
  for (const { channel, delivery, later } of all) {
    if (delivery.state === 'sent') sent.push(`${channel}: ${delivery.answer}`);
    else failed.push(`${channel}: ${delivery.because}; ${later}`);
  }
  for (const sentence of failed) await warn(`channel ${sentence}`);
  return { sent, failed };
}
