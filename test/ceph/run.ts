/**
 * `npm run ceph`: what a real Ceph tells of images, trash, half-removed images, clients and dead daemons. Needs root and Debian's
 * packages ceph-mon, ceph-osd and ceph-common; `--install` installs them, and without them nothing is tested, and said so.
 * `--record FILE` writes a capture of the cluster at its worst.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWith, runCases, type Tally } from '../run-cases.ts';
import { act, CASES } from './cases.ts';

const PACKAGES = ['ceph-mon', 'ceph-osd', 'ceph-common'];
const args = process.argv.slice(2);
const record = args.includes('--record') ? (args[args.indexOf('--record') + 1] ?? null) : null;
const isThere = (): boolean =>
  ['ceph-mon', 'ceph-osd', 'rbd', 'rados'].every((name) => spawnSync('which', [name]).status === 0);

function skip(why: string): never {
  console.log(`skipped: ${why}`);
  endWith({ passed: 0, failed: 0 });
}

if (process.getuid?.() !== 0) skip('a Ceph of one node is started as root only');
if (!isThere() && args.includes('--install')) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], { stdio: 'ignore', env });
}
if (!isThere())
  skip(`${PACKAGES.join(', ')} are not installed (\`apt-get install --no-install-recommends ${PACKAGES.join(' ')}\`)`);

const directory = mkdtempSync(join(tmpdir(), 'ceph-'));
let tally: Tally;
try {
  act(directory, 'up');
  act(directory, 'fill');
  tally = await runCases(CASES.map(({ name, run }) => ({ name, run: () => run(directory, record) })));
} finally {
  act(directory, 'down');
  rmSync(directory, { recursive: true, force: true });
}
endWith(tally);
