import { readFileSync, writeFileSync } from 'node:fs';
import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { CLEAN, isWaiting, lastId, replaceLvchange, WAITS } from '../node/lvchange.ts';
import { ENTRY, isFree, withOneOrphan } from '../node/one-orphan.ts';
import { PVE_DOCTOR, type Repair } from '../node/repair.ts';

export const labCase: LabCase = {
  about:
    'What keeps the locks of a command is killed, or the whole group gets TERM and HUP, while lvchange waits: the step is open, the guest stays locked, and the end that it comes to is the recorded one.',
  limitSeconds: 1800,
  run(lab) {
    withOneOrphan(lab, [keeperKilled, keeperKilledAndGivenUp, everybodyTold, hungUpOn]);
  },
};

interface Waiting {
  /** pve-doctor; its process group has its number. */
  readonly doctor: number;
  /** What stands beside the command. */
  readonly keeper: number;
  readonly command: number;
  readonly restore: () => void;
}

/** `clean` in the background, its command waiting. */
function begin(lab: Lab, repair: Repair): Waiting {
  const restore = replaceLvchange(WAITS);
  lab.journal.run(['sh', '-c', 'rm -f /run/waiting /run/go /run/status']);
  const clean = `${PVE_DOCTOR} ${CLEAN.join(' ')} > /run/out 2>&1; echo $? > /run/status`;
  lab.journal.run(['sh', '-c', `setsid sh -c 'echo $$ > /run/group; ${clean}' > /dev/null 2>&1 &`]);
  waitFor('lvchange waits', isWaiting, 90_000);
  const number = (path: string) => Number(readFileSync(path, 'utf8').trim());
  const command = number('/run/waiting');
  const [, keeper = ''] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${command}/status`, 'utf8')) ?? [];
  repair.settle();
  return { doctor: number('/run/group'), keeper: Number(keeper), command, restore };
}

/** The run ends; its exit status. */
function endOf(lab: Lab, what: string): number {
  waitFor(
    `${what}: the run ends`,
    () => lab.journal.run(['test', '-s', '/run/status'], { mayFail: true }).status === 0,
    120_000,
  );
  return Number(readFileSync('/run/status', 'utf8'));
}

const go = (repair: Repair): void => {
  writeFileSync('/run/go', '');
  waitFor('lvchange ends', () => !repair.entries().includes(ENTRY), 60_000);
};

const closed = (repair: Repair): readonly string[] =>
  repair.trail().filter((record) => /outcome|explained/.test(record));

function keeperKilled(lab: Lab, repair: Repair): void {
  const before = closed(repair).length;
  const { keeper, restore } = begin(lab, repair);
  lab.journal.run(['kill', '-KILL', `${keeper}`]);
  lab.journal.run(['sleep', '2']);
  lab.expect('keeper killed: nothing is judged', closed(repair).length, before);
  lab.expect('keeper killed: the guest is locked', isFree(lab), false);
  go(repair);
  lab.expect('keeper killed: the end', [endOf(lab, 'keeper killed'), repair.trail().at(-2)], [0, 'outcome changed']);
  waitFor('the lock is free', () => isFree(lab), 10_000);
  restore();
}

function keeperKilledAndGivenUp(lab: Lab, repair: Repair): void {
  const { keeper, command, restore } = begin(lab, repair);
  lab.journal.run(['kill', '-KILL', `${keeper}`]);
  lab.expect('given up: status', endOf(lab, 'given up'), 2);
  lab.expect('given up: open', repair.trail().slice(-3), ['intent', 'running', 'run-end']);
  const said = readFileSync('/run/out', 'utf8').replace(/\s+/g, ' ');
  lab.expect(
    'given up: said',
    [said.includes(`process ${command}`), said.includes('Nothing was changed')],
    [true, false],
  );
  lab.expect('given up: the guest is locked', isFree(lab), false);
  lab.expect('given up: nothing begins', repair.doctor(...CLEAN).exit, 1);
  go(repair);
  waitFor('the lock is free', () => isFree(lab), 10_000);
  restore();
  lab.expect(
    'given up: taken back',
    [repair.doctor('undo', '--yes', '--last').exit, closed(repair).at(-2)],
    [0, 'explained changed'],
  );
}

/** As a logout, `systemctl stop` and a shutdown do. */
function everybodyTold(lab: Lab, repair: Repair): void {
  const before = closed(repair).length;
  const { doctor, keeper, command, restore } = begin(lab, repair);
  for (const signal of ['-TERM', '-HUP'])
    lab.journal.run(['kill', signal, '--', `-${doctor}`, `-${keeper}`, `${keeper}`, `-${command}`, `${command}`], {
      mayFail: true,
    });
  lab.journal.run(['sleep', '2']);
  lab.expect('TERM to all: nothing is judged', closed(repair).length, before);
  lab.expect('TERM to all: the guest is locked', isFree(lab), false);
  go(repair);
  // The shell that would say the status has ended with the signal.
  waitFor('TERM to all: the run ends', () => repair.trail().at(-1) === 'run-end', 60_000);
  lab.expect('TERM to all: the end', repair.trail().at(-2), 'outcome changed');
  waitFor('the lock is free', () => isFree(lab), 10_000);
  restore();
  lab.expect('TERM to all: taken back', repair.doctor('undo', '--yes', `${lastId(repair)}`).exit, 0);
}

function hungUpOn(lab: Lab, repair: Repair): void {
  const { doctor, keeper, restore } = begin(lab, repair);
  lab.journal.run(['kill', '-KILL', '--', `-${doctor}`, `${keeper}`], { mayFail: true });
  lab.expect('both killed: nothing begins', repair.doctor(...CLEAN).exit, 1);
  go(repair);
  restore();
  const later = repair.doctor(...CLEAN);
  lab.expect('both killed: explained', [later.exit, closed(repair).at(-1)], [0, 'explained changed']);
}
