import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Imported, importStore } from '../../../src/hub/store/import-store.ts';
import { openEngine, openStore } from '../../../src/hub/store/open-store.ts';
import { openSqliteAlone } from '../../../src/hub/store/sqlite.ts';
import { at, exampleReport } from './store-examples.ts';
import { fill, shown } from './whole-store.ts';

/** A hub outgrows its file. `address`: of an empty database. */
export function lawsOfImport(address: () => Promise<string>): void {
  let folder = '';
  let file = '';

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-import-'));
    file = join(folder, 'hub.db');
    await fill(file);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function imported(where: string): Promise<Imported> {
    const source = await openSqliteAlone(file);
    const engine = await openEngine(where, null);
    try {
      return await importStore(source, engine);
    } finally {
      await engine.close();
      await source.destroy();
    }
  }

  it('brings along all that a hub knows, and leaves the file as it was', async () => {
    const [where, before] = [await address(), await shown(file)];
    expect(await imported(where)).toMatchObject({
      node: 3,
      account: 1,
      run: 9,
      report_body: 9,
      acknowledgement: 1,
      setting: 1,
    });
    expect(await shown(where)).toEqual(before);
    expect(await shown(file)).toEqual(before);
  });

  it('goes on from there', async () => {
    const where = await address();
    await imported(where);
    const store = await openStore(where);
    const [node] = await store.nodes({});
    if (node === undefined) throw new Error('no node came along');
    await store.keep([exampleReport(node.nodeId, 3)]);
    await store.audit({ at: at(4), who: 'ann', action: 'logout', detail: '' });
    expect((await store.runs(node.nodeId, 9)).map(({ takenAt }) => takenAt).toSorted()).toEqual([-60, 1, 2, 3].map(at));
    expect((await store.audited(1))[0]).toMatchObject({ action: 'logout' });
    await store.close();
  });

  it('refuses a database that has nodes or users, and changes nothing of it', async () => {
    const where = await address();
    await imported(where);
    const before = await shown(where);
    await expect(imported(where)).rejects.toThrow('has nodes or users already');
    expect(await shown(where)).toEqual(before);
  });

  it('takes the place of the link that a hub without anybody printed', async () => {
    const where = await address();
    const store = await openStore(where);
    await store.changeSetting('s', null, 'of the empty hub');
    await store.close();
    await imported(where);
    expect(await shown(where)).toEqual(await shown(file));
  });
}
