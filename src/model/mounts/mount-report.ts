import type { MountRow } from './judged-mounts.ts';

/** What `pve-doctor mounts` shows. */
export interface MountReport {
  /** Version of the JSON schema, docs/mounts.schema.json. */
  readonly schemaVersion: 1;
  readonly toolVersion: string;
  readonly takenAt: string;
  readonly durationMs: number;
  /** `live`, or the file that was replayed. */
  readonly source: string;
  readonly node: string;
  readonly mounts: readonly MountRow[];
  /** What could not be looked at, each a sentence. */
  readonly notSeen: readonly string[];
}

export interface MountFilter {
  /** Only what containers see. */
  readonly lxc: boolean;
  /** Only mounts whose status is not `ok`. */
  readonly unhealthy: boolean;
}

export const filterMounts = (report: MountReport, { lxc, unhealthy }: MountFilter): MountReport => ({
  ...report,
  mounts: report.mounts.filter(({ vmid, status }) => (!lxc || vmid !== null) && (!unhealthy || status !== 'ok')),
});
