import { readFileSync, writeFileSync } from 'node:fs';
import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { CLEAN, isWaiting, lastId, replaceLvchange, WAITS } from '../node/lvchange.ts';
import { ENTRY, isFree, VOLUME, withOneOrphan } from '../node/one-orphan.ts';
import { PVE_DOCTOR, type Repair } from '../node/repair.ts';

export const labCase: LabCase = {
  about:
    'Every end of a step: LVM’s own lock is held by another, lvchange waits and is given up or orphaned, lies, or has nothing to do; a closed pipe in the middle.',
  nightly: true,
  limitSeconds: 1800,
  run(lab) {
    withOneOrphan(lab, [
      lockedForAMoment,
      lockedByAnother,
      killedWhileItWaits,
      givenUp,
      lies,
      goneByItself,
      closedPipe,
    ]);
  },
};

/** As each report of pvestatd does. */
function lockedForAMoment(lab: Lab, repair: Repair): void {
  const hold = 'flock /run/lock/lvm/V_san sleep 2 > /dev/null 2>&1 & sleep 0.5';
  const ran = repair.applyMeeting('intent', hold);
  lab.expect('VG lock held for a moment', /"state":"(\w+)"/.exec(ran.stdout)?.[1], 'changed');
  lab.expect('VG lock held for a moment: the entry goes', repair.entries().includes(ENTRY), false);
}

function lockedByAnother(lab: Lab, repair: Repair): void {
  lab.journal.background(['flock', '/run/lock/lvm/V_san', 'sleep', '100']);
  const began = Date.now();
  const ran = repair.doctor(...CLEAN);
  lab.expect('VG lock held: it does not wait', Date.now() - began < 60_000, true);
  lab.expect('VG lock held: nothing goes on behind it', lab.processes('lvchange'), []);
  lab.expect('VG lock held: the end', [ran.exit, repair.trail().at(-2)], [1, 'outcome unchanged refused']);
  lab.expect(
    'VG lock held: says who has it',
    /V_san, is held by process \d+ \(/.test(ran.stdout.replace(/\s+/g, ' ')),
    true,
  );
  lab.journal.run(['pkill', '-x', 'flock'], { mayFail: true });
  lab.journal.run(['pkill', '-x', 'sleep'], { mayFail: true });
  lab.expect('VG lock held: the entry stays', repair.entries().includes(ENTRY), true);
}

function killedWhileItWaits(lab: Lab, repair: Repair): void {
  const restore = replaceLvchange(WAITS);
  lab.journal.run(['sh', '-c', 'rm -f /run/waiting /run/go']);
  lab.journal.run(['sh', '-c', `${PVE_DOCTOR} ${CLEAN.join(' ')} >/run/killed.out 2>&1 & echo $! > /run/doctor`]);
  waitFor('lvchange waits', isWaiting, 90_000);
  lab.journal.run(['sh', '-c', 'kill -9 $(cat /run/doctor)']);
  const pid = readFileSync('/run/waiting', 'utf8').trim();
  lab.expect('killed: the lock is PVE’s still', isFree(lab), false);
  const trail = repair.trail();
  const names = new RegExp(`still\\s+runs.*process\\s+${pid}`, 's');
  for (const args of [CLEAN, ['undo', '--yes', `${lastId(repair)}`]]) {
    const later = repair.doctor(...args);
    lab.expect(`killed: ${args[0]} leaves it open`, [later.exit, names.test(later.stdout)], [1, true]);
  }
  lab.expect(
    'killed: nothing closed it',
    repair.trail().filter((record) => /explained|outcome/.test(record)),
    trail.filter((record) => /explained|outcome/.test(record)),
  );
  lab.expect('killed: history says so', names.test(repair.doctor('history').stdout), true);
  lab.expect('killed: check says so', names.test(lab.check().stderr), true);
  writeFileSync('/run/go', '');
  waitFor('lvchange ends', () => !repair.entries().includes(ENTRY), 60_000);
  waitFor('the lock is free', () => isFree(lab), 10_000);
  restore();
  const explained = repair.doctor(...CLEAN);
  lab.expect('killed: explained', [explained.exit, repair.trail().at(-2)], [0, 'explained changed']);
  lab.expect('killed: taken back', repair.doctor('undo', '--yes', `${lastId(repair)}`).exit, 0);
}

function givenUp(lab: Lab, repair: Repair): void {
  const restore = replaceLvchange(WAITS);
  lab.journal.run(['sh', '-c', 'rm -f /run/waiting /run/go']);
  const ran = repair.doctor(...CLEAN);
  const pid = readFileSync('/run/waiting', 'utf8').trim();
  lab.expect('given up: said', [ran.exit, new RegExp(`process\\s+${pid}`).test(ran.stdout)], [2, true]);
  lab.expect('given up: the lock is PVE’s still', isFree(lab), false);
  lab.expect('given up: open', repair.trail().slice(-3), ['intent', 'running', 'run-end']);
  writeFileSync('/run/go', '');
  waitFor('lvchange ends', () => !repair.entries().includes(ENTRY), 60_000);
  restore();
  lab.expect('given up: taken back', repair.doctor('undo', '--yes', '--last').exit, 0);
}

function lies(lab: Lab, repair: Repair): void {
  const restore = replaceLvchange('exit 0');
  const ran = repair.doctor(...CLEAN);
  lab.expect('says 0, does nothing', [ran.exit, /changed\s+nothing/.test(ran.stdout)], [2, true]);
  restore();
}

function goneByItself(lab: Lab, repair: Repair): void {
  const ran = repair.applyMeeting('planned', `lvchange -an ${VOLUME}`);
  lab.expect('gone by itself', /"reason":"already"/.test(ran.stdout), true);
}

function closedPipe(lab: Lab, repair: Repair): void {
  const pipe = `${PVE_DOCTOR} clean --yes --vmid 500 | head -1; echo status \${PIPESTATUS[0]}`;
  const ran = repair.program('/bin/bash', ['-c', pipe]);
  lab.expect('closed pipe: true status', /status (\d+)/.exec(ran.stdout)?.[1], '0');
  lab.expect('closed pipe: to the end', repair.trail().slice(-2), ['outcome changed', 'run-end']);
}
