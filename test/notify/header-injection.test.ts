import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailOf } from '../../src/channels/mail-of-message.ts';
import { composeMail } from '../../src/host/send-mail-form.ts';
import { parseMailbox } from '../../src/model/notify/mailbox.ts';
import { trials } from '../sample.ts';
import { readMail } from './received-mail.ts';
import { sampleMessage } from './samples.ts';

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\u0085',
        '\u2028',
        '\0',
        '\r\n\r\n',
        'Bcc: spy@example.org',
        'X-Evil: 1',
        '=?UTF-8?Q?=0D=0ABcc:_x?=',
      ),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-auto-response-suppress',
  'x-pve-doctor-node',
  'x-pve-doctor-severity',
];

describe('a mail', () => {
  it('has its own headers and no others, whatever a node calls itself', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, hostile, async (node, subject, id, fileName) => {
        const attachments = [{ fileName: `a${fileName}`, mediaType: 'text/plain', content: 'x' }];
        const message = sampleMessage({ node, subject: `s${subject}`, id: `i${id}`, severity: 'warning', attachments });
        const made = mailOf(message, 'Node <pve1@example.org>', ['ops@example.org']);
        if ('wrong' in made) throw new Error(made.wrong);
        const raw = Buffer.from(await composeMail(made.mail)).toString('latin1');
        const head = raw.slice(0, raw.indexOf('\n\n'));
        const lines = head.replace(/\n[ \t]+/g, ' ').split('\n');
        expect(lines.map((line) => line.slice(0, line.indexOf(':')).toLowerCase()).sort()).toEqual(HEADERS);
        // A folded line of blanks alone would end the header for some programs.
        expect(head.split('\n').every((line) => line.trim() !== '')).toBe(true);
        expect(head.includes('\r')).toBe(false);
        const subjectShown = readMail(raw.replaceAll('\n', '\r\n')).headers.get('subject') ?? '';
        expect(/[\r\n\0]/.test(subjectShown)).toBe(false);
      }),
      { numRuns: trials(120) },
    );
  });
});

describe('an address', () => {
  it.each([
    ['root', { name: '', address: 'root' }],
    ['  ops@example.org ', { name: '', address: 'ops@example.org' }],
    ['Ops Team <ops@example.org>', { name: 'Ops Team', address: 'ops@example.org' }],
    ['"Ops, Team" <ops+pve@example.org>', { name: 'Ops, Team', address: 'ops+pve@example.org' }],
    ['Süd <süd@exämple.org>', { name: 'Süd', address: 'süd@exämple.org' }],
    ['<ops@[192.0.2.1]>', { name: '', address: 'ops@[192.0.2.1]' }],
  ])('is read: %j', (text, mailbox) => {
    expect(parseMailbox(text)).toEqual(mailbox);
  });

  it.each([
    '',
    ' ',
    '-t',
    'a@b, c@d',
    'a b@c',
    'a@b@c',
    '@example.org',
    'a@-x',
    'x <a@b> y',
    '<a@b> <c@d>',
    'x\n <a@b>',
    'x\u2028<a@b>',
    'x\u202e<a@b>',
    'a@b\r\nBcc: c@d',
    '|sh',
    '/dev/null',
    `${'x'.repeat(201)} <a@b>`,
  ])('is refused: %j', (text) => {
    expect(parseMailbox(text)).toBeNull();
  });

  it('has no line break and no blank in it, whatever it was read from', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, address) => {
        for (const text of [name, `${name}<${address}>`, `${name} <ops@example.org>`]) {
          const mailbox = parseMailbox(text);
          if (mailbox === null) continue;
          expect(/[\s\p{Cc}<>,;]/u.test(mailbox.address)).toBe(false);
          expect(/[\p{Cc}\p{Zl}\p{Zp}<>]/u.test(mailbox.name)).toBe(false);
          expect(mailbox.address.startsWith('-')).toBe(false);
        }
      }),
    );
  });
});
