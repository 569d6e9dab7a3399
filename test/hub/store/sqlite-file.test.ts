import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HubStore, StoreAway } from '../../../src/hub/store/hub-store.ts';
import { openEngine, openStore, storeOn } from '../../../src/hub/store/open-store.ts';
import { openSqliteAlone, serveSqliteAlone } from '../../../src/hub/store/sqlite.ts';
import { StoreRefused, storeFailure } from '../../../src/hub/store/store-failure.ts';
import { lawsOfImport } from './laws-of-import.ts';
import { lawsOfVersions } from './laws-of-versions.ts';
import { at, enrolled, exampleReport } from './store-examples.ts';

let folder = '';
let made = 0;

beforeEach(() => {
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pve-doctor-hub-file-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function address(): Promise<string> {
  made += 1;
  return `sqlite:${folder}/${made}.db`;
}

describe('the file of the embedded store', () => {
  lawsOfVersions(address);
  lawsOfImport(address);

  it('is imported only while nobody works on it, and nobody does meanwhile', async () => {
    const path = join(folder, 'hub.db');
    await expect(openSqliteAlone(path)).rejects.toThrow(`there is no ${path}`);
    const store = await openStore(path);
    await expect(openSqliteAlone(path)).rejects.toThrow('stop the hub that works on it first');
    await store.close();
    const alone = await openSqliteAlone(path);
    await expect(openStore(path)).rejects.toThrow(StoreAway);
    await alone.destroy();
    await (await openStore(path)).close();
  });

  it('is read by nobody else, nor is what stands beside it', async () => {
    const path = join(folder, 'data', 'hub.db');
    const store = await openStore(path);
    await enrolled(store, 'c1', 'pve1');
    const modes = [join(folder, 'data'), path, `${path}-wal`].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    await store.close();
  });

  it.skipIf(process.getuid?.() !== 0)('belongs to the user of its directory where root made it', async () => {
    chownSync(folder, 65_534, 65_534);
    const path = join(folder, 'hub.db');
    const store = await openStore(path);
    await enrolled(store, 'c1', 'pve1');
    expect([path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).uid)).toEqual([65_534, 65_534, 65_534]);
    await store.close();
  });

  it('is refused where it is no database, with the path', async () => {
    const path = join(folder, 'notes.txt');
    writeFileSync(path, 'not a database\n'.repeat(1000));
    await expect(openStore(path)).rejects.toThrow(`${path} is no SQLite database`);
  });

  it('is away while another program holds it, keeps nothing then, and is back after that', async () => {
    const path = join(folder, 'hub.db');
    const store = await openStore(path);
    const id = await enrolled(store, 'c1', 'pve1');
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    await expect(store.keep([exampleReport(id, 1)])).rejects.toThrow(StoreAway);
    expect(await store.node(id)).toMatchObject({ lastContactAt: null });
    other.exec('rollback');
    other.close();
    expect(await store.keep([exampleReport(id, 1)])).toEqual(['kept']);
    expect(await store.node(id)).toMatchObject({ lastContactAt: at(1) });
    await store.close();
  });

  it('is away when it is full, whatever ended the transaction, keeps nothing then, and goes on when there is room', async () => {
    const engine = await openEngine(join(folder, 'hub.db'), null);
    const store = storeOn(engine);
    const id = await enrolled(store, 'c1', 'pve1');
    await store.keep([exampleReport(id, 1)]);
    await store.ping();
    const most = (pages: number) => sql.raw(`pragma max_page_count = ${pages}`).execute(engine.database);
    // Less than it has is what it has.
    await most(1);
    const large = { ...exampleReport(id, 2), body: randomBytes(4e6) };
    await expect(store.keep([large])).rejects.toThrow(StoreAway);
    await expect(store.keep([large])).rejects.toThrow('disk is full');
    expect(await store.runs(id, 9)).toHaveLength(1);
    await most(1e9);
    expect(await store.keep([large])).toEqual(['kept']);
    await store.close();
  });

  it('does not work while nothing can be written, though it can be read', async () => {
    const path = join(folder, 'hub.db');
    const store = await openStore(path);
    await store.ping();
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    expect(await store.users()).toEqual([]);
    await expect(store.ping()).rejects.toThrow(StoreAway);
    other.exec('rollback');
    other.close();
    await store.ping();
    await store.close();
  });

  it('that is damaged is refused with its path, or away where only a part is', async () => {
    const path = join(folder, 'hub.db');
    const store = await openStore(path);
    const ids = await Promise.all(['pve1', 'pve2', 'pve3'].map((name) => enrolled(store, 'c1', name)));
    for (const minute of [1, 2, 3]) await store.keep(ids.map((id) => exampleReport(id, minute)));
    await store.close();
    const whole = readFileSync(path);
    const half = whole.subarray(0, Math.floor(whole.length / 8192) * 4096);
    for (const damaged of [half, Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100, 0x5a)])]) {
      writeFileSync(path, damaged);
      await expect(openStore(path)).rejects.toThrow(`${path} is damaged: put a backup in its place`);
    }
    for (let page = 1; page < whole.length / 4096; page += 7) {
      writeFileSync(
        path,
        Buffer.concat([whole.subarray(0, page * 4096), Buffer.alloc(4096), whole.subarray((page + 1) * 4096)]),
      );
      const opened = await openStore(path).catch((error: unknown) => error);
      if (opened instanceof Error) expect(opened).toBeInstanceOf(StoreRefused);
      else {
        const part = opened as HubStore;
        const limits = { runsBefore: at(99), changesBefore: at(99), now: at(99) };
        for (const look of [
          part.groups({}),
          part.nodes({}),
          part.keep([exampleReport(ids[0] ?? '', 9)]),
          part.retain(limits),
        ]) {
          const error = await look.then(
            () => null,
            (thrown: unknown) => thrown,
          );
          if (error !== null) expect(error).toBeInstanceOf(StoreAway);
        }
        await part.close();
      }
    }
  });

  it('is served by one hub at a time, whose end lets the next one in', async () => {
    const path = join(folder, 'hub.db');
    const letGo = serveSqliteAlone(path);
    expect(() => serveSqliteAlone(path)).toThrow(`another hub serves ${path}`);
    symlinkSync(path, join(folder, 'link.db'));
    expect(() => serveSqliteAlone(join(folder, 'link.db'))).toThrow(StoreRefused);
    // Commands work meanwhile.
    await (await openStore(path)).close();
    letGo();
    serveSqliteAlone(path)();
  });

  it('is refused where its directory cannot be made, with the reason', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(openStore(join(folder, 'file', 'hub.db'))).rejects.toThrow(
      /cannot write its store: E.*Give it a path/,
    );
  });
});

it('knows a full disk from a mistake of its own', () => {
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
  expect(storeFailure(full)).toBeInstanceOf(StoreAway);
  const constraint = Object.assign(new Error('constraint failed'), { errcode: 19 });
  expect(storeFailure(constraint)).toBe(constraint);
  const diskFull = Object.assign(new Error('could not extend file'), { code: '53100' });
  expect(storeFailure(diskFull)).toBeInstanceOf(StoreAway);
  const syntax = Object.assign(new Error('syntax error'), { code: '42601' });
  expect(storeFailure(syntax)).toBe(syntax);
  expect(storeFailure(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))).toBeInstanceOf(StoreAway);
});
