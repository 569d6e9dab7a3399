import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { poolName, poolUse, poolVolume } from '../model/lvm/thin-pools.ts';
import type { PoolRow, Report } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** Thin pools with what is left to extend them by and whose volumes are on them. */
export function reportThinPools({ sections }: Snapshot): Report['thinPools'] {
  const { thinPools, deviceMapper, lvm } = sections;
  if (thinPools.reading.state !== 'known') return null;
  const devices = deviceMapper.reading.state === 'known' ? deviceMapper.reading.value.devices : [];
  const { vgs, lvs } = lvm.reading.state === 'known' ? lvm.reading.value : { vgs: [], lvs: [] };
  return thinPools.reading.value.pools.map((pool): PoolRow => {
    const volume = poolVolume(pool, devices);
    const own = lvs.filter(({ vgName, lvName }) => vgName === volume?.vgName && lvName === volume.lvName);
    // Two VGs of one name: neither is known to be the pool's.
    const [lv] = own.length === 1 ? own : [];
    const inside = lvs.filter(({ vgUuid, poolLv }) => lv !== undefined && vgUuid === lv.vgUuid && poolLv === lv.lvName);
    const vmids = new Set(inside.flatMap(({ lvName }) => decodeGuestVolume(lvName)?.vmid ?? []));
    return {
      name: poolName(pool, devices),
      ...poolUse(pool),
      sizeBytes: lv?.sizeBytes ?? null,
      vgFreeBytes: vgs.find(({ vgUuid }) => vgUuid === lv?.vgUuid)?.freeBytes ?? null,
      vmids: lv === undefined ? null : [...vmids].sort((a, b) => a - b),
    };
  });
}
