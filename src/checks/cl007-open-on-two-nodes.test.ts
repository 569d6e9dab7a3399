import { describe, expect, it } from 'vitest';
import { acrossOf, groupOn, judged, lunDisk, openVolume } from '../../test/checks/cluster-examples.ts';
import { guest, mention } from '../../test/checks/examples.ts';
import { aRecord } from '../../test/data/node-records.ts';
import type { VolumePrint } from '../model/cluster/node-record.ts';
import { cl007 } from './cl007-open-on-two-nodes.ts';

const on = (node: string, more: Partial<VolumePrint> = {}, disk = lunDisk()) =>
  aRecord(node, { groups: [groupOn('san', disk, { volumes: [openVolume('vm-102-disk-0', more)] })] });
const configs = [guest(102, { mentions: [mention('scsi0', 'fc', 'vm-102-disk-0')] })];
const both = [on('pve1'), on('pve2')];

describe('CL007', () => {
  it('accuses a volume that is open on two nodes in three looks, and says that it is no proof', () => {
    const { findings } = judged(cl007, acrossOf(both, { configs }));
    expect(findings).toMatchObject([{ harm: 'corruption', vmid: 102, nodes: ['pve1', 'pve2'] }]);
    expect(findings[0]?.impact).toContain('strong sign and no proof');
  });

  it.each<readonly [string, Partial<VolumePrint>]>([
    ['active and not open', { openCount: 0 }],
    ['mounted, which CL003 judges', { heldBy: ['mount'] }],
    ['given out by an iSCSI target', { heldBy: ['target'] }],
  ])('is silent about a volume that is %s', (_, more) => {
    expect(judged(cl007, acrossOf([on('pve1'), on('pve2', more)], { configs })).findings).toEqual([]);
  });

  it('is silent about a disk that two guests share on purpose', () => {
    const sharing = [...configs, guest(103, { mentions: [mention('scsi1', 'fc', 'vm-102-disk-0')] })];
    expect(judged(cl007, acrossOf(both, { configs: sharing })).findings).toEqual([]);
  });

  it('is silent about volumes of copied machines, as root of each of them', () => {
    expect(judged(cl007, acrossOf([on('pve1'), on('pve2', {}, lunDisk(2))], { configs }))).toEqual({
      findings: [],
      open: [],
    });
  });

  it('looks at a migration first', () => {
    const locked = [guest(102, { lock: 'migrate' })];
    expect(judged(cl007, acrossOf(both, { configs: locked })).findings).toEqual([]);
    const task = { tasks: [{ type: 'qmigrate', vmids: [102] }], locks: [] };
    const [first, second] = both;
    const source = { ...on('pve1'), fingerprint: { ...on('pve1').fingerprint, activity: task } };
    expect(judged(cl007, acrossOf([source, second ?? source], { configs })).findings).toEqual([]);
    expect(first).toBeDefined();
  });

  it('is open where a node did not tell the volumes of a VG that another has too', () => {
    const untold = aRecord('pve2', { groups: [groupOn('san', lunDisk(), { volumes: null })] });
    expect(judged(cl007, acrossOf([on('pve1'), untold], { configs }))).toEqual({
      findings: [],
      open: ['pve2 did not tell which volumes of VG san are open'],
    });
  });

  it('is open before the third look', () => {
    const { findings, open } = judged(cl007, acrossOf([on('pve1'), on('pve2', { looks: 2 })], { configs }));
    expect(findings).toEqual([]);
    expect(open).toEqual(['volume san/vm-102-disk-0 is open on pve1 and pve2: not yet in 3 looks']);
  });
});
