import { describe, expect, it } from 'vitest';
import { hidden, lvmReport, storage, volume, volumeGroup } from '../../../test/checks/examples.ts';
import { answered, GIB, host, probes, TIMEOUT, table } from '../../../test/checks/mount-examples.ts';
import type { ThinPool } from '../lvm/thin-pools.ts';
import { known } from '../reading.ts';
import { type RoomSources, roomOf } from './storage-room.ts';

const MOUNTS = table('21 1 8:1 / / rw - ext4 /dev/sda1 rw', '22 21 8:2 / /mnt/disks rw - ext4 /dev/sda2 rw');
const POOL_LV = volume('pve', 'data', { sizeBytes: 10 * GIB });
const pool = (over: Partial<ThinPool> = {}): ThinPool => ({
  ...{ name: 'pve-data-tpool', devNo: null, mode: 'rw', needsCheck: false, errorsWhenFull: false },
  ...{ usedDataBlocks: 30, totalDataBlocks: 40, usedMetadataBlocks: 1, totalMetadataBlocks: 10 },
  ...over,
});

const sources = (over: Partial<RoomSources> = {}): RoomSources => ({
  lvm: known(lvmReport([POOL_LV], { vgs: [volumeGroup('san', { freeBytes: 7 }), volumeGroup('pve')] })),
  thinPools: known({ pools: [pool()] }),
  deviceMapper: hidden(),
  mounts: known(host(MOUNTS)),
  mountProbes: known(probes(MOUNTS, { '/mnt/disks': answered(60), '/': answered(10) })),
  ...over,
});

const SAN = storage('san', 'san');
const THIN = storage('local-lvm', 'pve', { type: 'lvmthin', properties: { vgname: 'pve', thinpool: 'data' } });
const directory = (path: string) => storage('disks', '', { type: 'dir', properties: { path } });

describe('the room of a storage', () => {
  it('is what its VG, its thin pool or its file system has free', () => {
    expect(roomOf(SAN, sources())).toEqual({ bytes: 7, why: '' });
    expect(roomOf(THIN, sources())).toEqual({ bytes: 2.5 * GIB, why: '' });
    expect(roomOf(directory('/mnt/disks/pve'), sources())).toEqual({ bytes: 40 * GIB, why: '' });
  });

  it('is that of the file system a server gives, which is mounted where Proxmox VE puts it', () => {
    const mounts = table('40 1 0:40 / /mnt/pve/nas rw - nfs4 10.9.0.2:/a rw');
    const asked = sources({ mounts: known(host(mounts)), mountProbes: known(probes(mounts)) });
    expect(roomOf(storage('nas', '', { type: 'nfs', properties: {} }), asked).bytes).toBe(50 * GIB);
  });

  it.each<[string, Parameters<typeof roomOf>[0], Partial<RoomSources>, RegExp]>([
    ['LVM could not be read', SAN, { lvm: hidden() }, /hidden by the test/],
    ['LVM has no such VG', storage('other', 'other'), {}, /shows no VG other/],
    ['thin pools could not be read', THIN, { thinPools: hidden() }, /hidden by the test/],
    [
      'there is no such pool',
      storage('t', 'pve', { ...THIN, properties: { vgname: 'pve', thinpool: 'gone' } }),
      {},
      /no pool pve\/gone/,
    ],
    ['the pool is not active', THIN, { thinPools: known({ pools: [] }) }, /is not active on this node/],
    ['the pool has failed', THIN, { thinPools: known({ pools: [pool({ totalDataBlocks: 0 })] }) }, /tells no numbers/],
    [
      'the file system does not answer',
      directory('/mnt/disks'),
      { mountProbes: known(probes(MOUNTS, { '/mnt/disks': TIMEOUT })) },
      /does not ask/,
    ],
    ['nobody knows what is mounted', directory('/mnt/disks'), { mounts: hidden() }, /does not ask/],
    [
      'it is of a kind that is not asked',
      storage('rbd', '', { type: 'rbd', properties: { pool: 'rbd' } }),
      {},
      /\(rbd\) for its free space/,
    ],
  ])('is not known where %s', (_, one, over, why) => {
    const { bytes, why: because } = roomOf(one, sources(over));
    expect(bytes).toBeNull();
    expect(because).toMatch(why);
  });
});
