import { gunzipSync } from 'node:zlib';
import type { Report } from '../../src/model/report/report.ts';
import { PASSWORD, type PostgresqlServer, startPostgresql } from '../hub/store/postgresql-server.ts';
import { type Front, type RealHub, realHub } from './real-hub.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What systemd does: again, until the database is there. */
async function startHub(hub: RealHub): Promise<void> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await hub.start();
    } catch (error) {
      if (tried === 50 || !String(error).includes('the hub ended')) throw error;
      await pause(100);
    }
  }
}

/** A hub and a PostgreSQL that only it uses, both processes that can be killed. */
export async function hubOnPostgresql(front?: Front) {
  const server = await startPostgresql();
  try {
    return await startedOn(server, front);
  } catch (error) {
    await server.end();
    throw error;
  }
}

async function startedOn(server: PostgresqlServer, front: Front | undefined) {
  // A user before an empty host is no URL, which the configuration asks for; a user behind it is.
  const address = (await server.database()).replace('hub@/', '/').replace(/&password=.*$/, '&user=hub');
  const database = { address, password: PASSWORD };
  const hub = await realHub(database, front);
  const idOf = async (node: string): Promise<string> =>
    (await hub.store.nodes({})).find((row) => row.node === node)?.nodeId ?? '';
  return {
    ...{ hub, database, idOf },
    bodyOf: async (node: string): Promise<Report> =>
      JSON.parse(gunzipSync((await hub.store.body(await idOf(node))) ?? new Uint8Array()).toString()),
    /** kill -9 of the hub, the database or both in turn, and up again after that time. */
    kill: async (round: number, awayMs: number): Promise<void> => {
      const which = ['hub', 'database', 'both'][round % 3];
      if (which !== 'database') await hub.kill();
      if (which !== 'hub') await server.kill();
      await pause(awayMs);
      // In any order: a hub may be there before its database.
      await Promise.all([which === 'hub' ? null : server.start(), which === 'database' ? null : startHub(hub)]);
    },
    end: async (): Promise<void> => {
      await hub.close();
      await server.end();
    },
  };
}

export type HubOnPostgresql = Awaited<ReturnType<typeof hubOnPostgresql>>;
