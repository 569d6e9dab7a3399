import type { Mail } from '../host/send-mail-form.ts';
import { RECIPIENTS, SENDER } from '../model/config/kinds.ts';
import { type Mailbox, parseMailbox } from '../model/notify/mailbox.ts';
import type { Message } from '../model/notify/message.ts';
import { UNPRINTABLE } from '../model/unprintable.ts';
import { clip } from '../render/message/clip.ts';
import { required } from './channel-type.ts';

export const MAIL_KEYS = {
  from: required(SENDER, '"pve1 <pve1@example.org>"', 'The sender.'),
  to: required(RECIPIENTS, '["admin@example.org"]', 'The recipients; one may stand without brackets.'),
};

/** A channel with several recipients, as one for each; its name then says whose it is. */
export const byRecipient = <C extends { readonly name: string; readonly to: readonly string[] }>(
  channel: C,
): readonly C[] =>
  channel.to.length < 2
    ? [channel]
    : [...new Set(channel.to)].map((one) => ({
        ...channel,
        name: `${channel.name} (${parseMailbox(one)?.address ?? one})`,
        to: [one],
      }));

/** RFC 5322 section 2.1.1 allows 998 in a line; mail programs show far fewer. */
const LONGEST_SUBJECT = 250;

/** One line: what would begin another header becomes a space. */
export const oneLine = (text: string, longest: number): string =>
  clip(text.replace(UNPRINTABLE, ' ').replace(/ +/g, ' ').trim(), longest);

/** What looks like an encoded word (RFC 2047) would be decoded by the reader, line breaks and all. */
const undecodable = (text: string): string => text.replaceAll('=?', '= ?');

/** For the value of a header of our own: one line of plain ASCII. */
const headerValue = (text: string): string => undecodable(oneLine(text, 200).replace(/[^\x20-\x7e]/g, '?')) || '-';

/** Headers beside those of every mail. Both say that nobody waits for an answer (RFC 3834 section 5). */
export const ownHeaders = (message: Message): Readonly<Record<string, string>> => ({
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
  'X-PVE-Doctor-Severity': headerValue(message.severity),
  'X-PVE-Doctor-Node': headerValue(message.node),
});

/** The mail of a message, or which address stands in its way. */
export function mailOf(
  message: Message,
  from: string,
  to: readonly string[],
): { readonly mail: Mail } | { readonly wrong: string } {
  const sender = parseMailbox(from);
  if (sender === null) return { wrong: `${JSON.stringify(from)} is not an address that mail can come from` };
  const recipients: Mailbox[] = [];
  for (const text of to) {
    const recipient = parseMailbox(text);
    if (recipient === null) return { wrong: `${JSON.stringify(text)} is not an address that mail can be sent to` };
    recipients.push(recipient);
  }
  if (recipients.length === 0) return { wrong: 'there is nobody to send mail to' };
  return {
    mail: {
      from: sender,
      to: recipients,
      subject: undecodable(oneLine(message.subject, LONGEST_SUBJECT)),
      text: message.text,
      html: message.html,
      attachments: message.attachments,
      messageId: messageId(message, sender),
      date: message.createdAt,
      headers: ownHeaders(message),
      urgent: message.kind !== 'test' && message.severity === 'critical',
    },
  };
}

/** The same at every attempt, so that a mail that comes twice is seen to be one. */
function messageId(message: Message, sender: Mailbox): string {
  const id = message.id.replace(/[^0-9A-Za-z-]/g, '');
  const [, domain = ''] = sender.address.split('@');
  return `${id}@${/^[A-Za-z0-9.-]+$/.test(domain) ? domain : 'pve-doctor.invalid'}`;
}
