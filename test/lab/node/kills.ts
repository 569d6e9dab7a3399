import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { JournalRecord } from '../../../src/model/repair/journal.ts';
import { fillVolumes } from './contents.ts';
import { pause, waitFor } from './journal.ts';
import type { Lab } from './lab.ts';
import { replaceLvchange } from './lvchange.ts';
import { ENTRY, isFree, VOLUME, withOneOrphan } from './one-orphan.ts';
import { PVE_DOCTOR, type Repair } from './repair.ts';

/** What a run does that is killed. */
export interface Operation {
  /** The entry that goes or comes. */
  readonly entry: string;
  readonly makes: boolean;
  /** The node as the run has to find it; answers the words of the run. */
  readonly prepare: () => readonly string[];
  /** Time to be killed in, before and after the change; answers how the program is itself again. */
  readonly slowDown: () => () => void;
}

export type OperationName = 'deactivate' | 'activate' | 'remove' | 'create';

/** What is killed while the command runs: pve-doctor, what keeps the locks, and the command. */
const VICTIMS = [['doctor'], ['keeper'], ['doctor', 'keeper'], ['command'], ['doctor', 'keeper', 'command']] as const;

/** After the command began: before it acts, while it does, after it has. */
const MOMENTS_MS = [0, 400, 800, 1000, 1200, 1600, 2200];

/** Moments of the whole run at which pve-doctor is killed, besides. */
const OF_RUN = 40;

const SLOW = 'echo $$ > /run/waiting; sleep 1; REAL "$@"; status=$?; sleep 1; exit $status';

/** So many of each operation with `--whole`: 5 victims at 7 moments, and 40 moments of the whole run. */
export function killAnywhere(lab: Lab, name: OperationName): void {
  withOneOrphan(lab, [
    (_, repair) => {
      const operation = OPERATIONS[name](lab, repair);
      const kills = { done: 0, changed: 0, unchanged: 0, untouched: 0 };
      const note = (state: keyof typeof kills): void => {
        kills.done += 1;
        kills[state] += 1;
        lab.journal.note(`${name}: ${JSON.stringify(kills)}`);
      };
      const whole = timeOf(lab, repair, operation);
      const moments = Array.from({ length: OF_RUN }, (__, at) => Math.round((whole * at) / (OF_RUN - 1)));
      for (const ms of lab.sample(moments, 3))
        note(killRun(lab, repair, operation, `${name} killed after ${ms} ms`, ms));
      const restore = operation.slowDown();
      const all = VICTIMS.flatMap((victims) => MOMENTS_MS.map((ms) => ({ victims, ms })));
      for (const { victims, ms } of lab.sample(all, 3)) note(killCommand(lab, repair, operation, name, victims, ms));
      restore();
    },
  ]);
}

const isThere = (repair: Repair, { entry }: Operation): boolean => repair.entries().includes(entry);

const number = (path: string): string => readFileSync(path, 'utf8').trim();

function begin(lab: Lab, words: readonly string[]): void {
  lab.journal.run(['sh', '-c', 'rm -f /run/waiting']);
  lab.journal.run(['sh', '-c', `${PVE_DOCTOR} ${words.join(' ')} > /run/killed.out 2>&1 & echo $! > /run/doctor`]);
}

function timeOf(lab: Lab, repair: Repair, operation: Operation): number {
  const words = operation.prepare();
  const began = Date.now();
  lab.expect('a run that nobody kills', repair.doctor(...words).exit, 0);
  return Date.now() - began;
}

function killRun(lab: Lab, repair: Repair, operation: Operation, what: string, ms: number): State {
  const before = repair.records().length;
  const words = operation.prepare();
  const begun = repair.records().length;
  lab.expect(`${what}: prepared`, begun >= before, true);
  begin(lab, words);
  pause(ms);
  lab.journal.run(['kill', '-KILL', number('/run/doctor')], { mayFail: true });
  return judged(lab, repair, operation, what, begun);
}

