import { describe, expect, it } from 'vitest';
import { acrossOf, COPIED_DISK, groupOn, judged, lunDisk, lunOf } from '../../test/checks/cluster-examples.ts';
import { storage } from '../../test/checks/examples.ts';
import { aRecord } from '../../test/data/node-records.ts';
import type { LunPrint } from '../model/cluster/node-record.ts';
import { cl010 } from './cl010-different-lun.ts';

const on = (node: string, more: Partial<LunPrint> = {}, disk = lunDisk()) =>
  aRecord(node, { luns: [lunOf(disk, more)] });

describe('CL010', () => {
  it.each([
    ['1099511627776 bytes (1 TiB) on pve1, 2199023255552 bytes (2 TiB) on pve2', { sizeBytes: 2 ** 41 }],
    ['4 paths on pve1, 2 paths on pve2', { paths: 2, usablePaths: 2 }],
  ])('warns of a LUN with %s', (what, more) => {
    expect(judged(cl010, acrossOf([on('pve1'), on('pve2', more)])).findings).toMatchObject([
      { harm: 'operation', title: `LUN ${lunDisk().wwid} has ${what}` },
    ]);
  });

  it('is silent about equal LUNs, failed paths of one node, and a disk that one node has', () => {
    const records = [on('pve1'), on('pve2', { usablePaths: 1, name: 'mpathb' }), on('pve3', {}, lunDisk(3))];
    expect(judged(cl010, acrossOf(records))).toEqual({ findings: [], open: [] });
  });

  it('is silent about disks that every virtual machine has', () => {
    const records = [on('pve1', {}, COPIED_DISK), on('pve2', { sizeBytes: 1 }, COPIED_DISK)];
    expect(judged(cl010, acrossOf(records)).findings).toEqual([]);
  });

  it('warns of a physical volume of a shared VG that is another disk elsewhere', () => {
    const records = [1, 2].map((number) => aRecord(`pve${number}`, { groups: [groupOn('san', lunDisk(number))] }));
    const shared = { storages: [storage('fc', 'san', { shared: true })] };
    expect(judged(cl010, acrossOf(records, shared)).findings).toMatchObject([
      { title: 'A physical volume of the shared VG san is another disk on pve1 and pve2' },
    ]);
    expect(judged(cl010, acrossOf(records, { storages: [storage('fc', 'san')] })).findings).toEqual([]);
  });
});
