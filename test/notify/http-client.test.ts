import { createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postHttp } from '../../src/host/send-http.ts';
import { type Authority, makeAuthority } from './certificates.ts';
import { endpoint, status, withEndpoint } from './http-endpoint.ts';

/** Never reached, however busy the machine is that runs this; what is about deadlines has its own. */
const LIMITS = { deadlineMs: 20_000 };
const post = (url: string) => ({ url, headers: { 'content-type': 'text/plain' }, body: 'hällo' });

/** A server that does with the connection what it likes. */
async function rawServer(serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: `http://127.0.0.1:${address.port}/`, port: address.port, close };
}

async function meeting(serve: (socket: Socket) => void, deadlineMs = LIMITS.deadlineMs) {
  const server = await rawServer(serve);
  const answer = await postHttp(post(server.url), { deadlineMs });
  await server.close();
  return answer;
}

describe('a POST', () => {
  it('ends at the deadline where nobody answers', async () => {
    const answer = await meeting(() => undefined, 200);
    expect(answer).toEqual({ outcome: 'failed', because: 'no answer within 0.2 s' });
  });

  it('ends at the deadline where the answer comes drop by drop', async () => {
    const answer = await meeting((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      const drops = setInterval(() => socket.write('x'), 20);
      socket.once('close', () => clearInterval(drops));
    }, 250);
    expect(answer).toEqual({ outcome: 'failed', because: 'no answer within 0.3 s' });
  });

  it('tells a connection that is cut before the answer', async () => {
    const answer = await meeting((socket) => socket.once('data', () => socket.destroy()));
    expect(answer).toMatchObject({ outcome: 'failed', because: expect.stringMatching(/connection|cut|closed/) });
  });

  it('tells an answer that is no HTTP', async () => {
    const answer = await meeting((socket) => socket.once('data', () => socket.end('220 mail.example.org ESMTP\r\n')));
    expect(answer.outcome).toBe('failed');
  });

  it('reads so much of an answer and no more', async () => {
    const answer = await meeting((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const flood = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 120)));
        if (!socket.destroyed) socket.once('drain', flood);
      };
      flood();
    });
    if (answer.outcome !== 'answered') throw new Error(answer.because);
    expect([answer.status, answer.body.length]).toEqual([200, 65_536]);
  });

  it('tells a port that nobody listens on', async () => {
    const server = await rawServer(() => undefined);
    await server.close();
    const answer = await postHttp(post(server.url), LIMITS);
    expect(answer).toEqual({
      outcome: 'failed',
      because: `127.0.0.1:${server.port} accepts no connections (ECONNREFUSED)`,
    });
  });

  it('tells an address that is none', async () => {
    expect(await postHttp(post('not a url'), LIMITS)).toEqual({
      outcome: 'failed',
      because: 'the address is not a URL',
    });
  });

  it('reads Retry-After as seconds and as a date', () =>
    withEndpoint(status(503, '', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }), async (at) => {
      const answer = await postHttp(post(at.url), LIMITS);
      if (answer.outcome !== 'answered') throw new Error(answer.because);
      expect(answer.retryAfterMs).toBeGreaterThan(50_000);
      expect(answer.retryAfterMs).toBeLessThanOrEqual(60_000);
    }));

  it.runIf(Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1')))(
    'reaches a server that has IPv6 only',
    async () => {
      const at = await endpoint(status(200, 'six'), null, '::1');
      const answer = await postHttp(post(at.url), LIMITS);
      await at.close();
      expect(answer).toMatchObject({ outcome: 'answered', status: 200, body: 'six' });
    },
  );

  it('goes by the proxy that the environment names', () =>
    withEndpoint(status(200, 'by proxy'), async (proxy) => {
      const before = process.env['http_proxy'];
      process.env['http_proxy'] = proxy.url;
      try {
        const answer = await postHttp(post('http://gotify.example.invalid/message'), LIMITS);
        expect(answer).toMatchObject({ outcome: 'answered', body: 'by proxy' });
        expect(proxy.received[0]?.url).toBe('http://gotify.example.invalid/message');
      } finally {
        if (before === undefined) delete process.env['http_proxy'];
        else process.env['http_proxy'] = before;
      }
    }));
});

describe('a POST by TLS', () => {
  let authority: Authority;
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  beforeAll(() => {
    authority = makeAuthority();
  });
  afterAll(() => {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
  });

  const meet = async (subjectAltName: string, authorities?: string) => {
    const at = await endpoint(status(200, 'ok'), authority.issue(subjectAltName));
    const answer = await postHttp(post(at.url), { ...LIMITS, ...(authorities === undefined ? {} : { authorities }) });
    await at.close();
    return { answer, received: at.received.length };
  };

  it('trusts the authorities of the node', async () => {
    expect((await meet('IP:127.0.0.1', authority.ca)).answer).toMatchObject({ outcome: 'answered', body: 'ok' });
  });

  it('sends nothing to a server whose authority nobody knows', async () => {
    const { answer, received } = await meet('IP:127.0.0.1');
    expect(answer).toMatchObject({ because: expect.stringMatching(/^the certificate of 127\.0\.0\.1 is not valid/) });
    expect(received).toBe(0);
  });

  it('sends nothing to a server with a certificate for another name', async () => {
    const { answer, received } = await meet('DNS:other.example.org', authority.ca);
    expect(answer).toMatchObject({ because: expect.stringMatching(/ALTNAME/) });
    expect(received).toBe(0);
  });

  it('verifies even where the environment says not to', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const { answer, received } = await meet('IP:127.0.0.1');
    expect([answer.outcome, received]).toEqual(['failed', 0]);
  });
});