function killCommand(
  lab: Lab,
  repair: Repair,
  operation: Operation,
  name: string,
  victims: readonly string[],
  ms: number,
): State {
  const what = `${name}: ${victims.join(', ')} killed ${ms} ms after the command began`;
  const words = operation.prepare();
  const begun = repair.records().length;
  begin(lab, words);
  waitFor('the command waits', () => existsSync('/run/waiting') && number('/run/waiting') !== '', 180_000);
  const command = number('/run/waiting');
  const [, keeper = ''] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${command}/status`, 'utf8')) ?? [];
  const pids: Readonly<Record<string, string>> = { doctor: number('/run/doctor'), keeper, command };
  pause(ms);
  lab.journal.run(['kill', '-KILL', ...victims.map((victim) => pids[victim] ?? '')], { mayFail: true });
  return judged(lab, repair, operation, what, begun);
}

type State = 'changed' | 'unchanged' | 'untouched';

/** Once nothing of the step lives, the next run says of it what the kernel has. */
function judged(lab: Lab, repair: Repair, operation: Operation, what: string, begun: number): State {
  const isAlive = () =>
    ['lvm', 'lvchange', 'dmsetup', 'dmsetup.real', 'pve-doctor-keep'].some((name) => lab.processes(name).length > 0);
  const hasEnded = () => lab.processes('pve-doctor').length === 0 && !isRunning(number('/run/doctor'));
  waitFor(`${what}: nothing of the step lives`, () => hasEnded() && !isAlive(), 180_000);
  waitFor(`${what}: the lock is free`, () => isFree(lab), 30_000);
  // Nothing is selected: what is open is looked at, and nothing else happens.
  repair.doctor('clean', '--yes', '--vmid', '999');
  const records = repair.records().slice(begun);
  const intent = records.findLast((record) => record.record === 'intent');
  const there = isThere(repair, operation);
  lab.expect(`${what}: nothing is open`, /^!/.test(repair.doctor('history').stdout), false);
  if (intent === undefined) {
    lab.expect(`${what}: no step was begun`, there, !operation.makes);
    return 'untouched';
  }
  const state = lastState(records);
  const isChanged = there === operation.makes;
  lab.expect(`${what}: the journal says what the kernel has`, state, isChanged ? 'changed' : 'unchanged');
  return isChanged ? 'changed' : 'unchanged';
}

const lastState = (records: readonly JournalRecord[]): string => {
  const last = records.findLast(({ record }) => record === 'outcome' || record === 'explained');
  return last !== undefined && 'state' in last ? last.state : 'none';
};

const isRunning = (pid: string): boolean => {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const OPERATIONS: Readonly<Record<OperationName, (lab: Lab, repair: Repair) => Operation>> = {
  deactivate: (lab) => ({
    ...{ entry: ENTRY, makes: false, slowDown: slowLvchange },
    prepare: () => {
      lab.journal.run(['lvm', 'lvchange', '-aly', VOLUME]);
      return ['clean', '--yes', '--vmid', '500'];
    },
  }),
  activate: (lab, repair) => ({
    ...{ entry: ENTRY, makes: true, slowDown: slowLvchange },
    prepare: () => {
      lab.journal.run(['lvm', 'lvchange', '-aly', VOLUME]);
      return undoOf(repair, ['clean', '--yes', '--vmid', '500']);
    },
  }),
  remove: (lab, repair) => {
    const put = ghost(lab, repair);
    return {
      ...{ entry: GHOST, makes: false, slowDown: slowDmsetup },
      prepare: () => {
        put();
        return ['clean', '--yes', '--vmid', '502'];
      },
    };
  },
  create: (lab, repair) => {
    const put = ghost(lab, repair);
    return {
      ...{ entry: GHOST, makes: true, slowDown: slowDmsetup },
      prepare: () => {
        put();
        return undoOf(repair, ['clean', '--yes', '--vmid', '502']);
      },
    };
  },
};

const GHOST = 'san-vm--502--disk--0';

/** An entry whose volume another node has removed; the answer makes it again where it is gone. */
function ghost(lab: Lab, repair: Repair): () => void {
  lab.storage.thick('san', 'vm-502-disk-0', 16);
  fillVolumes(lab, ['san/vm-502-disk-0']);
  const [uuid, table] = [lab.dm.uuid(GHOST), lab.dm.table(GHOST)];
  lab.storage.remove('san', 'vm-502-disk-0', 'another-node');
  return () => {
    if (!repair.entries().includes(GHOST)) lab.dm.create([{ name: GHOST, uuid, table: [table] }]);
    repair.settle();
  };
}

/** Cleans once more, at its own pace, so that there is a step to take back. */
function undoOf(repair: Repair, clean: readonly string[]): readonly string[] {
  writeFileSync('/run/fast', '');
  const done = repair.doctor(...clean);
  repair.program('/bin/rm', ['/run/fast']);
  if (done.exit !== 0) throw new Error(`clean: exit ${done.exit}`);
  const last = repair.records().findLast((record) => record.record === 'outcome');
  return ['undo', '--yes', `${last?.record === 'outcome' ? last.id : 0}`];
}

const slowly = (real: string): string =>
  `if [ -e /run/fast ]; then exec ${real} "$@"; fi; ${SLOW.replace('REAL', real)}`;

const slowLvchange = (): (() => void) => replaceLvchange(slowly('lvm lvchange'));

const DMSETUP = '/usr/sbin/dmsetup';

/** Whoever only reads is not made to wait. */
function slowDmsetup(): () => void {
  renameSync(DMSETUP, `${DMSETUP}.real`);
  const real = `${DMSETUP}.real`;
  const script = ['#!/bin/sh', 'case $1 in', `remove|create) ${slowly(real)};;`, `*) exec ${real} "$@";;`, 'esac', ''];
  writeFileSync(DMSETUP, script.join('\n'), { mode: 0o755 });
  return () => renameSync(real, DMSETUP);
}
