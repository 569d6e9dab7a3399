import { describe, expect, it } from 'vitest';
import { takenStep } from '../../test/apply/plan-on.ts';
import { orphan } from '../../test/apply/steps-on.ts';
import type { Journal, JournalStep, StateNow } from '../model/repair/journal.ts';
import { isStepRange, selectUndo, type UndoRequest } from './plan-undo.ts';

const NOTHING: UndoRequest = { ids: [], run: null, last: false };

interface Made {
  readonly id: number;
  readonly run: string;
  readonly state?: StateNow;
  readonly undoes?: number;
  readonly undoneBy?: number;
}

function journalOf(...made: readonly Made[]): Journal {
  const taken = takenStep(orphan());
  const steps = made.map(({ id, run, state = 'changed', undoes = null, undoneBy = null }): JournalStep => {
    const explained = taken.explained === null ? null : { ...taken.explained, id, run, state };
    return { ...taken, intent: { ...taken.intent, id, run, undoes }, explained, undoneBy };
  });
  return { records: steps.map(({ intent }) => intent), steps, open: [], nextId: 99, problems: [] };
}

const chosen = (journal: Journal, request: Partial<UndoRequest>) => {
  const entries = selectUndo(journal, { ...NOTHING, ...request });
  return typeof entries === 'string' ? entries : entries.map(({ intent }) => intent.id);
};

const JOURNAL = journalOf(
  { id: 1, run: 'a' },
  { id: 2, run: 'b', undoneBy: 5 },
  { id: 3, run: 'b', state: 'unchanged' },
  { id: 4, run: 'b' },
  { id: 5, run: 'c', undoes: 2 },
  { id: 6, run: 'd', state: 'unknown' },
);

describe('what is taken back', () => {
  it('is newest first, each step once', () => {
    expect(chosen(JOURNAL, { ids: ['1-3', '2,5'] })).toEqual([5, 3, 2, 1]);
    expect(chosen(JOURNAL, { ids: ['4-90'] })).toEqual([6, 5, 4]);
  });

  it('of a run is what it did and still stands', () => {
    expect(chosen(JOURNAL, { run: 'b' })).toEqual([4]);
    expect(chosen(JOURNAL, { run: 'd' })).toBe('nothing of run d is left to take back');
    expect(chosen(JOURNAL, { run: 'x' })).toBe('the journal has no run x');
  });

  it('of the last run is never what an undo did', () => {
    expect(chosen(JOURNAL, { last: true })).toEqual([4]);
    expect(chosen(journalOf({ id: 1, run: 'a', undoneBy: 2 }, { id: 2, run: 'b', undoes: 1 }), { last: true })).toBe(
      'no run has changed anything that still stands',
    );
  });

  it('is not guessed where a number is not in the journal', () => {
    expect(chosen(JOURNAL, { ids: ['1', '77'] })).toBe('there is no step 77 to undo');
    expect(['3', '3-7', '3,5-6'].every(isStepRange)).toBe(true);
    expect(['7-3', 'last', '0', '3-', '-3', '', '1,,2'].some(isStepRange)).toBe(false);
  });
});
