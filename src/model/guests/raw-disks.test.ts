import { describe, expect, it } from 'vitest';
import type { GuestConfig, VolumeMention } from './pve.ts';
import { rawDisksOf } from './raw-disks.ts';

const LUN = '/dev/disk/by-id/wwn-0x6001405abcded000';

const mention = (over: Partial<VolumeMention>): VolumeMention => ({
  ...{ key: 'scsi1', section: 'current', snapshot: '', certainty: 'certain' },
  target: { kind: 'path', path: LUN, resolved: '/dev/sdb' },
  ...over,
});

const guest = (vmid: number, mentions: readonly VolumeMention[]): GuestConfig => ({
  ...{
    vmid,
    type: 'qemu',
    node: 'pve1',
    path: `nodes/pve1/qemu-server/${vmid}.conf`,
    name: '',
    template: false,
    protection: false,
  },
  ...{ lock: '', snapshots: [], unfinished: [], rawNames: [], problems: [], incomplete: '', mentions },
});

const HERE = { nodeName: 'pve1' };
const nodes = (...mentions: readonly VolumeMention[]) => [
  ...rawDisksOf({ configs: [guest(100, mentions)] }, HERE).byNode.keys(),
];

describe('rawDisksOf', () => {
  it('knows guests by the node that their path leads to', () => {
    const configs = [guest(100, [mention({})]), { ...guest(101, [mention({})]), node: 'pve2' }];
    expect(rawDisksOf({ configs }, HERE).byNode.get('/dev/sdb')).toEqual([
      { vmid: 100, key: 'scsi1', path: LUN, configPath: 'nodes/pve1/qemu-server/100.conf', local: true },
      { vmid: 101, key: 'scsi1', path: LUN, configPath: 'nodes/pve1/qemu-server/101.conf', local: false },
    ]);
  });

  it('takes a path that nobody could follow as it stands', () => {
    expect(nodes(mention({ target: { kind: 'path', path: '/dev/drbd0', resolved: null } }))).toEqual(['/dev/drbd0']);
  });

  it('knows which may be any disk: a name of udev that leads nowhere', () => {
    const unplaced = (target: VolumeMention['target']) =>
      rawDisksOf({ configs: [guest(100, [mention({ target })])] }, HERE).unplaced.map(({ path }) => path);
    expect(unplaced({ kind: 'path', path: LUN, resolved: null })).toEqual([LUN]);
    const lun = { kind: 'volid', storeid: 'lun', volname: '0.0.1.scsi-36001405a', resolved: null } as const;
    expect(unplaced(lun)).toEqual(['lun:0.0.1.scsi-36001405a']);
    expect(unplaced({ kind: 'path', path: '/dev/pve/vm-100-disk-0', resolved: null })).toEqual([]);
    expect(unplaced({ kind: 'path', path: LUN, resolved: '/dev/sdb' })).toEqual([]);
  });

  it.each([
    ['a snapshot', { section: 'snapshot' }],
    ['a comment', { certainty: 'maybe' }],
    ['a path that nobody followed', { target: { kind: 'path', path: LUN } }],
    ['a volume of a storage', { target: { kind: 'volid', storeid: 'san', volname: 'vm-100-disk-0' } }],
  ] as const)('takes nothing from %s', (_, over) => {
    expect(nodes(mention(over))).toEqual([]);
  });
});
