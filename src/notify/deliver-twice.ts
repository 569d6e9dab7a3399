import type { Channel } from '../model/config/config.ts';
import type { Delivery } from '../model/notify/delivery.ts';
import type { Message } from '../model/notify/message.ts';
import { deliver } from './deliver.ts';
import type { Door } from './door.ts';

/** How messages leave, and the clock by which they do. */
export interface Sending {
  readonly door: Door;
  readonly now: () => Date;
  /** Of a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

/** Between the two tries of one run. Who asks for more than the longer one is tried by the next run. */
const SHORT_PAUSE_MS = 2000;
const LONG_PAUSE_MS = 10_000;

/** One message to one channel, with a second try where the first one met something that may pass. */
export async function deliverTwice(
  channel: Channel,
  message: Message,
  { door, pause, elapsedMs }: Sending,
  untilMs: number,
): Promise<Delivery> {
  const first = await deliver(channel, message, door);
  if (first.state === 'sent' || !first.retry || first.waitMs > LONG_PAUSE_MS) return first;
  const waitMs = Math.max(SHORT_PAUSE_MS, first.waitMs);
  if (elapsedMs() + waitMs > untilMs) return first;
  await pause(waitMs);
  return deliver(channel, message, door);
}
