/**
 * npm run hub [-- --port N --data FOLDER]: a hub on this machine alone, with forty example nodes of three clusters. Without `--data` all of it
 * is gone when it ends; a folder keeps it, and is filled once.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runHub } from '../src/hub/cli/run-hub.ts';
import { openStore } from '../src/hub/store/open-store.ts';
import { fillExampleFleet } from '../test/hub/fleet/example-fleet.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8470' }, data: { type: 'string' } } });
const folder = values.data === undefined ? mkdtempSync(join(tmpdir(), 'pve-doctor-hub-')) : resolve(values.data);
mkdirSync(folder, { recursive: true, mode: 0o700 });
const database = join(folder, 'hub.db');
const config = join(folder, 'config.toml');
writeFileSync(
  config,
  `[server]\nlisten = ${JSON.stringify(`127.0.0.1:${values.port}`)}\n[store]\npath = ${JSON.stringify(database)}\n`,
  { mode: 0o600 },
);

const store = await openStore(database);
if ((await store.nodes({ limit: 1 })).length === 0) {
  console.log('Filling it with forty example nodes of three clusters, thirty days of them: some seconds.');
  await fillExampleFleet(store, new Date());
}
await store.close();
const exitCode = await runHub(['serve', '--config', config]);
if (values.data === undefined) rmSync(folder, { recursive: true, force: true });
process.exit(exitCode);
