import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bunPath } from '../../tools/setup.mjs';
import { ROOT } from '../repo/repository.ts';
import type { Artifacts } from './artifacts.ts';
import type { GuestResult } from './systemd-guest.ts';
import { type Chapter, run, succeed, type Tests } from './tests.ts';

/** Nodes that take every door: dmsetup and LVM, other namespaces, open files, containers, what lies beneath a mount point. */
const NODES = ['mounts-missing', 'mounts-in-containers', 'held-by-mount-in-other-namespace'] as const;

/** A lab guest whose PID 1 is systemd: the package is installed there with dpkg, and everything is done by systemctl. */
export const systemd = (artifacts: Artifacts): Chapter => ({
  name: 'systemd',
  about: 'timer and service, with systemd as PID 1 of a real kernel',
  async run(tests) {
    await succeed(['bash', join(ROOT, 'test/lab/setup.sh')]);
    for (const [at, node] of NODES.entries()) await judge(tests, node, await inGuest(artifacts, node, at === 0));
  },
});

async function inGuest({ scratch, plain }: Artifacts, node: string, whole: boolean): Promise<GuestResult | string> {
  const results = mkdtempSync(join(scratch, 'guest-'));
  cpSync(plain, join(results, 'pve-doctor.deb'));
  const command = `exec ${bunPath()} ${ROOT}test/package/systemd-guest.ts ${node} ${results} ${whole ? 'whole' : ''}`;
  const options = [
    '-i',
    join(ROOT, 'test/package/systemd-init'),
    '-w',
    results,
    '-H',
    'pve1',
    '-m',
    '1G',
    '-t',
    '1200',
  ];
  const done = await run([join(ROOT, 'test/lab/boot'), ...options, '--', command]);
  const file = join(results, 'result.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as GuestResult) : `${done.stdout}${done.stderr}`;
}

async function judge(tests: Tests, node: string, result: GuestResult | string): Promise<void> {
  const say = (sentence: string, body: (seen: GuestResult) => void) =>
    tests.test(`${node}: ${sentence}`, () => {
      if (typeof result === 'string') throw new Error(result);
      body(result);
    });
  await say('systemd knows every line of the units', ({ complaints }) => equal(complaints, ''));
  await say('the timer runs from the installation on, and is next due at night', ({ timer }) => {
    equal(timer.enabled, 'enabled');
    equal(timer.active, 'active');
    match(timer.next, /02:[0-3]\d:\d\d/);
  });
  await say('the hardened service sees all that a root shell sees, which is everything', ({ shell, unit }) => {
    deepEqual(shell.notSeen, []);
    // A storage that is not mounted cannot be listed, from wherever.
    const lacksMount = shell.findings.some((finding) => finding.startsWith('MNT003 '));
    const unknown = shell.checks.filter((check) => check.endsWith(' unknown'));
    ok(shell.findings.length > 0);
    deepEqual(lacksMount ? unknown.filter((check) => !check.startsWith('VOL')) : unknown, []);
    deepEqual(unit, shell);
  });
  if (typeof result !== 'string' && result.night === null) return;
  await say('at two in the morning the timer starts the service, and the service succeeds', ({ night }) => {
    equal(night?.result, 'success');
    ok([0, 1, 2, 3].includes(night?.status ?? 70), `exit ${night?.status}`);
    ok((night?.journal ?? '').length > 0);
  });
  await say('the run is kept, where only root can read it', ({ night }) => {
    equal(night?.stateMode, '700');
    equal(night?.keptRuns, 1);
  });
  await say('a probe that nobody can kill neither holds the service up nor makes it fail', ({ mute }) => {
    equal(mute?.result, 'success');
    ok((mute?.seconds ?? 60) < 60, `${mute?.seconds} s`);
    ok((mute?.left ?? 0) > 0, 'no probe was left behind, so this shows nothing');
  });
}
