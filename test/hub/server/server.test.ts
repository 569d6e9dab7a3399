import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyReader, type Room } from '../../../src/hub/receive/read-body.ts';
import { listen } from '../../../src/hub/server/listen.ts';
import { StoreAway } from '../../../src/hub/store/hub-store.ts';
import { Secret } from '../../../src/model/config/secret.ts';
import { makeAuthority } from '../../notify/certificates.ts';
import { enrolled, loggedIn, putReport, type RunningHub, reportOf, startHub } from './running-hub.ts';

const AT = '2026-11-20T02:00:04.000Z';

let hub: RunningHub;
let isAway = false;
beforeEach(async () => {
  hub = await startHub(undefined, (store) => ({
    ...store,
    ping: async () => {
      if (isAway) throw new StoreAway('gone');
      await store.ping();
    },
    groups: async (filter) => {
      if (isAway) throw new StoreAway('gone');
      return await store.groups(filter);
    },
  }));
});
afterEach(() => hub.stop());

describe('an open page', () => {
  it('is told when something changes', async () => {
    const page = await loggedIn(hub, 'viewer');
    const node = await enrolled(hub);
    const answer = await page.get('/events');
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body?.getReader();
    let text = '';
    const until = async (word: string): Promise<void> => {
      while (!text.includes(word)) text += new TextDecoder().decode((await reader?.read())?.value);
    };
    await until('event: hello');
    await putReport(hub, node, reportOf(node, AT), AT);
    await until('event: change');
    await reader?.cancel();
  });
});

