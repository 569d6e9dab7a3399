import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { intakeCounters } from '../../src/hub/receive/counters.ts';
import { hashOf, newToken, openEnrolment } from '../../src/hub/receive/enrol.ts';
import { openIntake } from '../../src/hub/receive/intake.ts';
import { nodeRoutes } from '../../src/hub/receive/node-routes.ts';
import { storeHealth } from '../../src/hub/receive/store-health.ts';
import type { HubStore } from '../../src/hub/store/hub-store.ts';
import { openStore } from '../../src/hub/store/open-store.ts';

export interface RealHub {
  readonly url: string;
  /** Of the process that runs now. */
  readonly store: () => HubStore;
  /** Of the process that runs now. */
  readonly outcomes: () => Readonly<Record<string, number>>;
  readonly token: () => Promise<string>;
  /** Away, with its file kept. */
  readonly stop: () => Promise<void>;
  /** Back, at the same address. */
  readonly start: () => Promise<void>;
  /** Away for good. */
  readonly close: () => Promise<void>;
}

/** What a hub does for nodes, over a real SQLite file: nothing of it is a stand-in but the process that it runs in. */
export async function realHub(): Promise<RealHub> {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-real-hub-'));
  const file = join(folder, 'hub.db');
  let running: Awaited<ReturnType<typeof startOn>> | null = await startOn(file, 0);
  const { port } = running;
  const now = () => {
    if (running === null) throw new Error('the hub is away');
    return running;
  };
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = null;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    store: () => now().store,
    outcomes: () => Object.fromEntries(now().counters.read().outcomes),
    token: async () => {
      const token = newToken();
      const createdAt = new Date().toISOString();
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const made = { cluster: '', createdBy: 'test', usesLeft: 100, hash: hashOf(token), createdAt, expiresAt };
      await now().store.addToken(made);
      return token;
    },
    stop,
    start: async () => {
      running = await startOn(file, port);
    },
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function startOn(file: string, wantedPort: number) {
  const store = await openStore(file);
  const now = () => new Date();
  const counters = intakeCounters();
  const parts = { store, now, health: storeHealth(now), counters };
  const intake = openIntake(parts);
  const app = nodeRoutes({ intake, enrol: openEnrolment(parts, intake), counters, addressOf: () => '127.0.0.1' });
  const { server, port } = await new Promise<{ readonly server: ServerType; readonly port: number }>((resolve) => {
    const made = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: wantedPort }, (address) =>
      resolve({ server: made, port: address.port }),
    );
  });
  const stop = async (): Promise<void> => {
    await new Promise((resolve) => {
      server.close(resolve);
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
    await intake.idle();
    await store.close();
  };
  return { store, counters, port, stop };
}
