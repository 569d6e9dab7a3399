import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HubStore, StoreAway } from '../../../src/hub/store/hub-store.ts';
import { openStore } from '../../../src/hub/store/open-store.ts';
import { postgresqlPrograms, startPostgresql } from './postgresql-server.ts';
import { at, enrolled, exampleReport } from './store-examples.ts';

let disk = '';

beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'pve-doctor-full-'));
});

afterEach(() => {
  execFileSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true });
});

const mount = (megabytes: number): void => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0777`, 'none', disk]);
};

/** Takes all that is left. */
function fillDisk(): void {
  const file = openSync(join(disk, 'ballast'), 'w');
  for (const size of [1 << 20, 1 << 12])
    for (;;) {
      try {
        if (writeSync(file, Buffer.alloc(size)) < size) break;
      } catch {
        break;
      }
    }
  closeSync(file);
}

const failure = async (work: () => Promise<unknown>): Promise<unknown> =>
  await work().then(
    () => null,
    (error: unknown) => error,
  );

/** Every report is kept or refused as away, before, while and after the disk is full, and what was answered is there. */
async function isFullForAWhile(store: HubStore, roomAgain: () => Promise<void>): Promise<void> {
  const id = await enrolled(store, 'c1', 'pve1');
  const reportOf = (minute: number) => ({ ...exampleReport(id, minute), body: randomBytes(300_000) });
  const kept: number[] = [];
  const refused: number[] = [];
  const keep = async (minute: number): Promise<void> => {
    const error = await failure(() => store.keep([reportOf(minute)]));
    if (error !== null) expect(error).toBeInstanceOf(StoreAway);
    (error === null ? kept : refused).push(minute);
  };
  await keep(1);
  await store.ping();
  fillDisk();
  for (let minute = 2; minute < 200 && refused.length < 5; minute += 1) await keep(minute);
  expect(refused).toHaveLength(5);
  expect(await failure(() => store.ping())).toBeInstanceOf(StoreAway);
  rmSync(join(disk, 'ballast'));
  await roomAgain();
  await expect.poll(() => failure(() => store.ping()), { timeout: 30_000, interval: 500 }).toBeNull();
  for (const minute of refused.splice(0)) await keep(minute);
  expect(refused).toEqual([]);
  const runs = (await store.runs(id, 500)).map(({ takenAt }) => takenAt);
  expect(runs).toEqual(kept.map((minute) => at(minute)));
}

describe.skipIf(process.getuid?.() !== 0)('a disk that is full for a while', () => {
  it('costs no report on SQLite', async () => {
    mount(6);
    const store = await openStore(join(disk, 'hub.db'));
    await isFullForAWhile(store, async () => undefined);
    await store.close();
  }, 60_000);

  it.skipIf(postgresqlPrograms() === null)(
    'costs no report on PostgreSQL',
    async () => {
      mount(160);
      const server = await startPostgresql({ folder: disk });
      const store = await openStore(await server.database());
      // One that cannot write its log ends.
      await isFullForAWhile(store, server.start);
      await store.close();
      await server.end();
    },
    180_000,
  );
});
