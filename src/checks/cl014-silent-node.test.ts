import { describe, expect, it } from 'vitest';
import { acrossOf, judged } from '../../test/checks/cluster-examples.ts';
import { aMember, aRecord, at } from '../../test/data/node-records.ts';
import { cl014 } from './cl014-silent-node.ts';

const since = (hours: number) => [aRecord('pve1'), aRecord('pve2', {}, { takenAt: at(-hours * 3600) })];

describe('CL014', () => {
  it('notices a node that has been silent for a day, online or not', () => {
    expect(judged(cl014, acrossOf(since(50))).findings).toMatchObject([
      { harm: 'housekeeping', subject: { kind: 'node', id: 'pve2' }, title: expect.stringContaining('for 2 days') },
    ]);
    const members = [aMember('pve1', 1), aMember('pve2', 2, false)];
    expect(judged(cl014, acrossOf(since(50), { peers: { members } })).findings).toHaveLength(1);
  });

  it('says of a shorter silence only that the node is not judged', () => {
    const { findings, open } = judged(cl014, acrossOf(since(5)));
    expect(findings).toEqual([]);
    expect(open).toEqual(['pve2 is not judged: its last record is 5 hours old']);
  });

  it('is silent about a node that never told anything: pve-doctor need not be there', () => {
    const peers = { members: [aMember('pve1', 1), aMember('pve2', 2)] };
    expect(judged(cl014, acrossOf([aRecord('pve1')], { peers })).findings).toEqual([]);
  });
});
