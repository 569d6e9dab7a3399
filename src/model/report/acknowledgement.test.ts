import { describe, expect, it } from 'vitest';
import type { Severity } from '../finding.ts';
import { type Acknowledgement, acknowledge } from './acknowledgement.ts';
import type { Problem } from './problem.ts';

const NOW = '2026-11-22T02:00:00.000Z';

const problem = (severity: Severity, id = 'volume:san/vm-102-disk-0'): Problem => ({
  ...{ id, kind: 'volume', severity, who: 'Guest 102 (deleted)', what: 'left a dead entry', guests: [], bytes: null },
  ...{ codes: ['DM013'], findings: ['DM013/device/102/x'], acknowledged: null },
  next: { text: '', command: null, repairable: false },
});

const word = (over: Partial<Acknowledgement> = {}): Acknowledgement => ({
  ...{ id: 'volume:san/vm-102-disk-0', severity: 'warning', by: 'root', reason: 'known' },
  ...{ at: '2026-11-20T00:00:00.000Z', until: '2026-12-20T00:00:00.000Z' },
  ...over,
});

const isKnown = (one: Problem, ...said: readonly Acknowledgement[]): boolean =>
  acknowledge([one], said, NOW)[0]?.acknowledged !== null;

describe('an acknowledgement', () => {
  it.each<readonly [string, Problem, Acknowledgement, boolean]>([
    ['holds for its problem', problem('warning'), word(), true],
    ['holds for ever without an end', problem('warning'), word({ until: null }), true],
    ['holds for a problem that got better', problem('notice'), word(), true],
    ['ends when the problem gets worse', problem('critical'), word(), false],
    ['ends with its time', problem('warning'), word({ until: NOW }), false],
    ['says nothing of another problem', problem('warning', 'volume:san/vm-102-disk-1'), word(), false],
  ])('%s', (_, one, said, expected) => {
    expect(isKnown(one, said)).toBe(expected);
  });

  it('is the newest one of its problem', () => {
    const expired = word({ at: '2026-11-21T00:00:00.000Z', until: '2026-11-21T12:00:00.000Z' });
    expect(isKnown(problem('warning'), expired, word())).toBe(false);
    expect(isKnown(problem('warning'), word(), { ...expired, at: '2026-11-01T00:00:00.000Z' })).toBe(true);
  });

  it('hides nothing: the problem stays with all that it says', () => {
    const [known] = acknowledge([problem('warning')], [word()], NOW);
    expect({ ...known, acknowledged: null }).toEqual(problem('warning'));
  });
});
