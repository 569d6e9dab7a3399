import { readFileSync, watch } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type AddressInfo,
  createServer as createPlain,
  type ListenOptions as ListenAddress,
  type Server as PlainServer,
  type Socket,
} from 'node:net';
import { dirname } from 'node:path';
import { createServer as createTls } from 'node:tls';
import type { ServerSettings } from '../config/hub-config.ts';

export interface Listening {
  /** What it is reached by on this machine. */
  readonly port: number;
  /** Takes no new connection, ends those that are idle, and waits so long for the rest. */
  readonly stop: (graceMs: number) => Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** More at once are closed as they come. */
const MOST_CONNECTIONS = 5000;
/** Nothing read and nothing written for so long: a report and the heartbeat of an open page are faster. */
const SILENT_MS = 60_000;
/** So long there may be no whole head of a request, be it the first or the next one, however many bytes of it come. */
const WAITING_MS = 30_000;
/** The first socket that systemd passes (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether systemd passed a socket to this process. */
const isPassed = (env: Environment, pid: number): boolean =>
  env['LISTEN_PID'] === `${pid}` && Number(env['LISTEN_FDS']) >= 1;

export interface ListenOptions {
  readonly env: Environment;
  readonly pid: number;
  readonly log: (line: string) => void;
  readonly waitingMs?: number;
}

/**
 * Accepts connections, plain or by TLS, and hands them to an HTTP server. Apart, since Bun's own HTTP server takes neither a
 * socket that is passed to it nor another certificate while it runs (measured with 1.4.5).
 */
export async function listen(
  settings: ServerSettings,
  answer: Answer,
  { env, pid, log, waitingMs = WAITING_MS }: ListenOptions,
): Promise<Listening> {
  /** Every connection; null while something is answered on it, else since when nothing is. */
  const open = new Map<Socket, number | null>();
  const http = createServer((request, response) => {
    const { socket } = request;
    open.set(socket, null);
    response.once('close', () => {
      if (open.has(socket)) open.set(socket, performance.now());
    });
    answer(request, response);
  });
  const take = (socket: Socket): void => {
    open.set(socket, performance.now());
    socket.setTimeout(SILENT_MS, () => socket.destroy());
    socket.once('close', () => open.delete(socket));
    // Whoever goes away in the middle is no news.
    socket.on('error', () => socket.destroy());
    http.emit('connection', socket);
  };
  const sweep = setInterval(() => endWaiting(open, waitingMs), waitingMs / 4);
  sweep.unref();
  const { front, close } = frontOf(settings, take, log);
  front.maxConnections = MOST_CONNECTIONS;
  const stopWatching = (): void => {
    clearInterval(sweep);
    close();
  };
  await begun(front, isPassed(env, pid) ? { fd: FIRST_DESCRIPTOR } : { ...settings.listen, backlog: 1024 }).catch(
    (error: unknown) => {
      stopWatching();
      throw isPassed(env, pid) ? error : (listenRefused(error, settings.listen) ?? error);
    },
  );
  return {
    port: (front.address() as AddressInfo | null)?.port ?? settings.listen.port,
    stop: async (graceMs) => {
      clearInterval(sweep);
      await stop(front, open, graceMs).finally(close);
    },
  };
}

const begun = (front: PlainServer, where: ListenAddress | { readonly fd: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    front.once('error', reject);
    front.once('listening', resolve);
    front.listen(where);
  });

/** listen(2), bind(2), getaddrinfo(3): what the configuration or the machine has to be changed for. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already; stop it, or give the hub another port',
  EACCES: 'a port below 1024 is not for every user; give the hub a higher one, or use pve-doctor-hub.socket',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'this machine knows no address of that name',
  EAI_AGAIN: 'no name server answers for that name',
};

/** null: it is something else. */
export function listenRefused(error: unknown, { host, port }: ServerSettings['listen']): ListenRefused | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code];
  if (reason === undefined) return null;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new ListenRefused(`the hub cannot listen on ${address}: ${reason}.`, { cause: error });
}

/** The address of `server.listen` cannot be had. */
export class ListenRefused extends Error {
  override readonly name = 'ListenRefused';
}

interface Front {
  readonly front: PlainServer;
  readonly close: () => void;
}

function frontOf(
  { certificate, key }: ServerSettings,
  take: (socket: Socket) => void,
  log: (line: string) => void,
): Front {
  if (certificate === null || key === null) return { front: createPlain(take), close: () => undefined };
  const read = () => ({ cert: readFileSync(certificate), key: readFileSync(key) });
  const front = createTls({ ...read(), minVersion: 'TLSv1.2', handshakeTimeout: 10_000 }, take);
  front.on('tlsClientError', () => undefined);
  let due: NodeJS.Timeout | null = null;
  const again = (): void => {
    due ??= setTimeout(() => {
      due = null;
      try {
        front.setSecureContext(read());
        log('the certificate was read again');
      } catch {
        // Half written, or of another key: its other half will come, and until then the old one goes on.
        log('the certificate changed and cannot be used; the one before it stays');
      }
    }, 1000);
  };
  // The directory, since programs that renew certificates put new files or links in the place of the old ones.
  const watchers = [...new Set([dirname(certificate), dirname(key)])].map((folder) => watch(folder, again));
  return {
    front,
    close: () => {
      for (const watcher of watchers) watcher.close();
      if (due !== null) clearTimeout(due);
    },
  };
}

type Connections = ReadonlyMap<Socket, number | null>;

/** Ends connections on which nothing was asked for longer. */
function endWaiting(open: Connections, mostMs: number): void {
  for (const [socket, since] of open) if (since !== null && performance.now() - since >= mostMs) socket.destroy();
}

async function stop(front: PlainServer, open: Connections, graceMs: number): Promise<void> {
  const until = performance.now() + graceMs;
  front.close();
  while (open.size > 0 && performance.now() < until) {
    // Kept alive for a next request that is not taken any more.
    endWaiting(open, 0);
    if (open.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const socket of open.keys()) socket.destroy();
}
