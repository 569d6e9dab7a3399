import { collectCluster } from '../collectors/cluster.ts';
import { collectGuests } from '../collectors/guests.ts';
import { collectProcesses } from '../collectors/processes.ts';
import { collectStorage } from '../collectors/pve-configuration.ts';
import { collectRunning } from '../collectors/running.ts';
import type { Host } from '../host/host.ts';
import { type MountReport, withTotals } from '../model/mounts/mount-report.ts';
import { mountRows } from '../model/mounts/mount-rows.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import { describeProblem, type Reading } from '../model/reading.ts';
import type { TimedReading } from '../model/snapshot.ts';
import { VERSION } from '../model/version.ts';
import { collectMounts } from './collect-mounts.ts';

const untimed = async <T>(read: () => Promise<Reading<T>>): Promise<TimedReading<T>> => ({
  reading: await read(),
  durationMs: 0,
});

/** Mounts alone, without device-mapper and LVM. */
export async function readMountReport(host: Host, source: string, settings: MountSettings): Promise<MountReport> {
  const start = host.elapsedMs();
  const takenAt = host.now().toISOString();
  const cluster = await collectCluster(host);
  const processes = await collectProcesses(host);
  const [storage, guests, running] = await Promise.all([
    collectStorage(host, cluster),
    collectGuests(host, cluster),
    collectRunning(host, cluster, processes),
  ]);
  const sections = await collectMounts(host, { storage, running, cluster, processes }, settings, untimed);
  const { mounts, containers, expectedMounts, mountProbes, backupJobs } = sections;
  const readings = {
    mounts: mounts.reading,
    containers: containers.reading,
    expectedMounts: expectedMounts.reading,
    mountProbes: mountProbes.reading,
    backupJobs: backupJobs.reading,
    storage,
    guests,
    cluster,
  };
  const gaps = [containers.reading, expectedMounts.reading].flatMap((reading) =>
    reading.state === 'known' ? reading.value.gaps : [],
  );
  return {
    schemaVersion: 1,
    toolVersion: VERSION,
    takenAt,
    durationMs: Math.round(host.elapsedMs() - start),
    source,
    node: cluster.state === 'known' ? cluster.value.nodeName : '',
    ...withTotals(mountRows(readings)),
    notSeen: [...new Set([...Object.values<Reading<unknown>>(readings).flatMap(whyNot), ...gaps])],
  };
}

const whyNot = (reading: Reading<unknown>): readonly string[] =>
  reading.state === 'known' ? [] : [reading.state === 'absent' ? reading.reason : describeProblem(reading.problem)];
