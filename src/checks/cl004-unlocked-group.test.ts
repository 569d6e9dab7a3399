import { describe, expect, it } from 'vitest';
import { acrossOf, COPIED_DISK, groupOn, judged, lunDisk } from '../../test/checks/cluster-examples.ts';
import { storage } from '../../test/checks/examples.ts';
import { aRecord } from '../../test/data/node-records.ts';
import type { Storage } from '../model/guests/pve.ts';
import { cl004 } from './cl004-unlocked-group.ts';

const on = (node: string, disk = lunDisk()) => aRecord(node, { groups: [groupOn('san', disk)] });
const unshared = (more: Partial<Storage> = {}) => ({ storages: [storage('fc', 'san', more)] });
const both = [on('pve1'), on('pve2')];

describe('CL004', () => {
  it('accuses an LVM storage without `shared 1` whose LUN two nodes see', () => {
    expect(judged(cl004, acrossOf(both, unshared())).findings).toMatchObject([
      {
        harm: 'data',
        subject: { kind: 'storage', id: 'fc' },
        remedy: { commands: [{ argv: ['vgs', '-o', 'vg_name,vg_uuid,pv_name', 'san'] }, { kind: 'reads' }] },
      },
    ]);
  });

  it.each([
    ['marked as shared', unshared({ shared: true })],
    ['for one node only', unshared({ nodes: ['pve1'] })],
    ['disabled', unshared({ disabled: true })],
    ['of thin volumes, which one node has active', unshared({ type: 'lvmthin' })],
  ])('is silent about a storage that is %s', (_, config) => {
    expect(judged(cl004, acrossOf(both, config)).findings).toEqual([]);
  });

  it('is silent about VGs of one name on disks of their own', () => {
    const other = aRecord('pve2', { groups: [groupOn('san', lunDisk(2), { vgUuid: 'another' })] });
    expect(judged(cl004, acrossOf([on('pve1'), other], unshared()))).toEqual({ findings: [], open: [] });
  });

  it('is open where the disk cannot be told, and where a node is silent', () => {
    expect(judged(cl004, acrossOf([on('pve1', COPIED_DISK), on('pve2', COPIED_DISK)], unshared()))).toMatchObject({
      findings: [],
      open: [expect.stringContaining('could not be told')],
    });
    expect(judged(cl004, acrossOf([on('pve1'), aRecord('pve2', { groups: null })], unshared())).open).toHaveLength(1);
  });
});
