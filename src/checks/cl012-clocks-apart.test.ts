import { describe, expect, it } from 'vitest';
import { acrossOf, judged } from '../../test/checks/cluster-examples.ts';
import { aRecord, at } from '../../test/data/node-records.ts';
import { cl012 } from './cl012-clocks-apart.ts';

describe('CL012', () => {
  it('warns of a record from the future, which has no age', () => {
    const ahead = aRecord('pve2', {}, { takenAt: at(3600) });
    expect(judged(cl012, acrossOf([aRecord('pve1'), ahead])).findings).toMatchObject([
      {
        harm: 'operation',
        title: 'The clock of pve2 is at least 60 minutes ahead of that of pve1',
        nodes: ['pve1', 'pve2'],
      },
    ]);
  });

  it('warns of a node that answers with another time', () => {
    const record = aRecord('pve2', {}, { takenAt: at(-300) });
    const answer = {
      state: 'answered',
      words: [{ state: 'record', record }],
      askedAt: at(-10),
      answeredAt: at(0),
    } as const;
    const across = acrossOf([aRecord('pve1'), record], { peers: { fresh: new Map([['pve2', answer]]) } });
    expect(judged(cl012, across).findings[0]?.title).toBe('The clock of pve2 is 5 minutes behind that of pve1');
  });

  it('is silent about clocks as clocks are, and an old record', () => {
    const records = [
      aRecord('pve1'),
      aRecord('pve2', {}, { takenAt: at(5) }),
      aRecord('pve3', {}, { takenAt: at(-900) }),
    ];
    expect(judged(cl012, acrossOf(records))).toEqual({ findings: [], open: [] });
  });
});
