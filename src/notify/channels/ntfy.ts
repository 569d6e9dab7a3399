import type { NtfyChannel } from '../../model/config/config.ts';
import type { Delivery } from '../../model/notify/delivery.ts';
import type { Message } from '../../model/notify/message.ts';
import { cutToBytes } from '../cut-text.ts';
import type { Door } from '../door.ts';
import { deliveryOf, fieldOf, parsedJson, USER_AGENT, wordOf } from '../http-delivery.ts';
import { oneLine } from '../mail-of-message.ts';

/** A longer one becomes a file (docs.ntfy.sh/publish, "Limitations"). */
const MOST_MESSAGE_BYTES = 4096;

/** The server reads twice the message's limit as JSON and refuses what is longer (ntfy server.go transformBodyJSON). */
const MOST_BODY_BYTES = 8192;

/** docs.ntfy.sh/publish, "Message priority": 5 is the highest, 3 the usual. */
const PRIORITIES = { critical: 5, warning: 4, unknown: 4, healthy: 3 } as const;

const TAGS = {
  critical: 'rotating_light',
  warning: 'warning',
  unknown: 'grey_question',
  healthy: 'white_check_mark',
} as const;

/** As JSON to the root of the server, not with headers, which cannot hold UTF-8 (docs.ntfy.sh/publish, "Publish as JSON"). */
export async function deliverByNtfy(channel: NtfyChannel, message: Message, door: Door): Promise<Delivery> {
  const answer = await door.post({
    url: `${channel.url.replace(/\/+$/, '')}/`,
    headers: {
      ...(channel.token === null ? {} : { authorization: `Bearer ${channel.token.reveal()}` }),
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
    },
    body: bodyOf(message, channel.topic.reveal()),
  });
  return deliveryOf(answer, (body) => {
    const said = parsedJson(body);
    const id = fieldOf(said, 'id');
    return typeof id === 'string' ? `message ${id}` : wordOf(fieldOf(said, 'error')) || body;
  });
}

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
  let room = MOST_MESSAGE_BYTES;
  let body = document(cutToBytes(message.brief, room));
  // Line breaks and quotes take twice their room in JSON, control characters six times.
  while (Buffer.byteLength(body) > MOST_BODY_BYTES && room > 64) {
    room = Math.floor(room / 2);
    body = document(cutToBytes(message.brief, room));
  }
  return body;
}
