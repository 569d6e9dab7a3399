import { HTTPS_URL, TOKEN } from '../model/config/kinds.ts';
import { type Delivery, refused, sent, undelivered } from '../model/notify/delivery.ts';
import type { Mailbox } from '../model/notify/mailbox.ts';
import type { Message } from '../model/notify/message.ts';
import { channelType, preset, required } from './channel-type.ts';
import { deliveryOf, fieldOf, JSON_HEADERS, parsedJson, wordOf } from './http-delivery.ts';
import { byRecipient, MAIL_KEYS, mailOf, ownHeaders } from './mail-of-message.ts';
import { formsOf } from './secret-forms.ts';

/** Mailjet's limit is 15 MB for all of a request, which it answers with 413 (Send API v3.1, "Sending with attachments"). */
const MOST_BYTES = 15_000_000;

const LEFT_OUT = 'The attached report was left out: with it this message is larger than the 15 MB that Mailjet takes.';

export const MAILJET = channelType({
  type: 'mailjet',
  doc: "mail by Mailjet's Send API v3.1",
  keys: {
    ...MAIL_KEYS,
    apiKey: required(TOKEN, '', 'The public key of the account.'),
    apiSecret: required(TOKEN, '', 'Its secret key.'),
    url: preset(HTTPS_URL, 'https://api.mailjet.com', '`https://api.us.mailjet.com` for accounts in the US.'),
  },
  split: byRecipient,
  alsoSecret: ({ apiKey, apiSecret }) => formsOf(`${apiKey.reveal()}:${apiSecret.reveal()}`),
  /** Send API v3.1 (dev.mailjet.com/docs/email-api/send_api_v31/send_basic_email): one message, all recipients see each other. */
  deliver: async ({ from, to, url, apiKey, apiSecret }, message, client) => {
    const made = mailOf(message, from, to);
    if ('wrong' in made) return refused(made.wrong);
    const { mail } = made;
    const body = (withAttachments: boolean): string =>
      JSON.stringify({
        Messages: [
          {
            From: party(mail.from),
            To: mail.to.map(party),
            Subject: mail.subject,
            TextPart: withAttachments ? mail.text : `${mail.text}\n\n${LEFT_OUT}\n`,
            HTMLPart: mail.html,
            ...(withAttachments && mail.attachments.length > 0 ? { Attachments: attachmentsOf(message) } : {}),
            Headers: ownHeaders(message),
            CustomID: message.id,
          },
        ],
      });
    const whole = body(true);
    const credentials = Buffer.from(`${apiKey.reveal()}:${apiSecret.reveal()}`, 'utf8').toString('base64');
    const answer = await client.post({
      url: `${url.replace(/\/+$/, '')}/v3.1/send`,
      headers: { ...JSON_HEADERS, authorization: `Basic ${credentials}` },
      body: Buffer.byteLength(whole) <= MOST_BYTES ? whole : body(false),
    });
    const delivery = deliveryOf(
      answer,
      (text) => complaintOf(text) || wordOf(fieldOf(parsedJson(text), 'ErrorMessage')) || text,
    );
    if (answer.outcome !== 'answered' || (answer.status >= 300 && answer.status !== 400)) return delivery;
    return verdictOf(parsedJson(answer.body), delivery);
  },
});

const party = ({ name, address }: Mailbox) => (name === '' ? { Email: address } : { Email: address, Name: name });

const attachmentsOf = ({ attachments }: Message) =>
  attachments.map(({ fileName, mediaType, content }) => ({
    ContentType: mediaType,
    Filename: fileName,
    Base64Content: Buffer.from(content, 'utf8').toString('base64'),
  }));

/** The status of our one message decides; that of HTTP may be 200 while it was refused, or 400 with a reason of its own. */
function verdictOf(answer: unknown, byStatus: Delivery): Delivery {
  const status = fieldOf(answer, 'Messages', 0, 'Status');
  if (status === 'success') {
    const id = wordOf(fieldOf(answer, 'Messages', 0, 'To', 0, 'MessageID'));
    return sent(`Mailjet took it${id === '' ? '' : `, MessageID ${id}`}`);
  }
  if (status === 'error') {
    const said = complaintOf(JSON.stringify(answer)) || 'Mailjet refused it without a reason';
    const code = Number(wordOf(fieldOf(answer, 'Messages', 0, 'Errors', 0, 'StatusCode')));
    return code === 429 || code >= 500 ? undelivered(said) : refused(said);
  }
  // A proxy or a portal may answer 200 as well: without Mailjet's own word nothing was sent.
  return byStatus.state === 'failed' ? byStatus : undelivered(`${byStatus.answer}, which is not an answer of Mailjet`);
}

/** `send-0003: At least "HTMLPart" … must be provided. (TextPart)`; empty where there is none. */
function complaintOf(body: string): string {
  const errors = fieldOf(parsedJson(body), 'Messages', 0, 'Errors');
  if (!Array.isArray(errors)) return '';
  return errors
    .map((error) => {
      const related = fieldOf(error, 'ErrorRelatedTo');
      const fields = Array.isArray(related) ? ` (${related.map(wordOf).join(', ')})` : '';
      return `${wordOf(fieldOf(error, 'ErrorCode'))}: ${wordOf(fieldOf(error, 'ErrorMessage'))}${fields}`;
    })
    .join('; ');
}
