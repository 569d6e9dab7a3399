import type { MailAnswer } from '../../host/send-mail.ts';
import type { SmtpChannel } from '../../model/config/config.ts';
import { type Delivery, refused, sent, undelivered } from '../../model/notify/delivery.ts';
import type { Message } from '../../model/notify/message.ts';
import type { Door } from '../door.ts';
import { mailOf } from '../mail-of-message.ts';

export async function deliverBySmtp(channel: SmtpChannel, message: Message, door: Door): Promise<Delivery> {
  const made = mailOf(message, channel.from, channel.to);
  if ('wrong' in made) return refused(made.wrong);
  return verdictOf(await door.mail(made.mail, channel));
}

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
