import { describe, expect, it } from 'vitest';
import { acrossOf, groupOn, judged, lunDisk } from '../../test/checks/cluster-examples.ts';
import { storage } from '../../test/checks/examples.ts';
import { aRecord } from '../../test/data/node-records.ts';
import { cl005 } from './cl005-different-group.ts';

const here = groupOn('san');
const other = groupOn('san', lunDisk(2), { vgUuid: 'another' });
const records = [aRecord('pve1', { groups: [here] }), aRecord('pve2', { groups: [other] })];
const shared = { storages: [storage('fc', 'san', { shared: true })] };

describe('CL005', () => {
  it('accuses a shared storage whose VG is another one on another node', () => {
    expect(judged(cl005, acrossOf(records, shared)).findings).toMatchObject([
      { harm: 'operation', subject: { id: 'fc' }, nodes: ['pve1', 'pve2'] },
    ]);
  });

  it('is silent where it is not shared, or is one VG', () => {
    expect(judged(cl005, acrossOf(records, { storages: [storage('fc', 'san')] })).findings).toEqual([]);
    const same = [aRecord('pve1', { groups: [here] }), aRecord('pve2', { groups: [here] })];
    expect(judged(cl005, acrossOf(same, shared)).findings).toEqual([]);
  });

  it('leaves a node that sees two VGs of this name to LV003', () => {
    const two = [aRecord('pve1', { groups: [here] }), aRecord('pve2', { groups: [here, other] })];
    expect(judged(cl005, acrossOf(two, shared)).findings).toEqual([]);
  });

  it('is silent about nodes that the storage is not for', () => {
    const limited = { storages: [storage('fc', 'san', { shared: true, nodes: ['pve1'] })] };
    expect(judged(cl005, acrossOf(records, limited)).findings).toEqual([]);
  });
});
