import type { SectionReadings } from '../model/derived.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { poolName, poolUse, poolVolume } from '../model/lvm/thin-pools.ts';
import { knownOrNull } from '../model/reading.ts';
import type { PoolRow, Report } from '../model/report/report.ts';

/** Thin pools with what is left to extend them by and whose volumes are on them. */
export function reportThinPools({ thinPools, deviceMapper, lvm }: SectionReadings): Report['thinPools'] {
  if (thinPools.state !== 'known') return null;
  const devices = knownOrNull(deviceMapper)?.devices ?? [];
  const { vgs, lvs } = knownOrNull(lvm) ?? { vgs: [], lvs: [] };
  return thinPools.value.pools.map((pool): PoolRow => {
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
