import { composeMail } from '../../../src/host/send-mail-form.ts';
import { mailOf } from '../../../src/notify/mail-of-message.ts';
import { readMail } from '../../notify/received-mail.ts';
import { sampleMessage } from '../../notify/samples.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';
import { HOSTILE_WORDS } from './hostile-words.ts';

const HEADERS = [
  ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'],
  ...['x-auto-response-suppress', 'x-pve-doctor-node', 'x-pve-doctor-severity'],
];

async function composed(text: string): Promise<string> {
  const [node = '', subject = '', id = '', fileName = '', content = ''] = text.split('§');
  const attachments = [{ fileName: `a${fileName}`, mediaType: 'text/plain', content }];
  const message = sampleMessage({
    node,
    subject: `s${subject}`,
    id: `i${id}`,
    severity: 'warning',
    text: content,
    attachments,
  });
  const made = mailOf(message, 'Node <pve1@example.org>', ['ops@example.org']);
  if ('wrong' in made) throw new Error(made.wrong);
  return Buffer.from(await composeMail(made.mail)).toString('latin1');
}

const mail = target({
  name: 'mail',
  share: 0.02,
  texts: () => HOSTILE_WORDS,
  words: [...HOSTILE_WORDS, '§', '§'],
  read: composed,
  laws: (raw) => {
    const head = raw.slice(0, raw.indexOf('\n\n'));
    const lines = head.replace(/\n[ \t]+/g, ' ').split('\n');
    expectSame(lines.map((line) => line.slice(0, line.indexOf(':')).toLowerCase()).sort(), HEADERS, 'other headers');
    expectTrue(
      head.split('\n').every((line) => line.trim() !== ''),
      'a line of the head is empty',
    );
    expectTrue(!head.includes('\r'), 'a carriage return stands in the head');
    const { headers } = readMail(raw.replaceAll('\n', '\r\n'));
    expectTrue(!/[\r\n\0]/.test(headers.get('subject') ?? ''), 'the subject is more than a line');
    expectTrue((headers.get('subject') ?? '').startsWith('s'), 'the subject is another one');
  },
  passesOn: true,
  growsOtherwise: true,
});

export const DELIVERIES: readonly Target[] = [mail];
