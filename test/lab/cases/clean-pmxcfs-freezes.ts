import { waitFor } from '../node/journal.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { ENTRY, isFree, withOneOrphan } from '../node/one-orphan.ts';
import type { Repair } from '../node/repair.ts';

/** A look whose pmxcfs does not answer costs some deadlines more than one that is answered. */
const PATIENCE_SECONDS = 60;

export const labCase: LabCase = {
  about:
    'pmxcfs stops to answer between the question and the step: the step is refused within its deadline or ends with Ctrl-C, and no lock stays.',
  limitSeconds: 1800,
  run(lab) {
    withOneOrphan(lab, [freezes, freezesAndCtrlC, freezesBeforeTheQuestion]);
  },
};

const FREEZE = 'kill -STOP $(pidof pmxcfs)';

const thaw = (lab: Lab): void => {
  lab.journal.run(['sh', '-c', 'kill -CONT $(pidof pmxcfs)']);
};

function freezes(lab: Lab, repair: Repair): void {
  const began = Date.now();
  const ran = repair.onTerminal('clean --vmid 500', `run ${FREEZE} && y`);
  lab.expect('frozen: it ends in time', (Date.now() - began) / 1000 < PATIENCE_SECONDS, true);
  lab.expect(
    'frozen: refused, and why',
    [ran.exit, /cannot be judged now: \/etc\/pve\S* no answer/.test(ran.stdout.replace(/\s+/g, ' '))],
    [1, true],
  );
  lab.expect('frozen: the truth', /Nothing was changed/.test(ran.stdout), true);
  lab.expect('frozen: the lock is free', isFree(lab), true);
  thaw(lab);
  lab.expect('frozen: the entry is there', repair.entries().includes(ENTRY), true);
}

function freezesAndCtrlC(lab: Lab, repair: Repair): void {
  const ran = repair.onTerminal('clean --vmid 500', `run ${FREEZE} && y then ctrl-c after 1500`);
  lab.expect('Ctrl-C: status', ran.exit, 130);
  lab.expect('Ctrl-C: the lock is free', isFree(lab), true);
  lab.expect('Ctrl-C: no step was begun', repair.trail().at(-2), 'run-start');
  thaw(lab);
  waitFor('the node is as before', () => repair.entries().includes(ENTRY), 10_000);
}

function freezesBeforeTheQuestion(lab: Lab, repair: Repair): void {
  lab.journal.run(['sh', '-c', FREEZE]);
  const began = Date.now();
  const ran = repair.doctor('clean', '--yes', '--vmid', '500');
  lab.expect('before: it ends in time', [ran.exit, (Date.now() - began) / 1000 < PATIENCE_SECONDS], [1, true]);
  thaw(lab);
}
