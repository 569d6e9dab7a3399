import { describe, expect, it } from 'vitest';
import { acrossOf, groupOn, judged, lunDisk } from '../../test/checks/cluster-examples.ts';
import { storage } from '../../test/checks/examples.ts';
import { aRecord } from '../../test/data/node-records.ts';
import { cl008 } from './cl008-two-locks.ts';

const records = ['pve1', 'pve2'].map((node) => aRecord(node, { groups: [groupOn('san')] }));
const shared = storage('fc', 'san', { shared: true });

describe('CL008', () => {
  it('warns of two storages over one shared VG, whatever the nodes told', () => {
    const storages = [shared, storage('fc2', 'san', { shared: true })];
    for (const seen of [records, [aRecord('pve1', { groups: null }), aRecord('pve2', { groups: null })]])
      expect(judged(cl008, acrossOf(seen, { storages })).findings).toMatchObject([
        { harm: 'operation', subject: { id: 'san' }, title: expect.stringContaining('fc and fc2') },
      ]);
  });

  it('warns where only the LUN shows that it is shared', () => {
    const storages = [storage('a', 'san'), storage('b', 'san')];
    expect(judged(cl008, acrossOf(records, { storages })).findings).toHaveLength(1);
  });

  it('is silent about the local VG that every node has, with volumes and a pool', () => {
    const storages = [storage('local-lvm', 'pve', { type: 'lvmthin' }), storage('thick', 'pve')];
    const local = ['pve1', 'pve2'].map((node, at) =>
      aRecord(node, { groups: [groupOn('pve', lunDisk(at), { vgUuid: node })] }),
    );
    expect(judged(cl008, acrossOf(local, { storages }))).toEqual({ findings: [], open: [] });
  });

  it('is silent about one storage, and one that is disabled', () => {
    const storages = [shared, storage('old', 'san', { shared: true, disabled: true })];
    expect(judged(cl008, acrossOf(records, { storages })).findings).toEqual([]);
  });
});
