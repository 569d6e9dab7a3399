import { Secret } from '../../src/model/config/secret.ts';
import type { Message } from '../../src/model/notify/message.ts';

/** Every kind of text that gets lost on the way: beyond ASCII, long lines, dots alone, other line ends, trailing blanks. */
export const ODD_TEXT = [
  'Prüfung von pve1: ✗ critical “thin pool” — 日本語',
  '.',
  '..two dots',
  `a long line ${'x'.repeat(1000)}`,
  'trailing blanks   ',
  'From here on',
  '',
].join('\n');

export const REPORT_JSON = `${JSON.stringify({ node: 'pve1', text: `${ODD_TEXT}\r\nCRLF\ttab\n` })}\n`;

export const sampleMessage = (changes: Partial<Message> = {}): Message => ({
  id: '0f8a2c1e-7d54-4f0b-9a55-3f6f1c2b8e11',
  kind: 'report',
  createdAt: '2026-11-21T02:17:21.000Z',
  node: 'pve1',
  severity: 'critical',
  subject: 'pve1: 3 critical – Speicher prüfen ✗',
  text: ODD_TEXT,
  brief: '3 critical, 7 warnings\nDM001 ssd--ha01-vm--119--disk--0-copy “übrig”',
  html: `<!doctype html><html><body><p>Prüfung ✗</p><p>${'y'.repeat(1500)}</p></body></html>\n`,
  attachments: [
    { fileName: 'pve-doctor-pve1.json', mediaType: 'application/json', content: REPORT_JSON },
    { fileName: 'pve-doctor-pve1.html', mediaType: 'text/html; charset=utf-8', content: `<p>${ODD_TEXT}</p>\r\n` },
  ],
  json: JSON.stringify({ schemaVersion: 1, node: 'pve1', words: 'übrig ✗' }),
  ...changes,
});

type Changes = Readonly<Record<string, unknown>>;

const head = (name: string) => ({ name, policy: 'always' as const });
const addresses = { from: 'Knoten Süd <pve1@example.org>', to: ['Ops Team <ops@example.org>', 'second@example.net'] };

export const mailjet = (url: string, changes: Changes = {}) => ({
  ...head('mail'),
  type: 'mailjet',
  ...addresses,
  url,
  apiKey: new Secret('3f2c9d1ab0key'),
  apiSecret: new Secret('77aa00secret9911'),
  ...changes,
});

export const smtp = (port: number, changes: Changes = {}) => ({
  ...head('relay'),
  type: 'smtp',
  ...addresses,
  host: '127.0.0.1',
  port,
  security: 'starttls',
  user: 'pve1@example.org',
  password: new Secret('correct horse battery'),
  caFile: null,
  ...changes,
});

export const sendmail = (changes: Changes = {}) => ({
  ...head('local'),
  type: 'sendmail',
  from: 'root',
  to: ['root'],
  ...changes,
});

export const pve = () => ({ ...head('pve'), type: 'pve' });

export const webhook = (url: string, token: string | null = 'hook-token-5521') => ({
  ...head('hook'),
  type: 'webhook',
  url: new Secret(url),
  token: token === null ? null : new Secret(token),
});

export const ntfy = (url: string, token: string | null = 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2') => ({
  ...head('phone'),
  type: 'ntfy',
  url,
  topic: new Secret('pve-doctor-8sKx2'),
  token: token === null ? null : new Secret(token),
});

export const gotify = (url: string) => ({
  ...head('push'),
  type: 'gotify',
  url,
  token: new Secret('AQcV1nTTk5rV0bI'),
});
