import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HubConfig } from '../../../src/hub/config/hub-config.ts';
import { readHubConfig } from '../../../src/hub/config/load-hub-config.ts';
import { hashOf, newToken } from '../../../src/hub/receive/enrol.ts';
import { type Running, runServer } from '../../../src/hub/server/run-server.ts';
import type { HubStore } from '../../../src/hub/store/hub-store.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { CONTENT_DIGEST_HEADER } from '../../../src/model/hub/protocol.ts';
import { signatureBase, signatureInput } from '../../../src/model/hub/signature.ts';
import type { Report } from '../../../src/model/report/report.ts';
import { troubledReport } from '../../data/sample-report.ts';

/** A hub that listens, over a real file. */
export interface RunningHub {
  readonly url: string;
  readonly store: HubStore;
  readonly log: string[];
  /** Moves the hub's clock. */
  readonly pass: (ms: number) => void;
  readonly now: () => Date;
  readonly token: (cluster?: string, uses?: number) => Promise<string>;
  readonly stop: () => Promise<void>;
}

export async function startHub(
  change: (config: HubConfig) => Partial<HubConfig> = () => ({}),
  wrap: (store: HubStore) => HubStore = (store) => store,
): Promise<RunningHub> {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-'));
  const absent = async () => ({ state: 'absent' }) as const;
  const { config } = await readHubConfig(undefined, { readSmallFile: absent, ownUid: () => 0 }, {});
  const store = wrap(await openStore(join(folder, 'hub.db')));
  let ahead = 0;
  const now = (): Date => new Date(Date.now() + ahead);
  const log: string[] = [];
  const server = { ...config.server, listen: { host: '127.0.0.1', port: 0 } };
  const running: Running = await runServer({
    ...{ store, now, env: {}, pid: process.pid, log: (line: string) => void log.push(line) },
    config: { ...config, server, ...change({ ...config, server }) },
  });
  return {
    ...{ url: `http://localhost:${running.port}`, store, log, now },
    pass: (ms) => {
      ahead += ms;
    },
    token: async (cluster = '', usesLeft = 100) => {
      const token = newToken();
      const at = now().toISOString();
      const expiresAt = new Date(now().getTime() + 3_600_000).toISOString();
      await store.addToken({ cluster, createdAt: at, createdBy: 'test', expiresAt, usesLeft, hash: hashOf(token) });
      return token;
    },
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Keys {
  readonly privateKey: KeyObject;
  /** SPKI, DER, base64. */
  readonly publicKey: string;
}

export function newKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
}

export interface TestNode extends Keys {
  readonly nodeId: string;
  readonly node: string;
}

export const machineId = (of: string): string => createHash('sha256').update(of).digest('hex').slice(0, 32);

export const enrolBody = (token: string, { publicKey }: Keys, node = 'pve1', cluster = 'hall-a') => ({
  ...{ token, publicKey, node, cluster, machineId: machineId(`${cluster}/${node}`), toolVersion: '1.0.0' },
});

export const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

export async function enrolled(hub: RunningHub, node = 'pve1', cluster = 'hall-a'): Promise<TestNode> {
  const keys = newKeys();
  const answer = await post(`${hub.url}/v1/enrol`, enrolBody(await hub.token(), keys, node, cluster));
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  const { nodeId } = (await answer.json()) as { nodeId: string };
  return { ...keys, nodeId, node };
}

/** What a request may have other than a node would write it. */
export interface Tampering {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of what was signed. */
  readonly body?: Uint8Array | string;
  readonly signedBy?: KeyObject;
  readonly keyid?: string;
}

const digestOf = (body: Uint8Array): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

export function signed(
  method: string,
  path: string,
  body: Uint8Array,
  contentDigest: string | null,
  { nodeId, privateKey }: Pick<TestNode, 'nodeId' | 'privateKey'>,
): Readonly<Record<string, string>> {
  const parts = {
    method,
    path,
    bodyDigest: digestOf(body),
    contentDigest,
    nodeId,
    created: Math.floor(Date.now() / 1000),
  };
  return {
    'content-digest': parts.bodyDigest,
    'signature-input': `node=${signatureInput(parts)}`,
    signature: `node=:${sign(null, Buffer.from(signatureBase(parts)), privateKey).toString('base64')}:`,
    ...(contentDigest === null ? {} : { [CONTENT_DIGEST_HEADER]: contentDigest }),
  };
}

export const digestOfText = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Puts a body as that node would. */
export async function put(
  hub: RunningHub,
  node: TestNode,
  takenAt: string,
  body: Uint8Array,
  contentDigest: string,
  tampering: Tampering = {},
): Promise<Response> {
  const path = `/v1/reports/${node.nodeId}/${takenAt}`;
  const signer = { nodeId: tampering.keyid ?? node.nodeId, privateKey: tampering.signedBy ?? node.privateKey };
  const headers = {
    ...signed('PUT', path, body, contentDigest, signer),
    'content-encoding': 'gzip',
    ...tampering.headers,
  };
  return await fetch(`${hub.url}${tampering.path ?? path}`, { method: 'PUT', headers, body: tampering.body ?? body });
}

export const reportOf = (node: TestNode, takenAt: string, change: Partial<Report> = {}): Report => ({
  ...troubledReport,
  ...{ node: node.node, takenAt },
  ...change,
});

export const putReport = (
  hub: RunningHub,
  node: TestNode,
  report: unknown,
  takenAt: string,
  tampering: Tampering = {},
): Promise<Response> => {
  const text = JSON.stringify(report);
  return put(hub, node, takenAt, gzipSync(text), digestOfText(text), tampering);
};

export async function heartbeat(
  hub: RunningHub,
  node: TestNode,
  takenAt: string,
  contentDigest: string,
): Promise<Response> {
  const path = `/v1/heartbeat/${node.nodeId}`;
  const body = Buffer.from(JSON.stringify({ takenAt, contentDigest }));
  return await fetch(`${hub.url}${path}`, { method: 'POST', headers: signed('POST', path, body, null, node), body });
}

/** Keeps cookies and says where a form comes from, as a browser does; follows no redirection by itself. */
export function browser(hub: Pick<RunningHub, 'url'>, address?: string) {
  const cookies = new Map<string, string>();
  const take = (answer: Response): Response => {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const headers = () => ({
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    ...(address === undefined ? {} : { 'x-forwarded-for': address }),
  });
  const get = async (path: string): Promise<Response> =>
    take(await fetch(`${hub.url}${path}`, { redirect: 'manual', headers: headers() }));
  const csrf = async (): Promise<string> =>
    /name="csrf" value="([^"]+)"/.exec(await (await get('/changes')).text())?.[1] ?? '';
  const send = async (
    path: string,
    fields: Readonly<Record<string, string>>,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    const options = { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) } as const;
    return take(await fetch(`${hub.url}${path}`, { ...options, headers: { ...headers(), origin: hub.url, ...more } }));
  };
  return {
    ...{ cookies, get, csrf, send },
    /** A form of a page, with what that page has. */
    form: async (path: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> =>
      await send(path, { csrf: await csrf(), ...fields }),
  };
}

export type Browser = ReturnType<typeof browser>;

export const PASSWORD = 'correct horse battery';

/** Somebody with that role, logged in. */
export async function loggedIn(hub: RunningHub, role: 'viewer' | 'operator' | 'admin'): Promise<Browser> {
  const { hashPassword } = await import('../../../src/hub/login/password.ts');
  const name = `some-${role}`;
  const passwordHash = await hashPassword(PASSWORD);
  await hub.store.addUser({ name, realm: 'local', role, passwordHash, createdAt: hub.now().toISOString() });
  const page = browser(hub);
  const answer = await page.send('/login', { name, password: PASSWORD, next: '/' });
  if (answer.status !== 303) throw new Error(`${answer.status} ${await answer.text()}`);
  return page;
}
