/**
 * `npm run ceph`: what a real Ceph tells of images, trash, half-removed images, clients and dead daemons. Needs root and Debian's
 * packages ceph-mon, ceph-osd and ceph-common; `--install` installs them, and without them nothing is tested, and said so.
 * `--record FILE` writes a capture of the cluster at its worst.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { act, CASES } from './cases.ts';

const PACKAGES = ['ceph-mon', 'ceph-osd', 'ceph-common'];
const args = process.argv.slice(2);
const record = args.includes('--record') ? (args[args.indexOf('--record') + 1] ?? null) : null;
const isThere = (): boolean =>
  ['ceph-mon', 'ceph-osd', 'rbd', 'rados'].every((name) => spawnSync('which', [name]).status === 0);

function skip(why: string): never {
  console.log(`skipped: ${why}`);
  console.log('0 passed, 0 failed');
  process.exit(0);
}

if (process.getuid?.() !== 0) skip('a Ceph of one node is started as root only');
if (!isThere() && args.includes('--install')) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], { stdio: 'ignore', env });
}
if (!isThere())
  skip(`${PACKAGES.join(', ')} are not installed (\`apt-get install --no-install-recommends ${PACKAGES.join(' ')}\`)`);

const directory = mkdtempSync(join(tmpdir(), 'ceph-'));
let passed = 0;
let failed = 0;
try {
  act(directory, 'up');
  act(directory, 'fill');
  for (const { name, run } of CASES) {
    const start = Date.now();
    try {
      await run(directory, record);
      passed += 1;
      console.log(`passed  ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : String(error)}`);
    }
  }
} finally {
  act(directory, 'down');
  rmSync(directory, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
