import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { liveClient } from '../../src/channels/client.ts';
import { deliver } from '../../src/notify/deliver.ts';
import { type Endpoint, type Received, status, withEndpoint } from './http-endpoint.ts';
import { gotify, mailjet, ntfy, ODD_TEXT, REPORT_JSON, sampleMessage, webhook } from './samples.ts';

const client = liveClient({ httpMs: 20_000, mailStepMs: 500, mailMs: 1000, programMs: 1000 });
const only = ({ received }: Endpoint): Received => {
  const [first] = received;
  if (first === undefined || received.length !== 1) throw new Error(`${received.length} requests`);
  return first;
};

/** Written from the reference of POST /v3.1/send (dev.mailjet.com/docs/email-api/send_api_v31): what it takes, and no more. */
const PARTY = {
  type: 'object',
  required: ['Email'],
  additionalProperties: false,
  properties: { Email: { type: 'string', pattern: '^[^@\\s]+@[^@\\s]+$' }, Name: { type: 'string' } },
};
const MAILJET_SCHEMA = {
  type: 'object',
  required: ['Messages'],
  additionalProperties: false,
  properties: {
    Messages: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        required: ['From', 'To', 'Subject', 'TextPart'],
        additionalProperties: false,
        properties: {
          From: PARTY,
          To: { type: 'array', minItems: 1, maxItems: 50, items: PARTY },
          Subject: { type: 'string', minLength: 1, maxLength: 255 },
          TextPart: { type: 'string' },
          HTMLPart: { type: 'string' },
          CustomID: { type: 'string', maxLength: 64 },
          Headers: {
            type: 'object',
            additionalProperties: { type: 'string', pattern: '^[ -~]*$' },
            propertyNames: { not: { enum: ['From', 'To', 'Subject', 'Date', 'Message-Id', 'X-Mailer', 'User-Agent'] } },
          },
          Attachments: {
            type: 'array',
            items: {
              type: 'object',
              required: ['ContentType', 'Filename', 'Base64Content'],
              additionalProperties: false,
              properties: {
                ContentType: { type: 'string' },
                Filename: { type: 'string' },
                Base64Content: { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$' },
              },
            },
          },
        },
      },
    },
  },
};
const isMailjet = new Ajv({ strict: false }).compile(MAILJET_SCHEMA);
const TAKEN = { Messages: [{ Status: 'success', To: [{ Email: 'ops@example.org', MessageID: 20547681647433000 }] }] };
const REFUSED = (code: number) => ({
  Messages: [
    {
      Status: 'error',
      Errors: [
        {
          ErrorIdentifier: '88b5ca9f-5f1f-42e7-a45e-9ecbad0c285e',
          ErrorCode: 'send-0008',
          StatusCode: code,
          ErrorMessage: '"pve1@example.org" is not an authorized sender.',
          ErrorRelatedTo: ['From'],
        },
      ],
    },
  ],
});

