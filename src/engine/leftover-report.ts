import type { Host } from '../host/host.ts';
import { sectionsOf } from '../model/derived.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type LeftoverReport, type LeftoverScope, leftoverTables } from '../model/volumes/leftover-report.ts';
import { collect } from './collect.ts';
import { type ReportOrigin, reportHead } from './report-head.ts';

/** What was asked for, its age still as a time that passed. */
export interface Asked extends Omit<LeftoverScope, 'before'> {
  readonly olderThanMs: number | null;
}

/** Reads the node as a check does, so that what is listed and what is found are one. */
export async function readLeftovers(
  host: Host,
  source: string,
  asked: Asked,
  settings: MountSettings,
): Promise<LeftoverReport> {
  const start = host.elapsedMs();
  const snapshot = await collect(host, settings);
  return leftoverReport(snapshot, asked, { source, durationMs: host.elapsedMs() - start });
}

const NOTHING = { places: [], volumes: [], snapshots: [], ageless: 0 };

/** The same of what was read. */
export function leftoverReport(
  snapshot: Snapshot,
  { olderThanMs, ...asked }: Asked,
  origin: ReportOrigin,
): LeftoverReport {
  const { leftovers, cluster, guests, lvm, acrossNodes } = sectionsOf(snapshot);
  const before = olderThanMs === null ? null : new Date(Date.parse(snapshot.takenAt) - olderThanMs).toISOString();
  const why = whyNot(leftovers);
  const tables =
    leftovers.state === 'known' ? leftoverTables(leftovers.value, { ...asked, before }, { lvm, acrossNodes }) : NOTHING;
  const nodes = knownOrNull(cluster);
  const configs = knownOrNull(guests)?.configs;
  return {
    ...reportHead(snapshot, origin),
    looked: nodes === null || configs === undefined ? null : { nodes: nodes.nodeNames, configurations: configs.length },
    ...tables,
    notSeen: [
      ...(why === null ? [] : [why]),
      ...tables.places.flatMap(({ state, because }) => (state === 'unread' && because !== null ? [because] : [])),
    ],
  };
}
