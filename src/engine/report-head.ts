import { sectionsOf } from '../model/derived.ts';
import { knownOrNull } from '../model/reading.ts';
import type { ReportHead } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { VERSION } from '../model/version.ts';

/** What is told of a report from outside: where its snapshot comes from, and how long it took. */
export type ReportOrigin = Pick<ReportHead, 'source' | 'durationMs'>;

/** What every report of one node begins with. */
export function reportHead(snapshot: Snapshot, { source, durationMs }: ReportOrigin): Omit<ReportHead, 'notSeen'> {
  const { cluster, host } = sectionsOf(snapshot);
  return {
    schemaVersion: 1,
    toolVersion: VERSION,
    takenAt: snapshot.takenAt,
    durationMs: Math.round(durationMs),
    source,
    node: knownOrNull(cluster)?.nodeName ?? knownOrNull(host)?.hostName ?? '',
  };
}
