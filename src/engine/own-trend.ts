import { readBootId } from '../collectors/trend.ts';
import type { Host } from '../host/host.ts';
import { sectionsOf } from '../model/derived.ts';
import { knownOrNull } from '../model/reading.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { lookOfNow, looksAfter, type TrendLook } from '../model/trend/trend.ts';

/** What is kept for later runs after this one; null where nobody could read what stands there, so that it is not lost. */
export async function trendAfter(host: Host, snapshot: Snapshot): Promise<readonly TrendLook[] | null> {
  const { trend, disks, deviceMapper, thinPools, lvm } = sectionsOf(snapshot);
  if (trend.state === 'unreadable') return null;
  const before = knownOrNull(trend);
  const now = { takenAt: snapshot.takenAt, bootId: before?.bootId ?? (await readBootId(host)) };
  const seen = {
    disks: knownOrNull(disks),
    deviceMapper: knownOrNull(deviceMapper),
    thinPools: knownOrNull(thinPools),
    lvm: knownOrNull(lvm),
  };
  return looksAfter({ ...now, looks: before?.looks ?? [] }, lookOfNow(now, seen));
}
