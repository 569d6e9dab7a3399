import type { Channel } from '../model/config/config.ts';
import type { Delivery } from '../model/notify/delivery.ts';
import type { Message } from '../model/notify/message.ts';
import type { Report } from '../model/report/report.ts';
import { composeMessage } from '../render/message/compose.ts';
import { deliver } from './deliver.ts';
import { deliverTwice, type Sending } from './deliver-twice.ts';

export interface Direct {
  readonly channel: string;
  readonly delivery: Delivery;
}

const UNTIL_MS = 32_000;

/** To each channel at once, with nothing kept on disk. */
export const deliverDirectly = (
  channels: readonly Channel[],
  message: Message,
  sending: Sending,
): Promise<readonly Direct[]> => {
  const untilMs = sending.elapsedMs() + UNTIL_MS;
  return Promise.all(
    channels.map(async (channel) => ({
      channel: channel.name,
      delivery: await deliverTwice(channel, message, sending, untilMs),
    })),
  );
};

/** As above, and once: a person who tests wants to see the first answer. */
export const deliverOnce = (
  channels: readonly Channel[],
  message: Message,
  { door }: Sending,
): Promise<readonly Direct[]> =>
  Promise.all(
    channels.map(async (channel) => ({ channel: channel.name, delivery: await deliver(channel, message, door) })),
  );

/** A message of a run that could not be kept. It says so first: nobody knows what of it is new. */
export function messageWithoutHistory(report: Report, id: string): Message {
  const change = { since: null, fresh: report.findings, shifted: [], resolved: [], notJudged: [] };
  const message = composeMessage({ id, createdAt: report.takenAt, report, change, kind: 'report' });
  const problem = report.history?.problem ?? '';
  const sentence = `The history of this node is not available, so this does not say what is new${problem === '' ? '' : ` (${problem})`}.`;
  return { ...message, text: `${sentence}\n\n${message.text}`, brief: `${sentence}\n${message.brief}` };
}
