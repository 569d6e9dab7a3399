import { describe, expect, it } from 'vitest';
import { acrossOf, activePool, COPIED_DISK, groupOn, judged, lunDisk } from '../../test/checks/cluster-examples.ts';
import { aRecord, RECORD_TIME, secondsOf } from '../../test/data/node-records.ts';
import type { DiskPrint, PoolPrint } from '../model/cluster/node-record.ts';
import { cl002 } from './cl002-pool-on-two-nodes.ts';

const on = (node: string, disk: DiskPrint = lunDisk(), more: Partial<PoolPrint> = {}) =>
  aRecord(node, { thinPools: [activePool('san', 'data', more)], groups: [groupOn('san', disk)] });

describe('CL002', () => {
  it('accuses a pool that is active on two nodes, open or not', () => {
    const { findings } = judged(cl002, acrossOf([on('pve1'), on('pve2', lunDisk(), { openCount: 0 })]));
    expect(findings).toMatchObject([{ harm: 'corruption', subject: { id: 'san/data' }, nodes: ['pve1', 'pve2'] }]);
  });

  it('is silent about pools of machines that were copied, each on a disk of its own', () => {
    expect(judged(cl002, acrossOf([on('pve1', lunDisk(1)), on('pve2', lunDisk(2))]))).toEqual({
      findings: [],
      open: [],
    });
  });

  it.each([
    ['the disk cannot be told', [on('pve1', COPIED_DISK), on('pve2', COPIED_DISK)]],
    [
      'one node did not tell its VGs',
      [on('pve1'), { ...aRecord('pve2', { thinPools: [activePool('san', 'data')], groups: null }) }],
    ],
    ['it may have moved', [on('pve1'), on('pve2', lunDisk(), { since: secondsOf(RECORD_TIME), looks: 1 })]],
  ])('is open where %s', (_, records) => {
    const { findings, open } = judged(cl002, acrossOf(records));
    expect(findings).toEqual([]);
    expect(open).not.toEqual([]);
  });

  it('is silent about a pool that is active once', () => {
    const visible = aRecord('pve2', { groups: [groupOn('san')] });
    expect(judged(cl002, acrossOf([on('pve1'), visible]))).toEqual({ findings: [], open: [] });
  });
});
