import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type HubStore, StoreAway } from '../../../src/hub/store/hub-store.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { lawsOfImport } from './laws-of-import.ts';
import { lawsOfVersions } from './laws-of-versions.ts';
import { PASSWORD, type PostgresqlServer, postgresqlPrograms, query, startPostgresql } from './postgresql-server.ts';
import { at, enrolled, exampleIdentity, exampleProblem, exampleReport, exampleToken, said } from './store-examples.ts';

const opened: HubStore[] = [];
let server: PostgresqlServer;

async function hubs(count: number): Promise<readonly [string, HubStore, ...HubStore[]]> {
  const address = await server.database();
  // All at once: they also make the schema at once.
  const stores = await Promise.all(Array.from({ length: count }, () => openStore(address)));
  opened.push(...stores);
  return [address, ...stores] as unknown as readonly [string, HubStore, ...HubStore[]];
}

describe.skipIf(postgresqlPrograms() === null)('some hubs on one PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgresql({ fsync: false });
  }, 60_000);

  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  afterAll(async () => {
    await server.end();
  }, 60_000);

  lawsOfVersions(() => server.database());
  lawsOfImport(() => server.database());

  it('keep a report once that comes to all of them at once', async () => {
    const [, ...stores] = await hubs(3);
    const [first] = stores;
    const ids = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => enrolled(first, 'c1', name)));
    for (let minute = 1; minute <= 20; minute += 1) {
      const problems = [exampleProblem('always'), exampleProblem(`one-${minute}`)];
      const batches = stores.map((_, turn) =>
        ids.map((__, at) => exampleReport(ids[(at + turn) % 5] ?? '', minute, { problems })),
      );
      const results = await Promise.all(stores.map((store, turn) => store.keep(batches[turn] ?? [])));
      expect(results.flat().filter((result) => result === 'kept')).toHaveLength(5);
    }
    for (const id of ids) {
      expect(await first.runs(id, 100)).toHaveLength(20);
      expect(await first.node(id)).toMatchObject({ critical: 2 });
    }
    expect(await first.changes({ limit: 1000 })).toHaveLength(5 * (1 + 20 + 19));
  });

  it('count right while reports, words and revocations meet', async () => {
    const [, one, two] = await hubs(2);
    if (two === undefined) throw new Error('one hub');
    const ids = await Promise.all(['a', 'b', 'c'].map((name) => enrolled(one, 'c1', name)));
    const [a = '', , c = ''] = ids;
    const clusterId = (await one.node(a))?.clusterId ?? '';
    const reports = async (store: HubStore, from: number): Promise<void> => {
      for (let minute = from; minute < from + 30; minute += 2)
        await store.keep(
          ids.map((id) => exampleReport(id, minute, { problems: [exampleProblem('x'), exampleProblem(`y${minute}`)] })),
        );
    };
    const words = async (store: HubStore): Promise<void> => {
      for (let time = 0; time < 15; time += 1) {
        await store.acknowledge({ clusterId }, said('x'));
        await store.withdraw(a, 'x', 'ann', at(5));
      }
    };
    await Promise.all([reports(one, 1), reports(two, 2), words(one), words(two), two.revoke(c, at(9))]);
    for (const id of ids) {
      const open = await one.problems({ nodeId: id, acknowledged: false, limit: 100, offset: 0 });
      expect(await one.node(id)).toMatchObject({ critical: open.length });
    }
    expect(await one.problems({ nodeId: c, limit: 9, offset: 0 })).toEqual([]);
  });

  it('use up a token once for all of them', async () => {
    const [, one, two] = await hubs(2);
    const tokenHash = await exampleToken(one, { uses: 4 });
    const enrol = (store: HubStore | undefined, name: string) =>
      store?.enrol({ ...exampleIdentity('c1', name, '0'.repeat(32)), tokenHash }, at(1));
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const results = await Promise.all(names.flatMap((name) => [enrol(one, name), enrol(two, name)]));
    const given = new Set(results.map((result) => (result?.state === 'enrolled' ? result.nodeId : null)));
    given.delete(null);
    expect(given.size).toBe(4);
    expect(await one.nodes({})).toHaveLength(4);
    expect(await one.tokens(at(1))).toEqual([]);
  });

  it('hear of what another one keeps, also after the server was killed', async () => {
    const [, one, two] = await hubs(2);
    const id = await enrolled(one, 'c1', 'pve1');
    let minute = 0;
    const heard = async (): Promise<void> => {
      let isHeard = false;
      const stop = two?.onChange(() => {
        isHeard = true;
      });
      while (!isHeard) {
        minute += 1;
        await one.keep([exampleReport(id, minute)]).catch((error) => expect(error).toBeInstanceOf(StoreAway));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      stop?.();
    };
    await heard();
    await server.kill();
    await expect(one.ping()).rejects.toThrow(StoreAway);
    await expect(one.keep([exampleReport(id, 90_000)])).rejects.toThrow(StoreAway);
    await expect(openStore('postgresql://hub@/hub_1?host=/nowhere')).rejects.toThrow(StoreAway);
    await server.start();
    await one.ping();
    await heard();
    expect(await one.keep([exampleReport(id, 90_000)])).toEqual(['kept']);
  });

  it('cut runs by month, and drop whole months', async () => {
    const [address, store] = await hubs(1);
    const id = await enrolled(store, 'c1', 'pve1');
    const months = [0, 40, 80, 120].map((days) => days * 24 * 60);
    for (const minute of months) await store.keep([exampleReport(id, minute + 1)]);
    const pieces = async () =>
      (await query(address, "select relname from pg_class where relname ~ '^run_[0-9_]+$' order by 1")).map(
        ({ relname }) => relname,
      );
    expect(await pieces()).toEqual(['run_2026_11', 'run_2026_12', 'run_2027_01', 'run_2027_03']);
    const limit = '2027-01-01T00:00:00.000Z';
    expect(await store.retain({ runsBefore: limit, changesBefore: limit, now: at(121 * 24 * 60) })).toMatchObject({
      runs: 2,
    });
    expect(await pieces()).toEqual(['run_2027_01', 'run_2027_03', 'run_2027_04', 'run_2027_05']);
    expect(await store.keep([exampleReport(id, 2)])).toEqual(['kept']);
  });

  it('take a database in which an extension made a view', async () => {
    const address = await server.database();
    await query(address, 'create view pg_stat_something as select 1 as calls');
    const store = await openStore(address);
    await store.ping();
    await store.close();
  });

  it('take the password from beside the address', async () => {
    const address = (await server.database()).replace(/&password=.*$/, '');
    await expect(openStore(address, 'another one')).rejects.toThrow(StoreAway);
    const store = await openStore(address, PASSWORD);
    await store.ping();
    await store.close();
  });
});
