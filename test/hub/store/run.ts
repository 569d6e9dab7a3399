/**
 * `npm run hub:postgresql`: the whole suite of the hub's store on SQLite and on a real PostgreSQL, the loops that kill hub and server
 * again and again, and as root three nodes that push in the meantime. `--install` gets Debian's package first, as root; `--kills N`
 * says how often.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { endWith } from '../../run-cases.ts';
import { installPostgresql } from './install-postgresql.ts';
import { postgresqlPrograms } from './postgresql-server.ts';

const { values } = parseArgs({ options: { install: { type: 'boolean' }, kills: { type: 'string', default: '40' } } });

if (values.install === true && postgresqlPrograms() === null) installPostgresql();
if (postgresqlPrograms() === null) {
  console.log('PostgreSQL is not installed: apt-get install postgresql, or --install as root');
  endWith({ passed: 0, failed: 1 });
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-suite-'));
const results = join(scratch, 'results.json');
const vitest = spawnSync(
  process.execPath,
  [
    '--bun',
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    'test/hub/store',
    'test/node-to-hub/three-nodes.system.test.ts',
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile=${results}`,
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TESTS_TO_RUN: 'all', HUB_KILLS: values.kills } },
);
const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = existsSync(results)
  ? JSON.parse(readFileSync(results, 'utf8'))
  : {};
rmSync(scratch, { recursive: true });
endWith({ passed, failed: failed + (vitest.status === 0 || failed > 0 ? 0 : 1) });
