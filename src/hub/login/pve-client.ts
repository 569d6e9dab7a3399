import type { IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { isRecord } from '../../model/json-shape.ts';
import type { PveSettings } from '../config/hub-config.ts';

export interface PveRequest {
  readonly method: 'GET' | 'POST';
  /** Below /api2/json. */
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly ticket?: string;
}

export interface PveAnswer {
  readonly status: number;
  /** `data` of the answer; undefined where there is none. */
  readonly data: unknown;
}

/** No node could be asked, or what answered is not the node that was meant: then nothing secret was sent. */
export class NotTheNode extends Error {
  override readonly name = 'NotTheNode';
}

const DEADLINE_MS = 10_000;
const MOST_ANSWER_BYTES = 1024 * 1024;

/** Asks the first node that answers. */
export function pveClient(settings: PveSettings) {
  return async (request: PveRequest): Promise<PveAnswer> => {
    let last = 'no node is configured';
    for (const node of settings.nodes) {
      try {
        return await askOne(new URL(node), request, settings);
      } catch (error) {
        if (error instanceof NotTheNode) throw error;
        last = error instanceof Error ? error.message : String(error);
      }
    }
    throw new NotTheNode(`no node of Proxmox VE could be asked: ${last.slice(0, 200)}`);
  };
}

const bracketless = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

const shortened = (fingerprint: string): string => fingerprint.replaceAll(':', '').toUpperCase();

/** A connection whose certificate is the pinned one; nothing was sent on it. */
function pinnedSocket({ hostname, port }: URL, fingerprint: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // The fingerprint is checked instead of the chain: a node's certificate is signed by its own cluster.
    const socket = connect({ host: bracketless(hostname), port: Number(port || 8006), rejectUnauthorized: false });
    socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const found = socket.getPeerCertificate().fingerprint256;
      if (found !== undefined && shortened(found) === shortened(fingerprint)) return resolve(socket);
      socket.destroy();
      reject(new NotTheNode(`the certificate of ${hostname} is not the pinned one; the password was not sent`));
    });
  });
}

async function askOne(node: URL, { method, path, form, ticket }: PveRequest, pin: PveSettings): Promise<PveAnswer> {
  const socket = pin.fingerprint === null ? null : await pinnedSocket(node, pin.fingerprint);
  const body = form === undefined ? null : new URLSearchParams(form).toString();
  const options: RequestOptions = {
    ...{ method, host: bracketless(node.hostname), port: Number(node.port || 8006), path: `/api2/json${path}` },
    ...(socket === null ? {} : { createConnection: () => socket }),
    ...(pin.authority === null ? {} : { ca: pin.authority }),
    agent: false,
    rejectUnauthorized: socket === null,
    headers: {
      ...(ticket === undefined ? {} : { cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}` }),
      ...(body === null
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
    },
  };
  return await new Promise((resolve, reject) => {
    const sent = httpsRequest(options, (response) => readAnswer(response).then(resolve, reject));
    sent.setTimeout(DEADLINE_MS, () => sent.destroy(new Error('no answer in time')));
    sent.once('error', reject);
    sent.end(body ?? undefined);
  });
}

async function readAnswer(response: IncomingMessage): Promise<PveAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  const status = response.statusCode ?? 0;
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return { status, data: isRecord(value) ? value['data'] : undefined };
  } catch {
    return { status, data: undefined };
  }
}
