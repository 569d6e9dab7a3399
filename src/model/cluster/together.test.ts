import { describe, expect, it } from 'vitest';
import { aRecord, at, secondsOf } from '../../../test/data/node-records.ts';
import type { JudgedNode } from './cluster-view.ts';
import { hadTogether } from './together.ts';

const node = (
  seconds: number,
  via: JudgedNode['via'] = 'record',
  clockAheadSeconds: number | null = null,
): JudgedNode => {
  const record = aRecord('pve1', {}, { takenAt: at(seconds) });
  return { state: 'judged', record, samples: [record], via, ageSeconds: 0, clockAheadSeconds };
};
const seen = (seconds: number) => ({ since: secondsOf(at(seconds)), looks: 2 });

describe('two nodes that had the same thing', () => {
  it('had it together where their spans overlap by more than clocks may differ', () => {
    expect(hadTogether(node(900), seen(0), node(1000), seen(100))).toBe(true);
    expect(hadTogether(node(1000), seen(100), node(900), seen(0))).toBe(true);
  });

  it('had it one after the other where the one gave it up before the other was seen with it', () => {
    expect(hadTogether(node(900), seen(0), node(1000), seen(1000))).toBe(false);
    expect(hadTogether(node(900), seen(0), node(1800), seen(901))).toBe(false);
  });

  it('is not certain from single looks of clocks that nobody compared', () => {
    expect(hadTogether(node(900), seen(700), node(900), seen(700))).toBe(false);
    expect(hadTogether(node(900, 'ssh', 0), seen(700), node(900, 'here'), seen(700))).toBe(true);
  });

  it('is told with the difference of clocks taken off', () => {
    expect(hadTogether(node(4500, 'ssh', 3600), seen(4000), node(300, 'here'), seen(0))).toBe(false);
    expect(hadTogether(node(4500, 'ssh', 3600), seen(3700), node(300, 'here'), seen(0))).toBe(true);
  });
});
