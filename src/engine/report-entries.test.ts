import { describe, expect, it } from 'vitest';
import {
  active,
  cluster,
  groupsWith,
  guests,
  linear,
  lvmReport,
  mapper,
  quiet,
  readingsOf,
  running,
  storage,
  storages,
  volume,
} from '../../test/checks/examples.ts';
import { reportLeftovers, volumesWithoutGuest } from './report-entries.ts';

describe('leftovers of VMIDs that no node has', () => {
  const [kept, closed, left] = [0, 1, 2].map((disk) => volume('san', `vm-100-disk-${disk}`, { sizeBytes: 4096 }));
  if (kept === undefined || closed === undefined || left === undefined) throw new Error('three volumes');
  const named = (lvName: string) => ({
    ...{ file: '/etc/fstab', line: 3, text: `/dev/san/${lvName}`, path: `/dev/san/${lvName}`, resolved: null },
  });
  const node = readingsOf({
    ...{ cluster, guests: guests(), storage: storages(storage('fast', 'san')), running: running(), activity: quiet },
    ...{ lvm: lvmReport([kept, closed, left]), groups: groupsWith() },
    deviceMapper: mapper(active(kept, 1, { table: [linear('8:0', 2048, 8192)] })),
    hostNames: { names: [named('vm-100-disk-0'), named('vm-100-disk-1')], gaps: [] },
  });

  it('are not what a file of the node itself names, though a new guest would meet it', () => {
    const all = volumesWithoutGuest(node);
    expect(all.map(({ volumes, bytes }) => [volumes.length, bytes])).toEqual([[3, 3 * 4096]]);
    expect(reportLeftovers(node, all)).toEqual([
      { vmid: 100, entries: [], volumes: ['san/vm-100-disk-2'], bytes: 4096 },
    ]);
  });
});
