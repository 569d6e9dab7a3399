import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Report } from '../../src/model/report/report.ts';

/** What came, after its signature and its digest were found to be right. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly contentDigest: string | undefined;
  readonly body: Buffer;
}

/** Answers instead of the hub; false: the hub answers itself. */
export type Interruption = (heard: Heard, response: ServerResponse) => boolean;

export interface StandIn {
  readonly url: string;
  readonly heard: Heard[];
  /** By node: the contentDigest of the report that it has. */
  readonly contentDigests: Map<string, string>;
  /** Signatures that were wrong, in words. */
  readonly complaints: string[];
  interrupt: Interruption;
  acknowledgements: unknown;
  readonly close: () => Promise<void>;
}

export const NODE_ID = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
export const TOKEN = 'pvd_one-time-token';

/** A hub as docs/hub-protocol.md describes it, with nothing of the program's own: what it checks, it checks from that text. */
export async function standInHub(): Promise<StandIn> {
  const keys = new Map<string, string>();
  const hub: Omit<StandIn, 'url' | 'close'> = {
    ...{ heard: [], contentDigests: new Map(), complaints: [], interrupt: () => false, acknowledgements: [] },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const body = Buffer.concat(chunks);
      const contentDigest = headers['pve-doctor-content-digest'];
      const heard = {
        method,
        path,
        body,
        contentDigest: typeof contentDigest === 'string' ? contentDigest : undefined,
      };
      hub.heard.push(heard);
      const complaint = path === '/v1/enrol' ? null : complaintOf(heard, headers, keys);
      if (complaint !== null) hub.complaints.push(complaint);
      if (hub.interrupt(heard, response)) return;
      if (complaint === null) answer(hub, keys, heard, response);
      else say(response, 401, { error: complaint });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(hub, { url: `http://127.0.0.1:${port}`, close });
}

export function say(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, headers);
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** RFC 9421 with the components and the label that the manual names; RFC 9530 for the digest. */
function complaintOf(
  { method, path, body }: Heard,
  headers: IncomingHttpHeaders,
  keys: ReadonlyMap<string, string>,
): string | null {
  const [input, signature, digest, contentDigest] = [
    ...['signature-input', 'signature', 'content-digest', 'pve-doctor-content-digest'],
  ].map((name) => String(headers[name] ?? ''));
  if (digest !== `sha-256=:${createHash('sha256').update(body).digest('base64')}:`) return 'the digest is wrong';
  const parameters = (input ?? '').replace(/^node=/, '');
  const nodeId = /;keyid="([^"]+)"/.exec(parameters)?.[1] ?? '';
  const key = keys.get(nodeId);
  if (key === undefined) return 'no node has this id';
  const base = [
    `"@method": ${method}`,
    `"@path": ${path}`,
    `"content-digest": ${digest}`,
    ...(method === 'PUT' ? [`"pve-doctor-content-digest": ${contentDigest}`] : []),
    `"@signature-params": ${parameters}`,
  ].join('\n');
  const bytes = Buffer.from((signature ?? '').replace(/^node=:|:$/g, ''), 'base64');
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(base), publicKey, bytes) ? null : 'the signature is wrong';
}

function answer(
  hub: Omit<StandIn, 'url' | 'close'>,
  keys: Map<string, string>,
  { method, path, contentDigest, body }: Heard,
  response: ServerResponse,
): void {
  const taken = { acknowledgements: hub.acknowledgements };
  const [, , what, nodeId = ''] = path.split('/');
  if (what === 'reports' && method === 'PUT') {
    hub.contentDigests.set(nodeId, contentDigest ?? '');
    say(response, 201, taken);
    return;
  }
  const asked = JSON.parse(body.toString('utf8'));
  if (what === 'heartbeat') {
    const isKnown = hub.contentDigests.get(nodeId) === asked.contentDigest;
    say(response, isKnown ? 200 : 404, isKnown ? taken : { error: 'put it whole' });
  } else if (asked.token === TOKEN) {
    keys.set(NODE_ID, asked.publicKey);
    say(response, 201, { nodeId: NODE_ID });
  } else {
    say(response, 403, { error: `the token ${asked.token} is wrong` });
  }
}

/** The reports that it got whole. */
export const reportsIn = (hub: StandIn): readonly Report[] =>
  hub.heard.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.parse(gunzipSync(body).toString('utf8')));

export const requestsIn = (hub: StandIn): readonly string[] =>
  hub.heard.map(({ method, path }) => `${method} ${path.split('/')[2] ?? ''}`);
