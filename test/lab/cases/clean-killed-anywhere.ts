import { readFileSync } from 'node:fs';
import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { CLEAN, isWaiting, replaceLvchange } from '../node/lvchange.ts';
import { ENTRY, isFree, VOLUME, withOneOrphan } from '../node/one-orphan.ts';
import { PVE_DOCTOR, type Repair } from '../node/repair.ts';

/** What is killed: pve-doctor, what keeps the locks, and the command, in this order. */
const VICTIMS = [['doctor'], ['keeper'], ['doctor', 'keeper'], ['command'], ['doctor', 'keeper', 'command']] as const;

/** After the command began: before it acts, while it does, after it has. */
const MOMENTS_MS = [0, 400, 800, 1000, 1200, 1600, 2200];

/** Time to be killed in, before and after the change. */
const SLOW = 'echo $$ > /run/waiting; sleep 1; lvm lvchange "$@"; status=$?; sleep 1; exit $status';

export const labCase: LabCase = {
  about:
    'kill -9 of pve-doctor, of what keeps the locks, of the command and of all of them, at moments before, in and after the change: what the journal says in the end is what the kernel has, the guest stays locked as long as the command lives, and the data is what it was.',
  limitSeconds: 3600,
  run(lab) {
    const restore = { now: (): void => undefined };
    withOneOrphan(lab, [
      (_, repair) => {
        lab.journal.run([
          'dd',
          'if=/dev/urandom',
          `of=/dev/${VOLUME}`,
          'bs=1M',
          'count=4',
          'status=none',
          'conv=fsync',
        ]);
        const content = repair.content(`/dev/${VOLUME}`);
        restore.now = replaceLvchange(SLOW);
        const all = VICTIMS.flatMap((victims) => MOMENTS_MS.map((ms) => ({ victims, ms })));
        for (const { victims, ms } of lab.sample(all, 5)) killed(lab, repair, victims, ms);
        restore.now();
        lab.journal.run(['lvchange', '-aly', VOLUME]);
        lab.expect('the data is what it was', repair.content(`/dev/${VOLUME}`), content);
      },
    ]);
  },
};

function killed(lab: Lab, repair: Repair, victims: readonly string[], ms: number): void {
  const what = `${victims.join(', ')} killed after ${ms} ms`;
  lab.journal.run(['lvm', 'lvchange', '-aly', VOLUME]);
  lab.journal.run(['sh', '-c', 'rm -f /run/waiting']);
  lab.journal.run(['sh', '-c', `${PVE_DOCTOR} ${CLEAN.join(' ')} > /run/killed.out 2>&1 & echo $! > /run/doctor`]);
  waitFor('lvchange waits', isWaiting, 90_000);
  const number = (path: string) => readFileSync(path, 'utf8').trim();
  const command = number('/run/waiting');
  const [, keeper = ''] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${command}/status`, 'utf8')) ?? [];
  const pids: Readonly<Record<string, string>> = { doctor: number('/run/doctor'), keeper, command };
  lab.journal.run(['sleep', `${ms / 1000}`]);
  lab.journal.run(['kill', '-KILL', ...victims.map((victim) => pids[victim] ?? '')], { mayFail: true });
  // The shell that was the command leaves lvm behind, which is of the step too.
  waitFor('nothing of the step lives', () => !isAlive(command) && lab.processes('lvm').length === 0, 60_000);
  if (!victims.includes('doctor')) waitFor('the run ends', () => repair.trail().at(-1) === 'run-end', 60_000);
  waitFor(`${what}: the lock is free`, () => isFree(lab), 10_000);
  // Nothing is selected: what is open is looked at, and nothing else happens.
  repair.doctor('clean', '--yes', '--vmid', '999');
  const last = repair.trail().findLast((record) => /^(?:outcome|explained)/.test(record)) ?? '';
  const isThere = repair.entries().includes(ENTRY);
  lab.expect(`${what}: the journal says what is so`, / (\w+)/.exec(last)?.[1], isThere ? 'unchanged' : 'changed');
  lab.expect(`${what}: nothing is open`, /^!/.test(repair.doctor('history').stdout), false);
}

const isAlive = (pid: string): boolean => {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
