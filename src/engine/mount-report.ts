import type { Host } from '../host/host.ts';
import { sectionsOf } from '../model/derived.ts';
import { type MountReport, mountRows, withTotals } from '../model/mounts/mount-rows.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import { knownOrNull, type Reading, whyNot } from '../model/reading.ts';
import { collectOnlyMounts } from './collect.ts';
import { reportHead } from './report-head.ts';

/** Mounts alone, without device-mapper and LVM. */
export async function readMountReport(host: Host, source: string, settings: MountSettings): Promise<MountReport> {
  const start = host.elapsedMs();
  const snapshot = await collectOnlyMounts(host, settings);
  const sections = sectionsOf(snapshot);
  const { mounts, containers, expectedMounts, mountProbes, backupJobs, storage, guests, cluster } = sections;
  const read: readonly Reading<unknown>[] = [
    ...[mounts, containers, expectedMounts, mountProbes],
    ...[backupJobs, storage, guests, cluster],
  ];
  const gaps = [containers, expectedMounts].flatMap(
    (reading) => knownOrNull<{ readonly gaps: readonly string[] }>(reading)?.gaps ?? [],
  );
  return {
    ...reportHead(snapshot, { source, durationMs: host.elapsedMs() - start }),
    ...withTotals(mountRows(sections)),
    notSeen: [...new Set([...read.flatMap((reading) => whyNot(reading) ?? []), ...gaps])],
  };
}