describe('a page that nobody reads', () => {
  it('is not counted as open: by HEAD, or when it was closed', async () => {
    const page = await loggedIn(hub, 'viewer');
    const cookie = [...page.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (let turn = 0; turn < 3; turn += 1) {
      const answer = await fetch(`${hub.url}/events`, { method: 'HEAD', headers: { cookie } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
      await (await page.get('/events')).body?.cancel();
    }
    const open = async () =>
      /^pve_doctor_hub_event_streams (\d+)$/m.exec(await (await page.get('/metrics')).text())?.[1];
    await expect.poll(open, { timeout: 5000 }).toBe('0');
  });
});

describe('the hub by another name', () => {
  it('shows no page: another site may have led its name here', async () => {
    for (const host of ['evil.example', 'evil.example:8470', '10.0.0.1'])
      expect((await fetch(`${hub.url}/login`, { headers: { host } })).status).toBe(421);
    const named = await startHub((config) => ({ server: { ...config.server, url: 'https://hub.example.org' } }));
    expect((await fetch(`${named.url}/login`)).status).toBe(421);
    expect((await fetch(`${named.url}/login`, { headers: { host: 'hub.example.org' } })).status).toBe(200);
    // Nodes sign, so a name does not matter to them.
    expect((await fetch(`${named.url}/v1/heartbeat/x`, { method: 'POST' })).status).toBe(401);
    await named.stop();
  });
});

describe('a database that is away', () => {
  it('is said by /readyz and on the page, with the time since, and ends by itself', async () => {
    const page = await loggedIn(hub, 'operator');
    isAway = true;
    const ready = async () => (await fetch(`${hub.url}/readyz`)).status;
    await expect.poll(ready, { timeout: 5000 }).toBe(503);
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
    const answer = await page.get('/');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('15');
    expect(await answer.text()).toContain('The database has not answered');
    isAway = false;
    await expect.poll(ready, { timeout: 5000 }).toBe(200);
    expect(await (await page.get('/')).text()).not.toContain('has not answered');
  });
});

describe('/metrics', () => {
  it('counts the fleet for this machine alone, or for whoever has the token', async () => {
    const node = await enrolled(hub);
    await putReport(hub, node, reportOf(node, AT), AT);
    const text = await (await fetch(`${hub.url}/metrics`)).text();
    expect(text).toMatch(/^pve_doctor_hub_nodes\{cluster="hall-a"\} 1$/m);
    expect(text).toMatch(/^pve_doctor_hub_problems\{cluster="hall-a",severity="critical"\} [1-9]\d*$/m);
    expect(text).toMatch(/^pve_doctor_hub_requests_total\{outcome="kept"\} 1$/m);
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) |[a-z_]+(?:\{[^{}]*\})? [0-9.e+-]+$)/);
    // A proxy on this machine speaks for somebody else.
    expect((await fetch(`${hub.url}/metrics`, { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(401);
    const closed = await startHub(() => ({ metrics: { token: new Secret('a-token-for-metrics') } }));
    const ask = async (authorization: string) =>
      (await fetch(`${closed.url}/metrics`, { headers: { authorization } })).status;
    expect([await ask(''), await ask('Bearer wrong'), await ask('Bearer a-token-for-metrics')]).toEqual([
      401, 401, 200,
    ]);
    await closed.stop();
  });

  it('holds whatever a cluster calls itself', async () => {
    const strange = await startHub();
    const node = await enrolled(strange, 'pve1', 'a"} 1\\');
    await putReport(strange, node, reportOf(node, AT), AT);
    expect(await (await fetch(`${strange.url}/metrics`)).text()).toContain(
      'pve_doctor_hub_nodes{cluster="a\\"} 1\\\\"} 1\n',
    );
    await strange.stop();
  });
});

describe('a body', () => {
  /** Answers each request with the length of its body or the status by which it is refused; the sender is its path. */
  async function reading(room: Room) {
    const reader = bodyReader(room);
    const server = createServer((request, response) => {
      void reader
        .withBody(request, { sender: request.url ?? '', most: 90 }, async (body) => body.length)
        .catch((error: { status: number }) => error.status)
        .then((result) => response.writeHead(200, { connection: 'close' }).end(`${result}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sockets: Socket[] = [];
    return {
      send: async (sender: string, bytes: number): Promise<number> => {
        const answer = await fetch(`http://127.0.0.1:${port}${sender}`, { method: 'POST', body: 'x'.repeat(bytes) });
        return Number(await answer.text());
      },
      /** Says that 80 bytes come, and sends some; gives what is answered. */
      begin: (sender: string, bytes: number): Promise<number> => {
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket);
        socket.on('error', () => undefined);
        socket.write(`POST ${sender} HTTP/1.1\r\nhost: x\r\ncontent-length: 80\r\n\r\n${'x'.repeat(bytes)}`);
        return new Promise((resolve) => {
          let said = '';
          socket.on('data', (data) => {
            said += data.toString();
            const status = /\r\n\r\n(?:\w+\r\n)?(\d{3})/.exec(said)?.[1];
            if (status !== undefined) resolve(Number(status));
          });
        });
      },
      stop: () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    };
  }

  const aMoment = () => new Promise((resolve) => setTimeout(resolve, 100));

  it('takes room by what has come of it, and of who holds the most it is taken back', async () => {
    const server = await reading({ most: 100, mostOfOne: 95 });
    const begun = [server.begin('/greedy', 1), server.begin('/greedy', 1)];
    await aMoment();
    expect(await server.send('/other', 90)).toBe(90);
    const largest = server.begin('/greedy', 70);
    await aMoment();
    expect([await server.send('/other', 40), await largest]).toEqual([40, 503]);
    expect(await server.send('/other', 91)).toBe(413);
    expect(await Promise.race([...begun, aMoment()])).toBeUndefined();
    server.stop();
  });

  it('of one sender has its own room', async () => {
    const server = await reading({ most: 1000, mostOfOne: 85 });
    void server.begin('/greedy', 70);
    await aMoment();
    expect([await server.send('/greedy', 30), await server.send('/other', 30)]).toEqual([503, 30]);
    server.stop();
  });

  it('that comes too slowly or not in time is not waited for', async () => {
    const slow = await reading({ most: 1000, mostOfOne: 1000, pauseMs: 100 });
    const late = await reading({ most: 1000, mostOfOne: 1000, deadlineMs: 100 });
    expect(await Promise.all([slow.begin('/slow', 1), late.begin('/late', 1)])).toEqual([408, 408]);
    slow.stop();
    late.stop();
  });
});

describe('a connection', () => {
  it('on which no whole request comes is ended, however slowly it goes on', async () => {
    const settings = {
      listen: { host: '127.0.0.1', port: 0 },
      url: null,
      certificate: null,
      key: null,
      trustedProxies: [],
    };
    const options = { env: {}, pid: 1, log: () => undefined, waitingMs: 200 };
    const answering: ServerResponse[] = [];
    const listening = await listen(settings, (_, response) => void answering.push(response), options);
    const closed: string[] = [];
    const open = (name: string): Socket => {
      const socket = connect(listening.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('close', () => closed.push(name));
      return socket.resume();
    };
    const slow = open('slow');
    slow.write('GET / HTTP/1.1\r\nhost: ');
    const drip = setInterval(() => slow.write('x'), 20);
    const asking = open('asking');
    asking.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    while (closed.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    clearInterval(drip);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(closed).toEqual(['slow']);
    for (const response of answering) response.end('late');
    while (closed.length === 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toEqual(['slow', 'asking']);
    await listening.stop(1000);
  });
});

describe('a stop', () => {
  it('answers what was begun, and takes nothing new', async () => {
    let open: () => void = () => undefined;
    let begun = (): void => undefined;
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const ending = await startHub(undefined, (store) => ({
      ...store,
      keep: async (batch) => {
        begun();
        await gate;
        return await store.keep(batch);
      },
    }));
    const node = await enrolled(ending);
    const put = putReport(ending, node, reportOf(node, AT), AT);
    await isBegun;
    const stopped = ending.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(fetch(`${ending.url}/healthz`)).rejects.toThrow();
    open();
    expect((await put).status).toBe(201);
    await stopped;
  });
});

describe('TLS', () => {
  it('goes on with a certificate that was renewed, and with the old one while the new is half there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-tls-'));
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const { issue } = makeAuthority();
    const write = (made: { readonly cert: string; readonly key: string }): void => {
      writeFileSync(certificate, made.cert);
      writeFileSync(key, made.key);
    };
    write(issue('DNS:first.example'));
    const log: string[] = [];
    const settings = { listen: { host: '127.0.0.1', port: 0 }, url: null, certificate, key, trustedProxies: [] };
    const listening = await listen(settings, (_, response) => response.end('hi'), {
      ...{ env: {}, pid: 1, log: (line: string) => void log.push(line) },
    });
    const served = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connectTls({ port: listening.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().subjectaltname ?? '');
          socket.destroy();
        });
        socket.on('error', reject);
      });
    const told = async (count: number): Promise<void> => {
      while (log.length < count) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    expect(await served()).toBe('DNS:first.example');
    copyFileSync(key, certificate);
    await told(1);
    expect([log[0], await served()]).toEqual([expect.stringContaining('cannot be used'), 'DNS:first.example']);
    write(issue('DNS:second.example'));
    await told(2);
    expect([log[1], await served()]).toEqual(['the certificate was read again', 'DNS:second.example']);
    await listening.stop(1000);
    rmSync(folder, { recursive: true });
  });
});
