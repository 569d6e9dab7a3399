import type { CheckCode } from '../finding.ts';
import { findingKey } from '../report/report-history.ts';
import type { MountRow, MountStatus } from './judged-mounts.ts';
import { mountSubject } from './mount-evidence.ts';

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
  readonly totals: MountTotals;
  /** What could not be looked at, each a sentence. */
  readonly notSeen: readonly string[];
}

/** Sums over the mounts that are shown. */
export interface MountTotals extends Readonly<Record<MountStatus, number>> {
  readonly mounts: number;
  readonly full: number;
  readonly unhealthy: number;
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly availableBytes: number;
}

export interface MountFilter {
  /** Only what containers see. */
  readonly lxc: boolean;
  /** Only mounts with something wrong: what is full, and not what is meant to be read-only. */
  readonly unhealthy: boolean;
}

export const filterMounts = (report: MountReport, { lxc, unhealthy }: MountFilter): MountReport => ({
  ...report,
  ...withTotals(report.mounts.filter((row) => (!lxc || row.vmid !== null) && (!unhealthy || isUnhealthy(row)))),
});

const CODES: Readonly<Record<MountStatus, readonly [node: CheckCode, container: CheckCode] | null>> = {
  stale: ['MNT001', 'CT001'],
  readonly: ['MNT002', 'CT002'],
  missing: ['MNT003', 'CT003'],
  ok: ['MNT005', 'CT005'],
  unknown: null,
};

/** With the time since which the kept runs have what is wrong with each, by the key of the finding. */
export const withSince = (report: MountReport, standing: ReadonlyMap<string, string>): MountReport => ({
  ...report,
  mounts: report.mounts.map((row) => {
    const code = CODES[row.status]?.[row.vmid === null ? 0 : 1];
    if (code === undefined || !isUnhealthy(row)) return row;
    const { vmid } = row;
    const key = findingKey({ code, vmid, subject: mountSubject(row.target, vmid === null ? null : { vmid }) });
    return { ...row, since: standing.get(key) ?? row.since };
  }),
});

export const isFull = ({ full }: MountRow): boolean => full === 'warning' || full === 'critical';

export const isUnhealthy = (row: MountRow): boolean =>
  isFull(row) || (row.status === 'readonly' ? row.readonlyIsMeant !== true : row.status !== 'ok');

/** Mounts with their sums. A file system that is mounted at several places has its bytes once. */
export function withTotals(mounts: readonly MountRow[]): Pick<MountReport, 'mounts' | 'totals'> {
  const of = (status: MountStatus): number => mounts.filter((row) => row.status === status).length;
  const once = [...new Map(mounts.map((row) => [`${row.devNo} ${row.totalBytes}`, row])).values()];
  const sum = (bytes: (row: MountRow) => number | null): number =>
    once.reduce((total, row) => total + (bytes(row) ?? 0), 0);
  return {
    mounts,
    totals: {
      mounts: mounts.length,
      ok: of('ok'),
      stale: of('stale'),
      readonly: of('readonly'),
      missing: of('missing'),
      unknown: of('unknown'),
      full: mounts.filter(isFull).length,
      unhealthy: mounts.filter(isUnhealthy).length,
      totalBytes: sum(({ totalBytes }) => totalBytes),
      usedBytes: sum(({ usedBytes }) => usedBytes),
      availableBytes: sum(({ availableBytes }) => availableBytes),
    },
  };
}
