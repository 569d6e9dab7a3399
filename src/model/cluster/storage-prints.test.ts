import { describe, expect, it } from 'vitest';
import { cluster, hidden, lvmReport, storage, storages, volume, volumeGroup } from '../../../test/checks/examples.ts';
import { answered, GIB, host, probes, table } from '../../../test/checks/mount-examples.ts';
import { placeOf, stored } from '../../../test/checks/volume-examples.ts';
import type { Storage } from '../guests/pve.ts';
import { known } from '../reading.ts';
import { type StorageSources, storagePrints } from './storage-prints.ts';

const MOUNTS = table('21 1 8:1 / / rw - ext4 /dev/sda1 rw');
const LVM = lvmReport(
  [volume('fast', 'vm-100-cloudinit'), volume('fast', 'vm-100-disk-0'), volume('fast', 'vm-100-state-s1')],
  { vgs: [volumeGroup('fast', { freeBytes: 5 }), volumeGroup('san', { freeBytes: 6 })] },
);
const FILES = placeOf('directory', [stored('100/vm-100-disk-0.raw'), stored('100/vm-100-cloudinit.qcow2')]);

const printsOf = (list: readonly Storage[], over: Partial<StorageSources> = {}) => {
  const mountProbes = probes(MOUNTS, { '/': answered(10) });
  return storagePrints(
    { cluster, storage: storages(...list), lvm: LVM, mounts: host(MOUNTS), mountProbes },
    {
      ...{ lvm: known(LVM), thinPools: known({ pools: [] }), deviceMapper: hidden() },
      ...{
        mounts: known(host(MOUNTS)),
        mountProbes: known(mountProbes),
        volumes: known({ readAt: '', places: [FILES], users: known([]) }),
      },
      ...over,
    },
  );
};

const DISKS = storage('disks', '', { type: 'dir', properties: { path: '/mnt/disks' } });

describe('what a node tells of its storages', () => {
  it('has the room of each, and the names that are kept wherever a volume goes', () => {
    expect(printsOf([storage('fast', 'fast'), DISKS])).toMatchObject([
      { storeid: 'fast', freeBytes: 5, fixedNames: ['vm-100-cloudinit', 'vm-100-state-s1'] },
      { storeid: 'disks', freeBytes: 90 * GIB, fixedNames: ['100/vm-100-cloudinit.qcow2'] },
    ]);
  });

  it('has no names of a shared one, whose volumes go nowhere', () => {
    const [print] = printsOf([storage('san', 'san', { shared: true })]);
    expect(print).toMatchObject({ storeid: 'san', freeBytes: 6 });
    expect(print).not.toHaveProperty('fixedNames');
  });

  it('leaves out what nobody read', () => {
    const [fast, disks] = printsOf([storage('fast', 'fast'), DISKS], {
      ...{ lvm: hidden(), volumes: hidden(), mountProbes: hidden() },
    });
    for (const print of [fast, disks]) {
      expect(print).not.toHaveProperty('freeBytes');
      expect(print).not.toHaveProperty('fixedNames');
    }
  });

  it('is silent about those that are disabled, or not for this node', () => {
    expect(printsOf([storage('fast', 'fast', { disabled: true }), storage('san', 'san', { nodes: ['pve2'] })])).toEqual(
      [],
    );
  });
});
