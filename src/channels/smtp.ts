import { lookAtDataFile } from '../host/data-file.ts';
import type { MailAnswer } from '../host/send-mail.ts';
import { ABSOLUTE_PATH, choice, HOST, integer, NAME, PASSWORD } from '../model/config/kinds.ts';
import { type Delivery, refused, sent, undelivered } from '../model/notify/delivery.ts';
import { type ChannelKey, channelType, optional, preset, required } from './channel-type.ts';
import { byRecipient, MAIL_KEYS, mailOf } from './mail-of-message.ts';
import { formsOf } from './secret-forms.ts';

/** RFC 6409 section 3.1, RFC 8314 section 7.3, RFC 5321 section 4.5.4.2. */
const PORTS: ReadonlyMap<unknown, number> = new Map([
  ['starttls', 587],
  ['tls', 465],
  ['none', 25],
]);

const PORT: ChannelKey<number> = {
  kind: integer(1, 65_535),
  otherwise: { words: '587, 465 or 25, by security', derive: ({ security }) => PORTS.get(security) },
  example: '587',
  doc: 'Its port.',
};

export const SMTP = channelType({
  type: 'smtp',
  doc: 'mail by an SMTP server',
  keys: {
    ...MAIL_KEYS,
    host: required(HOST, '"mail.example.org"', 'The server.'),
    security: preset(
      choice(['starttls', 'tls', 'none']),
      'starttls',
      '`starttls` demands it and never goes on without; `tls` from the first byte; `none` only without a password.',
    ),
    port: PORT,
    user: optional(NAME, '"pve1"', 'The user name, where the server asks for one.'),
    password: optional(PASSWORD, '', 'And its password.'),
    caFile: optional(
      ABSOLUTE_PATH,
      '"/etc/pve/pve-root-ca.pem"',
      'PEM file of the authority of a server that the system does not know.',
    ),
  },
  misfit: ({ user, password, security }) => {
    if (user === null && password !== null)
      return { key: 'password', wrong: 'is set, and user is not: a login takes both' };
    if (user !== null && password === null)
      return { key: 'user', wrong: 'is set, and password is not: a login takes both' };
    if (security === 'none' && password !== null)
      return { key: 'security', wrong: 'is "none", and a password is never sent in the clear' };
    return null;
  },
  split: byRecipient,
  // AUTH PLAIN (RFC 4616) is user and password together, with a null before each.
  alsoSecret: ({ user, password }) => (password === null ? [] : formsOf(`\0${user ?? ''}\0${password.reveal()}`)),
  obstacle: ({ caFile }) =>
    caFile === null || lookAtDataFile(caFile).state !== 'absent' ? null : `cannot work: there is no ${caFile}`,
  deliver: async (channel, message, client) => {
    const made = mailOf(message, channel.from, channel.to);
    if ('wrong' in made) return refused(made.wrong);
    return verdictOf(await client.mail(made.mail, channel));
  },
});

/** Replies that begin with 4 are for now, with 5 for good (RFC 5321 section 4.2.1). */
function verdictOf(answer: MailAnswer): Delivery {
  if (answer.outcome === 'taken') {
    const others = answer.refused.map(({ address, response }) => `; not taken for ${address}: ${response}`);
    return sent(`${answer.response}${others.join('')}`);
  }
  switch (answer.kind) {
    case 'answer':
    case 'login':
      return answer.replyCode >= 500 ? refused(answer.because) : undelivered(answer.because);
    case 'setting':
      return refused(answer.because);
    // Without encryption nothing was sent. It may be back tomorrow, and the message with it.
    case 'tls':
    case 'network':
    case 'late':
      return undelivered(answer.because);
  }
}
