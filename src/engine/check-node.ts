import { CHECKS } from '../checks/index.ts';
import type { Scope } from '../collectors/block-devices.ts';
import type { Host } from '../host/host.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import type { Report } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { assembleReport } from './assemble-report.ts';
import { collect, collectOnlyMounts } from './collect.ts';
import { examine } from './examine.ts';
import { type Narrowing, wantsCheck } from './narrowing.ts';

/** A report, and the snapshot that it was made of. */
export interface Look {
  readonly snapshot: Snapshot;
  readonly report: Report;
}

/** Collects, examines and reports: what `pve-doctor check` does, from a live node or a replayed one. */
export async function lookAtNode(
  host: Host,
  source: string,
  narrowing: Narrowing,
  settings?: MountSettings,
  scope?: Scope,
): Promise<Look> {
  const start = host.elapsedMs();
  const snapshot = await (narrowing.only === 'mounts'
    ? collectOnlyMounts(host, settings)
    : collect(host, settings, scope));
  const examination = examine(
    snapshot,
    CHECKS.filter((check) => wantsCheck(check.code, narrowing)),
  );
  const frame = { source, durationMs: host.elapsedMs() - start, narrowing };
  return { snapshot, report: assembleReport(snapshot, examination, frame) };
}

export const checkNode = async (...given: Parameters<typeof lookAtNode>): Promise<Report> =>
  (await lookAtNode(...given)).report;
