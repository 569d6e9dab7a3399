import { describe, expect, it } from 'vitest';
import { takenStep } from '../../../test/apply/plan-on.ts';
import { orphan } from '../../../test/apply/steps-on.ts';
import { describeActor, type Outcome, stateOfStep, tookEffect } from './journal.ts';

describe('an actor', () => {
  const root = { uid: 0, user: 'root', sudoUser: null, sudoUid: null, loginUid: null };

  it('is the user, the person behind sudo and the login, as far as they are known', () => {
    expect(describeActor(root)).toBe('root');
    expect(describeActor({ ...root, user: '' })).toBe('uid 0');
    expect(describeActor({ ...root, sudoUser: 'alice' })).toBe('root, sudo by alice');
    expect(describeActor({ ...root, sudoUser: 'alice', sudoUid: 1000, loginUid: 1001 })).toBe(
      'root, sudo by alice (1000), login uid 1001',
    );
  });
});

describe('a step took effect', () => {
  const step = takenStep(orphan());
  const outcome = (state: Outcome['state']): Outcome => ({
    ...{ schemaVersion: 1, run: 'r', at: '', record: 'outcome', id: 1, argv: [], outcome: 'exited' },
    ...{ exitCode: 0, stderr: '', state, seen: '', device: null },
  });

  it('by its outcome, and without one by what was seen later', () => {
    expect(tookEffect(step)).toBe(true);
    expect(tookEffect({ ...step, explained: null })).toBe(false);
    expect(tookEffect({ ...step, explained: null, outcome: outcome('changed') })).toBe(true);
    expect(tookEffect({ ...step, outcome: outcome('unchanged') })).toBe(false);
    expect(tookEffect({ ...step, outcome: outcome('unknown') })).toBe(true);
    expect(stateOfStep({ running: null, explained: null, outcome: outcome('unknown') })).toBe('unknown');
  });
});
