import { describe, expect, it } from 'vitest';
import {
  ask,
  disk,
  FILE,
  fates,
  inSnapshot,
  type Node,
  texts,
  vm,
  WELL,
} from '../../../test/checks/before-examples.ts';
import { groupOn, lunDisk } from '../../../test/checks/cluster-examples.ts';
import { guest, mention, uuid, volume } from '../../../test/checks/examples.ts';
import { stored } from '../../../test/checks/volume-examples.ts';
import { aMember, aRecord, EMPTY, peersOf } from '../../../test/data/node-records.ts';
import type { StoragePrint } from '../cluster/node-record.ts';

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

  it('of a running VM is stopped by a dead entry that the other node has; else it meets the start there', () => {
    const stopped = ask(heard(uuid('gone')), 'migrate', { to: 'pve2' });
    expect(stopped.stops).toEqual([]);
    expect(stopped.notes.join()).toMatch(/dead entry.*the migration ends well, and the start of VM 100 there fails/);
    const running = ask({ ...heard(uuid('gone')), runs: [100] }, 'migrate', { to: 'pve2' });
    expect(texts(running).join()).toContain('Device or resource busy');
    expect(texts(ask({ ...heard(lv.lvUuid), runs: [100] }, 'migrate', { to: 'pve2' }))).toEqual([]);
  });

  it('looks for what stays on a shared storage only where the guest runs', () => {
    const missing = { ...heard(lv.lvUuid), lvs: [] };
    const answer = ask(missing, 'migrate', { to: 'pve2' });
    expect(answer.stops).toEqual([]);
    expect(answer.notes.join()).toContain('which is not there: the migration ends well, and VM 100 cannot start there');
  });

  describe('of volumes of this node', () => {
    const told = (print: Partial<StoragePrint>): Node => ({
      files: [stored(FILE), stored('100/vm-100-cloudinit.qcow2')],
      configs: [vm({}, mention('scsi0', 'disks', FILE), mention('ide2', 'disks', '100/vm-100-cloudinit.qcow2'))],
      extra: {
        peers: peersOf(
          [
            aRecord('pve2', {
              ...EMPTY,
              groups: [],
              storages: [{ storeid: 'disks', usable: true, because: '', ...print }],
            }),
          ],
          { self: 'pve1', members: [aMember('pve1', 1), aMember('pve2', 2)] },
        ),
      },
    });
    const asked = (print: Partial<StoragePrint>) => ask(told(print), 'migrate', { to: 'pve2' });

    it('is stopped by a name that is kept and taken there', () => {
      const [stop, ...more] = asked({ freeBytes: 1e9, fixedNames: ['100/vm-100-cloudinit.qcow2'] }).stops;
      expect(more).toEqual([]);
      expect(stop?.because).toContain('node pve2 has a volume vm-100-cloudinit.qcow2 already, and ide2');
      expect(asked({ freeBytes: 1e9, fixedNames: ['101/vm-101-cloudinit.qcow2'] }).stops).toEqual([]);
    });

    it('tells the room there, and that it does not know it', () => {
      expect(asked({ freeBytes: 1 }).notes.join()).toContain('storage disks of node pve2 has 1 bytes free');
      expect(asked({}).notLooked).toContain('whether storage disks of node pve2 has room: its record does not tell');
      expect(asked({ freeBytes: 1e9 })).toMatchObject({ stops: [], notes: expect.not.arrayContaining(['room']) });
    });

    it('is stopped where the storage there cannot be used', () => {
      expect(asked({ usable: false, because: 'nothing is mounted on /mnt/disks' }).stops[0]?.because).toBe(
        'storage disks cannot be used on node pve2: nothing is mounted on /mnt/disks',
      );
    });

    it('moves them: they are gone here afterwards', () => {
      expect(fates(asked({}))).toEqual([`moved disks:${FILE}`, 'moved disks:100/vm-100-cloudinit.qcow2']);
    });
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
      'of a linked clone',
      {
        files: [stored('9/base-9-disk-0.qcow2'), stored(FILE)],
        configs: [vm({}, mention('scsi0', 'disks', `9/base-9-disk-0.qcow2/${FILE}`))],
      },
      "as it's a clone of 'base-9-disk-0.qcow2'",
    ],
    [
      'of a base that a clone reads',
      {
        files: [stored('100/base-100-disk-0.qcow2')],
        configs: [
          vm({ template: true }, mention('scsi0', 'disks', '100/base-100-disk-0.qcow2')),
          guest(101, { mentions: [mention('scsi0', 'disks', '100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2')] }),
        ],
      },
      'referenced by linked clone(s)',
    ],
    ['with a local volume that is not there', { files: [] }, `volume 'disks:${FILE}' does not exist`],
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
