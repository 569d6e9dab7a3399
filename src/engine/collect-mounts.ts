import { collectBeneath } from '../collectors/beneath-mounts.ts';
import { collectBtrfs } from '../collectors/btrfs.ts';
import { collectContainers } from '../collectors/containers.ts';
import { collectExpectedMounts } from '../collectors/expected-mounts.ts';
import { collectFileSystems } from '../collectors/file-systems.ts';
import { collectHostMounts } from '../collectors/host-mounts.ts';
import { collectMountProbes } from '../collectors/mount-probes.ts';
import { collectBackupJobs } from '../collectors/pve-configuration.ts';
import { collectStuckProcesses } from '../collectors/stuck-processes.ts';
import type { Host } from '../host/host.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import type { MountProbes, MountSettings, StuckProcesses } from '../model/mounts/mounts.ts';
import { known, type Reading, whyNot } from '../model/reading.ts';
import type { CollectedSections, Snapshot, TimedReading } from '../model/snapshot.ts';

type Sections = Snapshot['sections'];

/** What was read of PVE before. */
export type MountSources = {
  readonly [K in 'storage' | 'cluster' | 'running']: Reading<CollectedSections[K]>;
} & { readonly processes: Reading<ProcessTable> };

export type MountSections = Pick<
  Sections,
  'mounts' | 'containers' | 'expectedMounts' | 'mountProbes' | 'stuckProcesses' | 'backupJobs' | 'fileSystems' | 'btrfs'
>;

export type Timer = <T>(read: () => Promise<Reading<T>>) => Promise<TimedReading<T>>;

/** Mount tables first, then everything that may have to wait for a server, at the same time. */
export async function collectMounts(
  host: Host,
  sources: MountSources,
  settings: MountSettings,
  timed: Timer,
): Promise<MountSections> {
  const [mounts, backupJobs, btrfs] = await Promise.all([
    timed(() => collectHostMounts(host)),
    timed(() => collectBackupJobs(host)),
    timed(() => collectBtrfs(host)),
  ]);
  const [containers, expectedMounts] = await Promise.all([
    timed(() => collectContainers(host, sources)),
    timed(() => collectExpectedMounts(host, { ...sources, mounts: mounts.reading })),
  ]);
  const seen = { mounts: mounts.reading, containers: containers.reading, expected: expectedMounts.reading };
  const [mountProbes, fileSystems, stuck] = await Promise.all([
    timed(() => probeAndLook(host, seen, settings)),
    timed(() => collectFileSystems(host, mounts.reading, settings)),
    timed(() => collectStuckProcesses(host, { ...seen, processes: sources.processes })),
  ]);
  const stuckProcesses = { ...stuck, reading: withoutOurs(stuck.reading, mountProbes.reading) };
  return { mounts, containers, expectedMounts, mountProbes, stuckProcesses, backupJobs, fileSystems, btrfs };
}

async function probeAndLook(
  host: Host,
  seen: Omit<Parameters<typeof collectBeneath>[1], 'fstabs'>,
  settings: MountSettings,
): Promise<Reading<MountProbes>> {
  const nodeOnly = { ...seen, containers: known({ containers: [], gaps: [] }), fstabs: new Map() };
  const [probes, onNode] = await Promise.all([
    collectMountProbes(host, seen, settings),
    collectBeneath(host, nodeOnly),
  ]);
  if (probes.state !== 'known') return probes;
  // What containers expect is known only now.
  const inside = await collectBeneath(host, {
    ...seen,
    mounts: known({ mounts: [], addresses: [] }),
    fstabs: probes.value.fstabs,
  });
  const looks = [...onNode, ...inside];
  return known({
    ...probes.value,
    beneath: new Map(looks.flatMap(([key, look]) => (look.state === 'known' ? [[key, look.value]] : []))),
    beneathUnread: new Map(looks.flatMap(([key, look]) => (look.state === 'unreadable' ? [[key, whyNot(look)]] : []))),
  });
}

/** Probes that an earlier run could not kill are no process of the node. */
function withoutOurs(stuck: Reading<StuckProcesses>, probes: Reading<MountProbes>): Reading<StuckProcesses> {
  if (stuck.state !== 'known' || probes.state !== 'known') return stuck;
  const ours = new Set(
    [...probes.value.statfs.values()].map((probe) => (probe.state === 'timed-out' ? probe.leftBehind?.pid : undefined)),
  );
  return known({ ...stuck.value, processes: stuck.value.processes.filter(({ pid }) => !ours.has(pid)) });
}
