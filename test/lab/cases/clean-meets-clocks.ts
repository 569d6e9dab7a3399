import type { Lab, LabCase } from '../node/lab.ts';
import { CLEAN, lastId } from '../node/lvchange.ts';
import { ENTRY, isFree, withOneOrphan } from '../node/one-orphan.ts';
import type { Repair } from '../node/repair.ts';

export const labCase: LabCase = {
  about:
    'The clock is put a year back or forward before a step, between its intent and its command, and before undo: the step ends, the journal says what the kernel has, and each step is taken back by its number.',
  nightly: true,
  limitSeconds: 1800,
  run(lab) {
    withOneOrphan(lab, [backBeforeTheStep, backInTheStep, backBeforeUndo, forwardInTheStep]);
  },
};

const put = (lab: Lab, to: '-1 year' | '+1 year'): void => {
  lab.journal.run(['date', '-s', to]);
};

/** The volume was made in the future then: nobody knows how old it is. */
function backBeforeTheStep(lab: Lab, repair: Repair): void {
  const ran = repair.applyMeeting('planned', 'date -s "-1 year"');
  put(lab, '+1 year');
  const state = /"state":"(\w+)"/.exec(ran.stdout)?.[1];
  lab.expect('back before the step: the truth', state, repair.entries().includes(ENTRY) ? 'unchanged' : 'changed');
  lab.expect('back before the step: the lock is free', isFree(lab), true);
}

function backInTheStep(lab: Lab, repair: Repair): void {
  const ran = repair.applyMeeting('looked', 'date -s "-1 year"');
  lab.expect('back in the step: it is done', /"state":"(\w+)"/.exec(ran.stdout)?.[1], 'changed');
  lab.expect('back in the step: the entry is gone', repair.entries().includes(ENTRY), false);
  const undone = repair.doctor('undo', '--yes', '--last');
  lab.expect('back in the step: taken back a year before', undone.exit, 0);
  put(lab, '+1 year');
}

function backBeforeUndo(lab: Lab, repair: Repair): void {
  lab.expect('back before undo: cleaned', repair.doctor(...CLEAN).exit, 0);
  const id = lastId(repair);
  put(lab, '-1 year');
  lab.expect('back before undo: history', repair.doctor('history').exit, 0);
  lab.expect('back before undo: taken back', repair.doctor('undo', '--yes', `${id}`).exit, 0);
  lab.expect('back before undo: it is there', repair.entries().includes(ENTRY), true);
  lab.expect('back before undo: the next number', lastId(repair), id + 1);
  put(lab, '+1 year');
}

function forwardInTheStep(lab: Lab, repair: Repair): void {
  const ran = repair.applyMeeting('looked', 'date -s "+1 year"');
  lab.expect('forward in the step: it is done', /"state":"(\w+)"/.exec(ran.stdout)?.[1], 'changed');
  put(lab, '-1 year');
  lab.expect('forward in the step: taken back', repair.doctor('undo', '--yes', '--last').exit, 0);
}