describe('mailjet', () => {
  it('sends what the reference asks for, and every byte of the report', () =>
    withEndpoint(status(200, TAKEN), async (at) => {
      const message = sampleMessage();
      const delivery = await deliver(mailjet(at.url), message, client);
      expect(delivery).toEqual({ state: 'sent', answer: 'Mailjet took it, MessageID 20547681647433000' });
      const { method, url, headers, body } = only(at);
      expect([method, url, headers['content-type']]).toEqual(['POST', '/v3.1/send', 'application/json']);
      expect(headers.authorization).toBe(`Basic ${btoa('3f2c9d1ab0key:77aa00secret9911')}`);
      expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body));
      const sent = JSON.parse(body);
      expect(isMailjet(sent), JSON.stringify(isMailjet.errors)).toBe(true);
      const [mail] = sent.Messages;
      expect(mail.From).toEqual({ Email: 'pve1@example.org', Name: 'Knoten Süd' });
      expect(mail.To).toEqual([{ Email: 'ops@example.org', Name: 'Ops Team' }, { Email: 'second@example.net' }]);
      expect([mail.Subject, mail.TextPart, mail.HTMLPart]).toEqual([message.subject, ODD_TEXT, message.html]);
      expect(mail.CustomID).toBe(message.id);
      expect(mail.Headers['Auto-Submitted']).toBe('auto-generated');
      expect(Buffer.from(mail.Attachments[0].Base64Content, 'base64').toString('utf8')).toBe(REPORT_JSON);
    }));

  it('leaves the attachments out above 15 MB, and says so in the text', () =>
    withEndpoint(status(200, TAKEN), async (at) => {
      const [report] = sampleMessage().attachments;
      if (report === undefined) throw new Error('no attachment');
      const message = sampleMessage({ attachments: [{ ...report, content: 'x'.repeat(12_000_000) }] });
      expect((await deliver(mailjet(at.url), message, client)).state).toBe('sent');
      const { body } = only(at);
      expect(body.length).toBeLessThan(100_000);
      const [mail] = JSON.parse(body).Messages;
      expect(mail.Attachments).toBeUndefined();
      expect(mail.TextPart).toMatch(/The attached report was left out: .* 15 MB/);
    }));

  it.each([
    ['an error of the message with HTTP 200', status(200, REFUSED(403)), false, /send-0008: .*authorized sender.*From/],
    ['an error of the message with HTTP 400', status(400, REFUSED(400)), false, /send-0008/],
    ['an error of the message that passes', status(200, REFUSED(500)), true, /send-0008/],
    [
      'a wrong key',
      status(401, { ErrorMessage: 'API key authentication failure', StatusCode: 401 }),
      false,
      /HTTP 401: API key/,
    ],
    ['an account that is blocked', status(403, { ErrorMessage: 'account blocked' }), false, /HTTP 403/],
    ['a request that is too large', status(413, 'Request Entity Too Large'), false, /HTTP 413/],
    ['a server in trouble', status(503, 'Service Unavailable'), true, /HTTP 503/],
    ['a page of a portal with HTTP 200', status(200, '<html>Welcome</html>'), true, /not an answer of Mailjet/],
    ['an empty answer with HTTP 200', status(200, ''), true, /not an answer of Mailjet/],
    ['JSON of something else', status(200, '[1]'), true, /not an answer of Mailjet/],
  ])('does not take %s for sent', (_name, answer, retry, because) =>
    withEndpoint(answer, async (at) => {
      const delivery = await deliver(mailjet(at.url), sampleMessage(), client);
      expect(delivery).toMatchObject({ state: 'failed', retry, because: expect.stringMatching(because) });
    }),
  );

  it('waits as long as 429 asks for', () =>
    withEndpoint(status(429, '', { 'retry-after': '7' }), async (at) => {
      expect(await deliver(mailjet(at.url), sampleMessage(), client)).toMatchObject({ retry: true, waitMs: 7000 });
    }));
});

describe('webhook', () => {
  it('posts the document as it is', () =>
    withEndpoint(status(204), async (at) => {
      const message = sampleMessage();
      expect(await deliver(webhook(`${at.url}/in/abc?k=1`), message, client)).toEqual({
        state: 'sent',
        answer: 'HTTP 204',
      });
      const { url, headers, body } = only(at);
      expect([url, body]).toEqual(['/in/abc?k=1', message.json]);
      expect(headers['content-type']).toBe('application/json');
      expect(headers.authorization).toBe('Bearer hook-token-5521');
      expect(headers['idempotency-key']).toBe(message.id);
    }));

  it('sends no Authorization without a token', () =>
    withEndpoint(status(200), async (at) => {
      await deliver(webhook(at.url, null), sampleMessage(), client);
      expect(only(at).headers.authorization).toBeUndefined();
    }));

  it.each([
    [500, true],
    [502, true],
    [429, true],
    [408, true],
    [404, false],
    [410, false],
    [400, false],
  ])('answers %i with retry %s', (code, retry) =>
    withEndpoint(status(code), async (at) => {
      expect(await deliver(webhook(at.url), sampleMessage(), client)).toMatchObject({ state: 'failed', retry });
    }),
  );

  it.each([301, 302, 303, 307, 308])('does not follow %i and carries no token to another host', (code) =>
    withEndpoint(status(200), (elsewhere) =>
      withEndpoint(status(code, '', { location: `${elsewhere.url}/steal` }), async (at) => {
        const delivery = await deliver(webhook(at.url), sampleMessage(), client);
        const because = expect.stringContaining(`redirected to 127.0.0.1:${elsewhere.port}`);
        expect(delivery).toMatchObject({ state: 'failed', retry: false, because });
        expect(elsewhere.received).toEqual([]);
      }),
    ),
  );
});

