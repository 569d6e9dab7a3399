import type { Client } from '../../../src/channels/client.ts';
import { mailOf } from '../../../src/channels/mail-of-message.ts';
import { composeMail } from '../../../src/host/send-mail-form.ts';
import type { Channel, Policy } from '../../../src/model/config/config.ts';
import { earlier } from '../../../src/model/report/history-state.ts';
import { UNPRINTABLE } from '../../../src/model/unprintable.ts';
import { deliver, secretsOf } from '../../../src/notify/deliver.ts';
import { tellingOf } from '../../../src/notify/policy.ts';
import { healthyReport } from '../../data/sample-report.ts';
import { readMail } from '../../notify/received-mail.ts';
import { gotify, mailjet, ntfy, pve, sampleMessage, sendmail, webhook } from '../../notify/samples.ts';
import { hashOf } from '../chance.ts';
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
  words: [...HOSTILE_WORDS, '§', '§', '\u0085', 'Bcc: spy@example.org', '=?UTF-8?Q?=0D=0ABcc:_x?='],
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

const CHANNELS: readonly Channel[] = [
  ...[mailjet('https://api.mailjet.com'), ntfy('https://ntfy.sh'), gotify('https://push.example.org')],
  ...[webhook('https://hook.example.org/S3cret'), pve(), sendmail()],
];
const STATUSES = [200, 204, 302, 400, 401, 404, 429, 500];

/** To whom a message goes follows from the answer. */
const channelFor = (text: string): Channel => CHANNELS[hashOf(text) % CHANNELS.length] ?? pve();

/** A client behind which somebody answers that text, whatever was sent. */
const clientAt = (text: string, status: number): Client => ({
  post: async () => ({
    outcome: 'answered',
    status,
    body: text,
    retryAfterMs: text.length,
    redirectHost: text.slice(0, 40),
  }),
  mail: async () => ({ outcome: 'failed', replyCode: status, kind: 'answer', because: text }),
  compose: async () => new Uint8Array(),
  feed: async () => ({
    ...{ argv: ['x'], outcome: 'exited', exitCode: status === 200 ? 0 : 1, stdout: text, stderr: text },
    ...{ truncated: false, durationMs: 1 },
  }),
});

const answers = target({
  name: 'server-answers',
  share: 0.3,
  texts: () => [
    '{"Messages":[{"Status":"success","To":[{"MessageID":5}]}]}',
    '{"Messages":[{"Status":"error","Errors":[{"ErrorCode":"send-0003","StatusCode":400,"ErrorMessage":"x","ErrorRelatedTo":["a"]}]}]}',
    '{"id":"abc"}\n{"error":"forbidden"}',
    '{"id":5,"errorDescription":"no"}',
    '{"sent":true,"detail":"x"}',
  ],
  words: [
    ...[
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '"Messages":[',
      '"Status":"success"',
      '"Status":"error"',
      '"Errors":[',
      '"id":',
      '"To":[{',
    ],
    ...[
      '"MessageID":',
      '{"toString":1}',
      'null',
      '5',
      '"ErrorRelatedTo":[',
      '"errorDescription":',
      '"error":',
      '"detail":',
      '<html>',
    ],
    ...[
      'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2',
      'AQcV1nTTk5rV0bI',
      '\u001b[2J',
      '\u202e',
      '1e400',
      '"StatusCode":429',
      '[[',
    ],
  ],
  read: (text) => {
    const at = hashOf(text);
    return deliver(
      channelFor(text),
      sampleMessage(),
      clientAt(text, STATUSES[Math.floor(at / 8) % STATUSES.length] ?? 200),
    );
  },
  laws: (delivery, text) => {
    const said = delivery.state === 'sent' ? delivery.answer : delivery.because;
    expectTrue(!said.includes('a fault of pve-doctor'), said);
    expectTrue(said.search(UNPRINTABLE) === -1, `not printable: ${JSON.stringify(said)}`);
    for (const secret of secretsOf(channelFor(text))) expectTrue(!said.includes(secret), 'a secret is said');
    if (delivery.state === 'failed') expectTrue(Number.isFinite(delivery.waitMs), `wait ${delivery.waitMs} ms`);
  },
  growsOtherwise: true,
});

const ISO = [
  '2026-11-20T02:00:00.000Z',
  '+275760-09-13T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '0000',
  'never',
  '',
  '2026-02-30',
];

/** Times as a damaged history or a clock that jumps may have them. */
const telling = target({
  name: 'telling',
  share: 0.3,
  texts: () => ISO.map((time) => `${time}§${time}§07:00`),
  words: [...ISO, '§', 'T', 'Z', ':', '-', '99:99', '24:00', '9'.repeat(20), 'e9', '1'],
  read: (text) => {
    const [takenAt = '', last = '', digestAt = ''] = text.split('§');
    const lists = { fresh: [], changed: [], flapping: [], resolved: [], notJudged: [], standing: [] };
    const change = { since: last, ...lists, sight: { lost: [], regained: [] } };
    const record = { told: null, sentAt: last, digestAt: last, turn: 1, waiting: null };
    const picture = { takenAt, status: 'healthy', problems: [], blind: [], waits: [], open: [], guests: [] } as const;
    const run = { uuid: 'x', picture, report: healthyReport };
    const settings = { digestAt, otherwise: 'root', cluster: 'one', remindDays: 7, healthyDays: 30 } as const;
    const tell = (policy: Policy) => tellingOf(policy, change, record, run, new Date(takenAt), settings);
    return {
      told: (['always', 'on-problem', 'on-change', 'new-problems', 'daily-digest'] as const).map(tell),
      earlier: [earlier(takenAt, last), earlier(last, takenAt)],
    };
  },
  growsOtherwise: true,
});

export const DELIVERIES: readonly Target[] = [mail, answers, telling];
