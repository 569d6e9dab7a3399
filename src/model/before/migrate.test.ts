import { describe, expect, it } from 'vitest';
import { ask, disk, inSnapshot, type Node, texts, vm, WELL } from '../../../test/checks/before-examples.ts';
import { groupOn, lunDisk } from '../../../test/checks/cluster-examples.ts';
import { mention, uuid, volume } from '../../../test/checks/examples.ts';
import { stored } from '../../../test/checks/volume-examples.ts';
import { aMember, aRecord, EMPTY, peersOf } from '../../../test/data/node-records.ts';

describe('migrate', () => {
  const lv = volume('san', 'vm-100-disk-0');
  const record = (lvUuid: string) =>
    aRecord('pve2', {
      ...EMPTY,
      groups: [
        groupOn('san', lunDisk(), {
          vgUuid: lv.vgUuid,
          volumes: [{ lvName: lv.lvName, lvUuid, openCount: 0, heldBy: [], since: 0, looks: 1 }],
        }),
      ],
    });
  const heard = (lvUuid: string): Node => ({
    lvs: [lv],
    configs: [vm({}, disk('san'))],
    extra: { peers: peersOf([record(lvUuid)], { self: 'pve1', members: [aMember('pve1', 1), aMember('pve2', 2)] }) },
  });

  it('is stopped by a dead entry that the other node has', () => {
    expect(texts(ask(heard(uuid('gone')), 'migrate', { to: 'pve2' })).join()).toContain('Device or resource busy');
    expect(texts(ask(heard(lv.lvUuid), 'migrate', { to: 'pve2' }))).toEqual([]);
  });

  it('says that it knows nothing of a node that told nothing', () => {
    const answer = ask({ lvs: [lv], configs: [vm({}, disk('san'))] }, 'migrate', { to: 'pve2' });
    expect(answer.stops).toEqual([]);
    expect(answer.notLooked.join()).toContain('what node pve2 sees');
  });

  it('tells that a volume that is active here may become a dead entry', () => {
    const node = { ...heard(lv.lvUuid), stale: [lv] };
    expect(ask(node, 'migrate', { to: 'pve2' }).notes.join()).toContain(
      'san-vm--100--disk--0 is active though VM 100 is stopped',
    );
    expect(ask({ ...node, runs: [100] }, 'migrate', { to: 'pve2' }).notes.join()).not.toContain('is active though');
  });

  it.each<[string, Partial<Node>, string]>([
    ['to itself', {}, 'target local'],
    [
      'of another’s volume',
      {
        files: [stored('105/vm-105-disk-0.raw')],
        configs: [vm({}, mention('scsi0', 'disks', '105/vm-105-disk-0.raw'))],
      },
      'owned by other VM (owner = VM 105)',
    ],
    [
      'with snapshots that cannot be sent',
      {
        lvs: [
          volume('pve', 'vm-100-disk-0', { poolLv: 'data' }),
          volume('pve', 'snap_vm-100-disk-0_a', { poolLv: 'data' }),
        ],
        configs: [vm({ snapshots: ['a'] }, disk('local-lvm'), inSnapshot('a', disk('local-lvm')))],
      },
      'non-migratable snapshot exists',
    ],
    [
      'with an image of this node',
      { configs: [vm({}, mention('ide2', 'disks', 'iso/debian.iso'))] },
      'local cdrom image',
    ],
    [
      'with a device of this node',
      { configs: [vm({}, { ...disk('san'), target: { kind: 'path', path: '/dev/sdb' } })] },
      'local file/device',
    ],
  ])('is refused: %s', (what, node, text) => {
    if (what === 'to itself') expect(texts(ask(WELL, 'migrate', { to: 'pve1' }))).toEqual(['target is local node.']);
    else expect(texts(ask({ ...WELL, ...node }, 'migrate', { to: 'pve2' })).join()).toContain(text);
  });

  it('to a node that the cluster does not have', () => {
    expect(texts(ask(WELL, 'migrate', { to: 'pve9' }))).toEqual(["no such cluster node 'pve9'"]);
  });
});
