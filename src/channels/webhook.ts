import { SECRET_URL, TOKEN } from '../model/config/kinds.ts';
import { channelType, optional, required } from './channel-type.ts';
import { bearer, deliveryOf, JSON_HEADERS } from './http-delivery.ts';
import { addressForms } from './secret-forms.ts';

export const WEBHOOK = channelType({
  type: 'webhook',
  doc: 'a POST of JSON to an address',
  keys: {
    url: required(SECRET_URL, '', 'The address. It is treated as a secret.'),
    token: optional(TOKEN, '', 'Sent as `Authorization: Bearer`.'),
  },
  alsoSecret: ({ url }) => addressForms(url.reveal()),
  /** A POST of the document in docs/webhook.schema.json. */
  deliver: async ({ url, token }, message, client) => {
    const answer = await client.post({
      url: url.reveal(),
      // The key is the same at every attempt, so that the other side can see that it is a repetition.
      headers: { ...bearer(token), ...JSON_HEADERS, 'idempotency-key': message.id },
      body: message.json,
    });
    return deliveryOf(answer, (body) => body);
  },
});
