import { type Client, liveClient } from '../channels/client.ts';
import { typeOfChannel } from '../channels/index.ts';
import { formsOf, isTelling } from '../channels/secret-forms.ts';
import type { Channel } from '../model/config/config.ts';
import { Secret } from '../model/config/secret.ts';
import { messageOf } from '../model/faults.ts';
import { type Delivery, undelivered } from '../model/notify/delivery.ts';
import type { Message } from '../model/notify/message.ts';
import { shownAnswer } from './shown-answer.ts';

/** How messages leave, and the clock by which they do. */
export interface Sending {
  readonly client: Client;
  readonly now: () => Date;
  /** Of a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

/** Sending from this machine, by its clock. */
export const liveSending = (): Sending => ({
  client: liveClient(),
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  pause: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
});

/** Between the two tries of one run. Who asks for more than the longer one is tried by the next run. */
const SHORT_PAUSE_MS = 2000;
const LONG_PAUSE_MS = 10_000;

/** One message to one channel, with a second try where the first one met something that may pass. */
export async function deliverTwice(
  channel: Channel,
  message: Message,
  { client, pause, elapsedMs }: Sending,
  untilMs: number,
): Promise<Delivery> {
  const first = await deliver(channel, message, client);
  if (first.state === 'sent' || !first.retry || first.waitMs > LONG_PAUSE_MS) return first;
  const waitMs = Math.max(SHORT_PAUSE_MS, first.waitMs);
  if (elapsedMs() + waitMs > untilMs) return first;
  await pause(waitMs);
  return deliver(channel, message, client);
}

/** Hands one message to one channel. Nothing is thrown, and what is answered is one line without any of its secrets. */
export async function deliver(channel: Channel, message: Message, client: Client): Promise<Delivery> {
  const secrets = secretsOf(channel);
  // A fault of ours must not take the other channels' messages with it, and the message stays to be sent.
  const delivery = await typeOfChannel(channel)
    .deliver(channel, message, client)
    .catch((error: unknown) => undelivered(`a fault of pve-doctor: ${messageOf(error)}`));
  return delivery.state === 'sent'
    ? { ...delivery, answer: shownAnswer(delivery.answer, secrets) }
    : { ...delivery, because: shownAnswer(delivery.because, secrets) };
}

/** Everything that must not be shown of a channel, in every form in which the other side may repeat it. */
export const secretsOf = (channel: Channel): readonly string[] => [
  ...Object.values(channel).flatMap((value: unknown) =>
    value instanceof Secret && isTelling(value.reveal()) ? formsOf(value.reveal()) : [],
  ),
  ...typeOfChannel(channel).alsoSecret(channel),
];
