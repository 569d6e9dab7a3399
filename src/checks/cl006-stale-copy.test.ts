import { describe, expect, it } from 'vitest';
import { acrossOf, groupOn, judged, lunDisk } from '../../test/checks/cluster-examples.ts';
import { aRecord, at } from '../../test/data/node-records.ts';
import type { FreshAnswer } from '../model/cluster/cluster-view.ts';
import { cl006 } from './cl006-stale-copy.ts';

const look = (node: string, seconds: number, seqno: number, disk = lunDisk()) =>
  aRecord(node, { groups: [groupOn('san', disk, { seqno })] }, { takenAt: at(seconds) });

const asked = (...records: readonly ReturnType<typeof look>[]): FreshAnswer => ({
  state: 'answered',
  words: records.map((record) => ({ state: 'record', record })),
  askedAt: at(-40),
  answeredAt: at(0),
});

const fresh = (...answers: readonly (readonly [string, FreshAnswer])[]) => ({ peers: { fresh: new Map(answers) } });

const PVE2 = asked(look('pve2', -30, 12), look('pve2', -20, 12), look('pve2', -10, 12));
const nodes = [look('pve1', 0, 12), look('pve2', 0, 12), look('pve3', 0, 12)];

describe('CL006', () => {
  it('accuses a node that sees an older state than another had before, twice', () => {
    const pve3 = asked(look('pve3', -28, 9), look('pve3', -18, 9), look('pve3', -8, 9));
    expect(judged(cl006, acrossOf(nodes, fresh(['pve2', PVE2], ['pve3', pve3]))).findings).toMatchObject([
      {
        harm: 'data',
        title: 'pve3 reads an old copy of VG san: metadata number 9, after pve2 had 12',
        nodes: ['pve2', 'pve3'],
      },
    ]);
  });

  it('is silent about a change that the other one saw later', () => {
    const pve3 = asked(look('pve3', -28, 12), look('pve3', -18, 12), look('pve3', -8, 13));
    expect(judged(cl006, acrossOf(nodes, fresh(['pve2', PVE2], ['pve3', pve3]))).findings).toEqual([]);
  });

  it('is open where it was seen once', () => {
    const pve3 = asked(look('pve3', -31, 9), look('pve3', -8, 9));
    const { findings, open } = judged(
      cl006,
      acrossOf(nodes, fresh(['pve2', asked(look('pve2', -20, 12))], ['pve3', pve3])),
    );
    expect(findings).toEqual([]);
    expect(open).toHaveLength(1);
  });

  it('does not compare numbers of records of different times', () => {
    expect(judged(cl006, acrossOf([look('pve1', 0, 12), look('pve2', -600, 9)])).findings).toEqual([]);
  });

  it('is silent about a VG of copied machines, each with a disk of its own', () => {
    const [a, b] = [look('pve2', -30, 12, lunDisk(1)), look('pve2', -20, 12, lunDisk(1))];
    const pve3 = asked(look('pve3', -18, 9, lunDisk(2)), look('pve3', -8, 9, lunDisk(2)));
    expect(judged(cl006, acrossOf(nodes, fresh(['pve2', asked(a, b)], ['pve3', pve3]))).findings).toEqual([]);
  });
});
