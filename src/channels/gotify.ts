import { HTTP_URL, TOKEN } from '../model/config/kinds.ts';
import { cutToBytes } from '../render/message/clip.ts';
import { channelType, required } from './channel-type.ts';
import { deliveryOf, fieldOf, JSON_HEADERS, parsedJson, wordOf } from './http-delivery.ts';
import { oneLine } from './mail-of-message.ts';

/** Gotify has no limit of its own; this is what a telephone can be asked to show. */
const MOST_MESSAGE_BYTES = 16 * 1024;

/** The Android client: 8 and above with sound and on top, 4 to 7 with sound, below without (gotify/android README). */
const PRIORITIES = { critical: 9, warning: 6, unknown: 6, waiting: 3, healthy: 3 } as const;

export const GOTIFY = channelType({
  type: 'gotify',
  doc: 'a message to a Gotify server',
  keys: {
    url: required(HTTP_URL, '"https://gotify.example.org"', 'The server.'),
    token: required(TOKEN, '', "The application's token."),
  },
  /** POST /message with the application's token (gotify/server docs/spec.json, createMessage). Plain text, never markdown. */
  deliver: async ({ url, token }, message, client) => {
    const answer = await client.post({
      url: `${url.replace(/\/+$/, '')}/message`,
      headers: { ...JSON_HEADERS, 'x-gotify-key': token.reveal() },
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
  },
});
