import type { DeviceMapper } from '../device-mapper/device-mapper.ts';
import type { Storage } from '../guests/pve.ts';
import type { Lvm } from '../lvm/lvm.ts';
import { poolVolume, type ThinPools } from '../lvm/thin-pools.ts';
import { mountOf, probeKey } from '../mounts/mount-tree.ts';
import type { HostMounts, MountProbes } from '../mounts/mounts.ts';
import { knownOrNull, type Reading, whyNot } from '../reading.ts';

/** Where a new volume of a storage would stand, on this node. */
export interface Room {
  /** Free; null where that is not known. */
  readonly bytes: number | null;
  /** Why it is not known. */
  readonly why: string;
}

export interface RoomSources {
  readonly lvm: Reading<Lvm>;
  readonly thinPools: Reading<ThinPools>;
  readonly deviceMapper: Reading<DeviceMapper>;
  readonly mounts: Reading<HostMounts>;
  readonly mountProbes: Reading<MountProbes>;
}

const unknownRoom = (why: string | null): Room => ({ bytes: null, why: why ?? '' });

export function roomOf({ properties, type, storeid }: Storage, sources: RoomSources): Room {
  const vgName = properties['vgname'] ?? '';
  if (type === 'lvm') {
    const { lvm } = sources;
    if (lvm.state !== 'known') return unknownRoom(whyNot(lvm));
    const vg = lvm.value.vgs.find((one) => one.vgName === vgName);
    return vg === undefined ? unknownRoom(`LVM shows no VG ${vgName}`) : { bytes: vg.freeBytes, why: '' };
  }
  if (type === 'lvmthin') return thinRoom(sources, vgName, properties['thinpool'] ?? '');
  const path = properties['path'] ?? (/^(?:nfs|cifs|cephfs|glusterfs)$/.test(type) ? `/mnt/pve/${storeid}` : undefined);
  const mount = path === undefined ? null : mountOf(knownOrNull(sources.mounts)?.mounts ?? [], path);
  const probe = mount === null ? undefined : knownOrNull(sources.mountProbes)?.statfs.get(probeKey(mount));
  const capacity = probe?.state === 'answered' ? probe.capacity : null;
  return capacity === null
    ? unknownRoom(`pve-doctor does not ask storage ${storeid} (${type}) for its free space`)
    : { bytes: capacity.availableBytes, why: '' };
}

/** What the kernel says of the pool, as a part of its size: it counts in blocks of a size of its own. */
function thinRoom({ thinPools, lvm, deviceMapper }: RoomSources, vgName: string, poolLv: string): Room {
  if (thinPools.state !== 'known') return unknownRoom(whyNot(thinPools));
  if (lvm.state !== 'known') return unknownRoom(whyNot(lvm));
  const lv = lvm.value.lvs.find((one) => one.vgName === vgName && one.lvName === poolLv);
  if (lv === undefined) return unknownRoom(`LVM shows no pool ${vgName}/${poolLv}`);
  const devices = knownOrNull(deviceMapper)?.devices ?? null;
  const pool = thinPools.value.pools.find((one) => {
    const volume = poolVolume(one, devices);
    return volume?.vgName === vgName && volume.lvName === poolLv;
  });
  if (pool === undefined) return unknownRoom(`thin pool ${vgName}/${poolLv} is not active on this node`);
  const { usedDataBlocks, totalDataBlocks } = pool;
  if (totalDataBlocks === 0) return unknownRoom(`thin pool ${vgName}/${poolLv} tells no numbers`);
  return { bytes: Math.floor((lv.sizeBytes * (totalDataBlocks - usedDataBlocks)) / totalDataBlocks), why: '' };
}
