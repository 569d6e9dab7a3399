import { HTTP_URL, secret, TOKEN } from '../model/config/kinds.ts';
import type { Message } from '../model/notify/message.ts';
import { cutToBytes } from '../render/message/clip.ts';
import { channelType, optional, preset, required } from './channel-type.ts';
import { bearer, deliveryOf, fieldOf, JSON_HEADERS, parsedJson, wordOf } from './http-delivery.ts';
import { oneLine } from './mail-of-message.ts';

/** ntfy server/server.go, topicRegex. Whoever knows the topic can read it, so it is a secret. */
const TOPIC = secret('a topic: 1 to 64 letters, digits, "-" and "_"', (text) => /^[-_A-Za-z0-9]{1,64}$/.test(text));

/** A longer one becomes a file (docs.ntfy.sh/publish, "Limitations"). */
const MOST_MESSAGE_BYTES = 4096;

/** The server reads twice the message's limit as JSON and refuses what is longer (ntfy server.go transformBodyJSON). */
const MOST_BODY_BYTES = 8192;

/** docs.ntfy.sh/publish, "Message priority": 5 is the highest, 3 the usual. */
const PRIORITIES = { critical: 5, warning: 4, unknown: 4, waiting: 3, healthy: 3 } as const;

const TAGS = {
  critical: 'rotating_light',
  warning: 'warning',
  unknown: 'grey_question',
  waiting: 'hourglass_flowing_sand',
  healthy: 'white_check_mark',
} as const;

export const NTFY = channelType({
  type: 'ntfy',
  doc: 'a message to a topic of ntfy',
  keys: {
    url: preset(HTTP_URL, 'https://ntfy.sh', 'The server.'),
    topic: required(TOPIC, '', 'The topic. Whoever knows it can read it, so it is treated as a secret.'),
    token: optional(TOKEN, '', 'Access token.'),
  },
  /** As JSON to the root of the server, not with headers, which cannot hold UTF-8 (docs.ntfy.sh/publish, "Publish as JSON"). */
  deliver: async ({ url, topic, token }, message, client) => {
    const answer = await client.post({
      url: `${url.replace(/\/+$/, '')}/`,
      headers: { ...bearer(token), ...JSON_HEADERS },
      body: bodyOf(message, topic.reveal()),
    });
    return deliveryOf(answer, (body) => {
      const said = parsedJson(body);
      const id = fieldOf(said, 'id');
      return typeof id === 'string' ? `message ${id}` : wordOf(fieldOf(said, 'error')) || body;
    });
  },
});

function bodyOf(message: Message, topic: string): string {
  const test = message.kind === 'test';
  const document = (text: string): string =>
    JSON.stringify({
      topic,
      title: oneLine(message.subject, 250),
      message: text,
      priority: test ? 3 : PRIORITIES[message.severity],
      tags: test ? [] : [TAGS[message.severity]],
    });
  let mostBytes = MOST_MESSAGE_BYTES;
  let body = document(cutToBytes(message.brief, mostBytes));
  // Line breaks and quotes take twice their length in JSON, control characters six times.
  while (Buffer.byteLength(body) > MOST_BODY_BYTES && mostBytes > 64) {
    mostBytes = Math.floor(mostBytes / 2);
    body = document(cutToBytes(message.brief, mostBytes));
  }
  return body;
}
