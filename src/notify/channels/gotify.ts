import type { GotifyChannel } from '../../model/config/config.ts';
import type { Delivery } from '../../model/notify/delivery.ts';
import type { Message } from '../../model/notify/message.ts';
import { cutToBytes } from '../cut-text.ts';
import type { Door } from '../door.ts';
import { deliveryOf, fieldOf, parsedJson, USER_AGENT, wordOf } from '../http-delivery.ts';
import { oneLine } from '../mail-of-message.ts';

/** Gotify has no limit of its own; this is what a telephone can be asked to show. */
const MOST_MESSAGE_BYTES = 16 * 1024;

/** The Android client: 8 and above with sound and on top, 4 to 7 with sound, below without (gotify/android README). */
const PRIORITIES = { critical: 9, warning: 6, unknown: 6, healthy: 3 } as const;

/** POST /message with the application's token (gotify/server docs/spec.json, createMessage). Plain text, never markdown. */
export async function deliverByGotify(channel: GotifyChannel, message: Message, door: Door): Promise<Delivery> {
  const answer = await door.post({
    url: `${channel.url.replace(/\/+$/, '')}/message`,
    headers: {
      'x-gotify-key': channel.token.reveal(),
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
    },
    body: JSON.stringify({
      title: oneLine(message.subject, 250),
      message: cutToBytes(message.text, MOST_MESSAGE_BYTES),
      priority: message.kind === 'test' ? 5 : PRIORITIES[message.severity],
      extras: { 'client::display': { contentType: 'text/plain' } },
    }),
  });
  return deliveryOf(answer, (body) => {
    const said = parsedJson(body);
    const id = wordOf(fieldOf(said, 'id'));
    return id === '' ? wordOf(fieldOf(said, 'errorDescription')) || body : `message ${id}`;
  });
}
