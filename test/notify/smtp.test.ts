import { type AddressInfo, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { beforeAll, describe, expect, it } from 'vitest';
import { liveClient } from '../../src/channels/client.ts';
import { Secret } from '../../src/model/config/secret.ts';
import type { Delivery } from '../../src/model/notify/delivery.ts';
import { deliver } from '../../src/notify/deliver.ts';
import { type Authority, type Certificate, makeAuthority } from './certificates.ts';
import { leavesOf, readMail } from './received-mail.ts';
import { ODD_TEXT, REPORT_JSON, sampleMessage, smtp } from './samples.ts';

const client = liveClient({ httpMs: 500, mailStepMs: 20_000, mailMs: 40_000, programMs: 500 });
const impatient = liveClient({ httpMs: 500, mailStepMs: 200, mailMs: 400, programMs: 500 });

interface Seen {
  readonly logins: { readonly user: string; readonly password: string; readonly secure: boolean }[];
  readonly mails: string[];
  readonly recipients: string[];
}

const reply = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

/** A real SMTP server on loopback that wants a login, for as long as `use` runs. */
async function withServer(
  options: SMTPServerOptions,
  use: (port: number, seen: Seen) => Promise<void>,
  host = '127.0.0.1',
): Promise<void> {
  const seen: Seen = { logins: [], mails: [], recipients: [] };
  const server = new SMTPServer({
    onAuth: ({ username, password }, { secure }, done) => {
      seen.logins.push({ user: username ?? '', password: password ?? '', secure });
      if (password === 'correct horse battery') done(null, { user: 'known' });
      else done(reply(535, `5.7.8 Error: "${password}" is wrong for ${username}`));
    },
    onRcptTo: ({ address }, _session, done) => {
      seen.recipients.push(address);
      done();
    },
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        seen.mails.push(Buffer.concat(chunks).toString('latin1'));
        // @types/smtp-server: the answer's text is the second argument of the callback.
        (done as (error: null, text: string) => void)(null, '2.0.0 queued as 4XyZ');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  try {
    await use((server.server.address() as AddressInfo).port, seen);
  } finally {
    await new Promise<void>((resolve) => server.close(resolve));
  }
}

/** A server that follows a script: what it says at once, then a line for each command. */
async function withScript(
  greeting: string | null,
  answer: (command: string, socket: Socket) => string | null,
  use: (port: number, commands: readonly string[]) => Promise<void>,
): Promise<void> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (greeting !== null) socket.write(greeting);
    let rest = '';
    socket.on('data', (chunk: Buffer) => {
      const lines = `${rest}${chunk.toString('latin1')}`.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        commands.push(line);
        const said = answer(line, socket);
        if (said !== null && !socket.destroyed) socket.write(said);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use((server.address() as AddressInfo).port, commands);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const clear = (port: number, changes: Readonly<Record<string, unknown>> = {}) =>
  smtp(port, { security: 'none', user: null, password: null, ...changes });

const failure = (delivery: Delivery): Extract<Delivery, { state: 'failed' }> => {
  if (delivery.state !== 'failed') throw new Error(`sent: ${delivery.answer}`);
  return delivery;
};

describe('smtp', () => {
  let authority: Authority;
  let here: Certificate;
  beforeAll(() => {
    authority = makeAuthority();
    here = authority.issue('IP:127.0.0.1');
  });

  it.each(['starttls', 'tls'] as const)('logs in and delivers every byte by %s', (security) =>
    withServer({ ...here, secure: security === 'tls' }, async (port, seen) => {
      const message = sampleMessage();
      const delivery = await deliver(smtp(port, { security, caFile: authority.caFile }), message, client);
      expect(delivery).toEqual({ state: 'sent', answer: expect.stringContaining('2.0.0 queued as 4XyZ') });
      expect(seen.logins).toEqual([{ user: 'pve1@example.org', password: 'correct horse battery', secure: true }]);
      expect(seen.recipients).toEqual(['ops@example.org', 'second@example.net']);
      const mail = readMail(seen.mails[0] ?? '');
      const header = (name: string) => mail.headers.get(name);
      expect(header('subject')).toBe(message.subject);
      expect(header('from')).toBe('Knoten Süd <pve1@example.org>');
      expect(header('to')).toBe('Ops Team <ops@example.org>, second@example.net');
      expect(header('message-id')).toBe(`<${message.id}@example.org>`);
      expect(new Date(header('date') ?? '').toISOString()).toBe('2026-11-21T02:17:21.000Z');
      expect(header('auto-submitted')).toBe('auto-generated');
      expect([header('x-pve-doctor-severity'), header('x-pve-doctor-node')]).toEqual(['critical', 'pve1']);
      const [text, html, json, report, ...none] = leavesOf(mail);
      expect(none).toEqual([]);
      expect(text?.headers.get('content-type')).toMatch(/^text\/plain; charset=utf-8/);
      // A mail's lines end with CRLF; the text's own ends are what a mail program shows.
      expect(text?.bytes.toString('utf8').replaceAll('\r\n', '\n').trimEnd()).toBe(ODD_TEXT.trimEnd());
      expect(html?.headers.get('content-type')).toMatch(/^text\/html; charset=utf-8/);
      expect(html?.bytes.toString('utf8').trimEnd()).toBe(message.html.trimEnd());
      expect(json?.headers.get('content-disposition')).toMatch(/attachment; filename=pve-doctor-pve1\.json/);
      expect(json?.bytes.toString('utf8')).toBe(REPORT_JSON);
      expect(report?.bytes.toString('utf8')).toBe(message.attachments[1]?.content);
    }),
  );

  it('never says a password that is wrong, even where the server repeats it', () =>
    withServer(here, async (port, seen) => {
      const wrong = smtp(port, { caFile: authority.caFile, password: new Secret('tr0ub4dor&3') });
      const { retry, because } = failure(await deliver(wrong, sampleMessage(), client));
      expect(because).toMatch(/the login was refused: 535 .*"\(hidden\)" is wrong for pve1@example\.org/);
      expect([retry, because.includes('tr0ub4dor'), seen.mails]).toEqual([false, false, []]);
    }));

  it.each([
    ['hides STARTTLS', '250-here\r\n250 AUTH PLAIN LOGIN\r\n'],
    ['refuses STARTTLS', '250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n'],
  ])('goes no further with a server that %s', (_name, extensions) =>
    withScript(
      '220 here ESMTP\r\n',
      (command) => (command.startsWith('EHLO') ? extensions : '502 5.5.2 not here\r\n'),
      async (port, commands) => {
        const { retry, because } = failure(await deliver(smtp(port), sampleMessage(), client));
        expect(retry).toBe(true);
        expect(because).toMatch(/no encryption/);
        expect(commands.some((line) => /^(?:AUTH|MAIL|RCPT|DATA|HELO)/.test(line))).toBe(false);
        expect(commands.join().includes(btoa('correct horse battery'))).toBe(false);
      },
    ),
  );

  it.each([
    ['another name', 'DNS:other.example.org', true],
    ['an authority that nobody knows', 'IP:127.0.0.1', false],
  ])('says no password to a server with a certificate of %s', (_name, subjectAltName, known) =>
    withServer(authority.issue(subjectAltName), async (port, seen) => {
      const channel = smtp(port, { caFile: known ? authority.caFile : null });
      const { retry, because } = failure(await deliver(channel, sampleMessage(), client));
      expect([retry, seen.logins, seen.mails]).toEqual([true, [], []]);
      expect(because).toMatch(/certificate of 127\.0\.0\.1 is not valid/);
    }),
  );

  it('sends no password in the clear, whoever asks for it', () =>
    withServer({ ...here, allowInsecureAuth: true }, async (port, seen) => {
      const { retry } = failure(await deliver(smtp(port, { security: 'none' }), sampleMessage(), client));
      expect([retry, seen.logins, seen.mails]).toEqual([false, [], []]);
    }));

  it('delivers in the clear without a login', () =>
    withServer({ authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'] }, async (port, seen) => {
      expect((await deliver(clear(port), sampleMessage(), client)).state).toBe('sent');
      expect(seen.mails).toHaveLength(1);
    }));

  it.runIf(Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1')))(
    'delivers to a server that has IPv6 only',
    () =>
      withServer(
        { authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'] },
        async (port, seen) => {
          expect((await deliver(clear(port, { host: '::1' }), sampleMessage(), client)).state).toBe('sent');
          expect(seen.mails).toHaveLength(1);
        },
        '::1',
      ),
  );

  it('tells of the recipient that was refused, and delivers to the other', () =>
    withServer(
      {
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        onRcptTo: ({ address }, _session, done) =>
          address.startsWith('second') ? done(reply(550, '5.1.1 no such user')) : done(),
      },
      async (port, seen) => {
        const delivery = await deliver(clear(port), sampleMessage(), client);
        if (delivery.state !== 'sent') throw new Error(delivery.because);
        expect(delivery.answer).toMatch(/queued as 4XyZ; not taken for second@example\.net: 550 5\.1\.1 no such user/);
        expect(seen.mails).toHaveLength(1);
      },
    ));

  it.each([
    [451, true],
    [421, true],
    [550, false],
    [554, false],
  ])('takes %i for what it is', (code, retry) =>
    withServer(
      {
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        onMailFrom: (_address, _session, done) => done(reply(code, 'not this one')),
      },
      async (port) => {
        const delivery = failure(await deliver(clear(port), sampleMessage(), client));
        expect([delivery.retry, delivery.because]).toEqual([retry, `${code} not this one`]);
      },
    ),
  );

  it('tries again what is refused after the text with 4', () =>
    withServer(
      {
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        onData: (stream, _session, done) => {
          stream.on('end', () => done(reply(452, 'out of space')));
          stream.resume();
        },
      },
      async (port) => {
        expect(failure(await deliver(clear(port), sampleMessage(), client)).retry).toBe(true);
      },
    ));

  it('tries again where the connection is cut in the middle of the text', () =>
    withScript(
      '220 here ESMTP\r\n',
      (command, socket) => {
        if (command.startsWith('EHLO')) return '250 here\r\n';
        if (command === 'DATA') return '354 go\r\n';
        if (/^Subject:/.test(command)) socket.destroy();
        return /^(?:MAIL|RCPT)/.test(command) ? '250 ok\r\n' : null;
      },
      async (port, commands) => {
        expect(failure(await deliver(clear(port), sampleMessage(), client)).retry).toBe(true);
        expect(commands).toContain('DATA');
      },
    ));

  it.each([
    ['a greeting that never comes', null],
    ['an EHLO that is never answered', '220 here ESMTP\r\n'],
  ])('does not wait for %s', (_name, greeting) =>
    withScript(
      greeting,
      () => null,
      async (port) => {
        expect(failure(await deliver(clear(port), sampleMessage(), impatient)).retry).toBe(true);
      },
    ),
  );

  it('ends where a server goes on answering for ever', () =>
    withScript(
      '220 here ESMTP\r\n',
      (command, socket) => {
        if (!command.startsWith('EHLO')) return null;
        const drops = setInterval(() => socket.write('250-more\r\n'), 20);
        socket.once('close', () => clearInterval(drops));
        return null;
      },
      async (port) => {
        expect(failure(await deliver(clear(port), sampleMessage(), impatient)).retry).toBe(true);
      },
    ));

  it('says which file with the authority cannot be read', async () => {
    const { retry, because } = failure(
      await deliver(smtp(9, { caFile: '/nonexistent/ca.pem' }), sampleMessage(), client),
    );
    expect([retry, because]).toEqual([false, '/nonexistent/ca.pem cannot be read (ENOENT)']);
  });

  it.each([
    ['ops@example.org\r\nBcc: spy@example.org'],
    ['Ops\r\nX: y <ops@example.org>'],
    ['-oQ/tmp@example.org'],
    ['a@example.org, b@example.org'],
    [''],
  ])('refuses %j as a recipient', async (to) => {
    const { retry, because } = failure(await deliver(smtp(9, { to: [to] }), sampleMessage(), client));
    expect([retry, /is not an address/.test(because)]).toEqual([false, true]);
  });
});
