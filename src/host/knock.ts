import { createConnection, isIP } from 'node:net';
import type { ServerAnswer } from '../model/mounts/mounts.ts';
import type { Server } from '../model/mounts/remote-filesystems.ts';
import { HEARING_MS } from './bulk-read.ts';
import { runGuarded } from './guarded-child.ts';
import { deadlineSince } from './slowdown.ts';

/** Whether a TCP connection to each server comes about. Nothing is sent. */
export const knockAll = (servers: readonly Server[], deadlineMs: number): Promise<readonly ServerAnswer[]> =>
  Promise.all(servers.map((server) => knock(server, deadlineMs)));

async function knock(server: Server, deadlineMs: number): Promise<ServerAnswer> {
  const started = performance.now();
  const address = isIP(server.host) === 0 ? await addressOf(server.host, deadlineMs) : server.host;
  if (address === null) return { answers: null, detail: `the name ${server.host} could not be resolved` };
  return connect(address, server.port, Math.max(1, deadlineMs - (performance.now() - started)));
}

/** In a child, since the resolver waits for dead name servers in a thread that nobody can stop. */
async function addressOf(name: string, deadlineMs: number): Promise<string | null> {
  const { stdout } = await runGuarded({ argv: ['getent', 'ahosts', name], deadlineMs });
  const address = stdout.split(/\s/)[0] ?? '';
  return isIP(address) === 0 ? null : address;
}

function connect(host: string, port: number, deadlineMs: number): Promise<ServerAnswer> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const settle = (answers: boolean, detail: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ answers, detail });
    };
    const noAnswer = () => settle(false, `no answer within ${Math.round(deadlineMs / 100) / 10} s`);
    const began = performance.now();
    const atDeadline = (): void => {
      const left = deadlineSince(began, deadlineMs) - (performance.now() - began);
      // A connection that came about while this process had other work is heard of first.
      timer = left > HEARING_MS ? setTimeout(atDeadline, left) : setTimeout(noAnswer, HEARING_MS);
    };
    let timer = setTimeout(atDeadline, deadlineMs);
    socket.once('connect', () => settle(true, 'accepts connections'));
    // Which error it was is not told: Bun 1.4 says ECONNREFUSED for an unreachable network as well.
    socket.once('error', () => settle(false, 'accepts no connections'));
  });
}
