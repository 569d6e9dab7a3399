import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PveSettings } from '../../../src/hub/config/hub-config.ts';
import { makeAuthority } from '../../notify/certificates.ts';
import { browser, type RunningHub, startHub } from './running-hub.ts';

/**
 * A stand-in for the API of a node, by the public description of PVE's API (pve-docs, api-viewer: `POST /access/ticket`,
 * `GET /access/permissions`): a ticket, or a half one and a challenge where the user has a second factor.
 */
interface StandIn {
  readonly url: string;
  readonly fingerprint: string;
  /** Path and body of each request. */
  readonly asked: string[];
  readonly server: Server;
}

const authority = makeAuthority();

const PRIVILEGES: Readonly<Record<string, unknown>> = {
  'root@pam': { '/': { 'Sys.Audit': 1, 'Sys.Modify': 1 }, '/vms': { 'VM.Audit': 1 } },
  'alice@pve': { '/': { 'Sys.Audit': 1 } },
  'second@pam': { '/': { 'Sys.Audit': 1 } },
  'guest@pve': { '/vms/100': { 'VM.Audit': 1 } },
};

async function startNode(name = 'IP:127.0.0.1'): Promise<StandIn> {
  const { key, cert } = authority.issue(name);
  const asked: string[] = [];
  const server = createServer({ key, cert }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    asked.push(`${request.url} ${form.toString()}`);
    const send = (status: number, data: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    };
    const username = form.get('username') ?? '';
    if (request.url === '/api2/json/access/permissions') {
      const [, user = ''] = /^PVEAuthCookie=PVE%3A([^%]+)%/.exec(request.headers.cookie ?? '') ?? [];
      return send(200, PRIVILEGES[decodeURIComponent(user.replaceAll('_', '%40'))] ?? {});
    }
    const ticket = `PVE:${username.replace('@', '_')}:6745::sig`;
    if (form.get('tfa-challenge') !== null)
      return form.get('password') === 'totp:123456' ? send(200, { username, ticket }) : send(401, null);
    if (!(username in PRIVILEGES) || form.get('password') !== 'right password') return send(401, null);
    if (username === 'second@pam')
      return send(200, { username, NeedTFA: 1, ticket: 'PVE:!tfa!{"totp":true}:6745::sig', CSRFPreventionToken: 'x' });
    return send(200, { username, ticket, CSRFPreventionToken: 'x' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, fingerprint: new X509Certificate(cert).fingerprint256, asked, server };
}

const SETTINGS = { realm: 'pam', role: 'viewer', admins: ['root@pam'], operators: [] } as const;

let node: StandIn;
let hub: RunningHub;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => void node.server.close());
beforeEach(async () => {
  // The first one is switched off.
  const pve: PveSettings = {
    ...SETTINGS,
    nodes: ['https://127.0.0.1:9', node.url],
    authority: authority.ca,
    fingerprint: null,
  };
  hub = await startHub(() => ({ pve }));
});
afterEach(() => hub.stop());

const login = (to: RunningHub, name: string, password = 'right password', otp = '') =>
  browser(to).send('/login/pve', { name, password, otp, next: '/changes' });

describe('a login by Proxmox VE', () => {
  it('is what the node says of the user, who must have Sys.Audit on /', async () => {
    expect((await login(hub, 'root')).headers.get('location')).toBe('/changes');
    expect((await login(hub, 'alice@pve')).status).toBe(303);
    const refused = await login(hub, 'guest@pve');
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('Sys.Audit')]);
    const users = (await hub.store.users()).map(({ name, realm, role }) => `${name} ${realm} ${role}`);
    expect(users.toSorted()).toEqual(['alice@pve pve viewer', 'root@pam pve admin']);
  });

  it('keeps the role that an admin of the hub gave, unless that is admin', async () => {
    await login(hub, 'alice@pve');
    const alice = await hub.store.user('pve', 'alice@pve');
    await hub.store.changeUser(alice?.id ?? '', { role: 'operator' });
    await login(hub, 'alice@pve');
    expect((await hub.store.user('pve', 'alice@pve'))?.role).toBe('operator');
    // Admins are named in the configuration: who is no more is none.
    await hub.store.changeUser(alice?.id ?? '', { role: 'admin' });
    await login(hub, 'alice@pve');
    expect((await hub.store.user('pve', 'alice@pve'))?.role).toBe('viewer');
    expect((await hub.store.audited(5)).map(({ action }) => action)).toContain('role');
  });

  it('is refused as the node refuses it, and written down', async () => {
    for (const [name, password] of [
      ['root', 'wrong'],
      ['nobody@pve', 'right password'],
      ['x/../y', 'right password'],
      ['a b@pam', 'x'],
    ] as const)
      expect((await login(hub, name, password)).status).toBe(403);
    const [last] = await hub.store.audited(1);
    expect(last).toMatchObject({ action: 'login-failed', who: 'a b@pam@pve' });
    expect(JSON.stringify(await hub.store.audited(50))).not.toContain('right password');
  });

  it('takes a second factor where there is one, and says so where it is missing', async () => {
    const first = await login(hub, 'second');
    expect([first.status, await first.text()]).toEqual([403, expect.stringContaining('second factor')]);
    expect((await login(hub, 'second', 'right password', '000000')).status).toBe(403);
    expect((await login(hub, 'second', 'right password', '123456')).status).toBe(303);
  });
});

describe('a password', () => {
  it('is sent to no node whose certificate is not the pinned one, nor of the pinned authority', async () => {
    const right = await startHub(() => ({
      pve: { ...SETTINGS, nodes: [node.url], authority: null, fingerprint: node.fingerprint },
    }));
    expect((await login(right, 'root')).status).toBe(303);
    const stranger = await startNode();
    const others: readonly PveSettings[] = [
      { ...SETTINGS, nodes: [stranger.url], authority: null, fingerprint: node.fingerprint },
      { ...SETTINGS, nodes: [stranger.url], authority: null, fingerprint: null },
      { ...SETTINGS, nodes: [stranger.url], authority: makeAuthority().ca, fingerprint: null },
    ];
    for (const pve of others) {
      const wrong = await startHub(() => ({ pve }));
      const answer = await login(wrong, 'root');
      expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('role="alert"')]);
      await wrong.stop();
    }
    expect(stranger.asked).toEqual([]);
    await right.stop();
    stranger.server.close();
  });
});