describe('ntfy', () => {
  it('publishes as JSON to the root', () =>
    withEndpoint(status(200, { id: 'mjFC8O4', topic: 'pve-doctor-8sKx2' }), async (at) => {
      const message = sampleMessage();
      expect(await deliver(ntfy(at.url), message, client)).toEqual({
        state: 'sent',
        answer: 'HTTP 200: message mjFC8O4',
      });
      const { url, headers, body } = only(at);
      expect(url).toBe('/');
      expect(headers.authorization).toBe('Bearer tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2');
      expect(JSON.parse(body)).toEqual({
        topic: 'pve-doctor-8sKx2',
        title: message.subject,
        message: message.brief,
        priority: 5,
        tags: ['rotating_light'],
      });
    }));

  it.each([
    ['wide characters', '日本語✗'.repeat(3000)],
    ['characters that JSON writes with six', '\u0001'.repeat(9000)],
    ['line breaks', '\n'.repeat(9000)],
    ['the whole of a pair', '😀'.repeat(3000)],
  ])('stays below the limits of the server with %s', (_name, brief) =>
    withEndpoint(status(200, { id: 'a' }), async (at) => {
      await deliver(ntfy(at.url), sampleMessage({ brief }), client);
      const { body } = only(at);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(8192);
      const { message } = JSON.parse(body);
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
      expect(message).not.toContain('\uFFFD');
      expect(message.endsWith('…')).toBe(true);
    }),
  );

  it('tells what the server says, without the topic', () =>
    withEndpoint(status(403, { code: 40301, http: 403, error: 'forbidden: pve-doctor-8sKx2' }), async (at) => {
      expect(await deliver(ntfy(at.url), sampleMessage(), client)).toMatchObject({
        state: 'failed',
        retry: false,
        because: 'HTTP 403: forbidden: (hidden)',
      });
    }));
});

describe('gotify', () => {
  it('sends plain text with the token in its header', () =>
    withEndpoint(status(200, { id: 25, appid: 5, message: 'x' }), async (at) => {
      const message = sampleMessage({ severity: 'warning' });
      expect(await deliver(gotify(`${at.url}/push/`), message, client)).toEqual({
        state: 'sent',
        answer: 'HTTP 200: message 25',
      });
      const { url, headers, body } = only(at);
      expect([url, headers['x-gotify-key'], headers.authorization]).toEqual([
        '/push/message',
        'AQcV1nTTk5rV0bI',
        undefined,
      ]);
      expect(JSON.parse(body)).toEqual({
        title: message.subject,
        message: message.text,
        priority: 6,
        extras: { 'client::display': { contentType: 'text/plain' } },
      });
    }));

  it('tells why the server refused it', () =>
    withEndpoint(
      status(401, {
        error: 'Unauthorized',
        errorCode: 401,
        errorDescription: 'you need to provide a valid access token',
      }),
      async (at) => {
        expect(await deliver(gotify(at.url), sampleMessage(), client)).toMatchObject({
          retry: false,
          because: 'HTTP 401: you need to provide a valid access token',
        });
      },
    ));
});
