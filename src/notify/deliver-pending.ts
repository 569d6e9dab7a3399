import type { Channel } from '../model/config/config.ts';
import { type Delivery, refused, undelivered } from '../model/notify/delivery.ts';
import type { Outbox, OutboxEntry, TakenMessage } from '../model/notify/outbox.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { nextAttempt } from './backoff.ts';
import { deliverTwice, type Sending } from './deliver-twice.ts';

/** What became of one message of the outbox in this run. */
export interface Outcome {
  readonly entry: OutboxEntry;
  readonly delivery: Delivery;
  /** Where it failed: when it is tried again, null where it was given up. */
  readonly nextAttemptAt: string | null;
}

export interface Delivered {
  readonly outcomes: readonly Outcome[];
  /** What the disk refused meanwhile, each a sentence: what was sent may be sent again by a later run. */
  readonly problems: readonly string[];
}

export interface Pending {
  readonly outbox: Outbox;
  readonly channels: readonly Channel[];
  /** Channels that exist and cannot be used by this process: their messages are left alone. */
  readonly leftOut: readonly string[];
  readonly sending: Sending;
  readonly limits?: DeliveryLimits;
}

export interface DeliveryLimits {
  /** After which no further attempt is begun. With the deadlines of the doors a run takes a minute at most. */
  readonly beginUntilMs: number;
  /** After which nobody waits any more, whatever hangs. */
  readonly endMs: number;
  readonly mostPerChannel: number;
}

const LIMITS: DeliveryLimits = { beginUntilMs: 32_000, endMs: 60_000, mostPerChannel: 20 };

/**
 * For how long a message that is being sent belongs to its run. Longer than a run can take; and where a run dies in the
 * middle, so long until the next one sends it again.
 */
const LEASE_MS = 2 * 60_000;

/**
 * Sends what waits in the outbox, oldest first. Channels go side by side and know nothing of each other; within one, a message
 * that fails for now keeps the others waiting, since they would meet the same. Never throws for what a channel does.
 */
export async function deliverPending(pending: Pending): Promise<Delivered> {
  const { outbox, channels, leftOut, sending, limits = LIMITS } = pending;
  const due = outbox.due(sending.now().toISOString()).filter(({ channel }) => !leftOut.includes(channel));
  const outcomes: Outcome[] = [];
  const problems: string[] = [];
  const untilMs = sending.elapsedMs() + limits.beginUntilMs;
  const queue = async (name: string): Promise<void> => {
    const channel = channels.find((candidate) => candidate.name === name) ?? null;
    for (const entry of due.filter((candidate) => candidate.channel === name).slice(0, limits.mostPerChannel)) {
      if (sending.elapsedMs() > untilMs) return;
      const outcome = await sendOne(outbox, entry, channel, sending, untilMs);
      if (outcome === null) continue;
      outcomes.push(outcome);
      if (outcome.delivery.state === 'failed' && outcome.delivery.retry) return;
    }
  };
  // What the disk refuses one channel must not take the others' messages with it, which are on their way.
  const guardedQueue = (name: string): Promise<void> =>
    queue(name).catch((error: unknown) => {
      if (!(error instanceof StoreProblem)) throw error;
      problems.push(error.message);
    });
  const all = Promise.all([...new Set(due.map(({ channel }) => channel))].map(guardedQueue));
  await Promise.race([all, sending.pause(limits.endMs)]);
  return { outcomes, problems };
}

async function sendOne(
  outbox: Outbox,
  { number }: OutboxEntry,
  channel: Channel | null,
  sending: Sending,
  untilMs: number,
): Promise<Outcome | null> {
  const now = sending.now();
  const taken = outbox.take(number, now.toISOString(), new Date(now.getTime() + LEASE_MS).toISOString());
  // Another run has it.
  if (taken === null) return null;
  return record(outbox, taken, await deliverTaken(taken, channel, sending, untilMs), sending.now());
}

async function deliverTaken(
  { entry, message }: TakenMessage,
  channel: Channel | null,
  sending: Sending,
  untilMs: number,
): Promise<Delivery> {
  if ('unreadable' in message) return refused(`what is kept of this message is damaged (${message.unreadable})`);
  if (channel === null) return undelivered(`there is no channel ${entry.channel} in the configuration`);
  return await deliverTwice(channel, message, sending, untilMs);
}

function record(outbox: Outbox, { entry }: TakenMessage, delivery: Delivery, now: Date): Outcome {
  const at = now.toISOString();
  if (delivery.state === 'sent') {
    outbox.markSent(entry.number, at);
    return { entry, delivery, nextAttemptAt: null };
  }
  const { attempts, createdAt, number } = entry;
  const nextAttemptAt = delivery.retry ? nextAttempt({ attempts, createdAt, waitMs: delivery.waitMs }, now) : null;
  outbox.markFailed({ number, attempts, error: delivery.because, at, nextAttemptAt });
  return { entry, delivery, nextAttemptAt };
}
