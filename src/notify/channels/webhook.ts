import type { WebhookChannel } from '../../model/config/config.ts';
import type { Delivery } from '../../model/notify/delivery.ts';
import type { Message } from '../../model/notify/message.ts';
import type { Door } from '../door.ts';
import { deliveryOf, USER_AGENT } from '../http-delivery.ts';

/** A POST of the document in docs/webhook.schema.json. */
export async function deliverByWebhook(channel: WebhookChannel, message: Message, door: Door): Promise<Delivery> {
  const answer = await door.post({
    url: channel.url.reveal(),
    headers: {
      ...(channel.token === null ? {} : { authorization: `Bearer ${channel.token.reveal()}` }),
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      // The same at every attempt, so that the other side can tell a repetition.
      'idempotency-key': message.id,
    },
    body: message.json,
  });
  return deliveryOf(answer, (body) => body);
}
