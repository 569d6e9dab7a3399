import type { Readings } from '../check.ts';
import type { CheckCode } from '../finding.ts';
import type { ReportHead } from '../report/report.ts';
import { findingKey } from '../report/report-history.ts';
import {
  type JudgedMount,
  judgedContainerMounts,
  judgedHostMounts,
  type MountRow,
  type MountStatus,
  missingRow,
  mountRow,
} from './judged-mounts.ts';
import { isSurprise, isSurpriseInside, missingMounts } from './missing-mounts.ts';
import { type DEPENDENTS, type Dependents, dependentsOf, storageOf } from './mount-dependents.ts';
import { mountSubject } from './mount-evidence.ts';
import type { Containers, ExpectedMount, MountProbes, ServerAnswer } from './mounts.ts';
import { serverKey, serverOf } from './remote-filesystems.ts';

/** Sections that the mount table is made of. */
export type RowReadings = Readings<'mounts' | 'expectedMounts' | 'mountProbes' | (typeof DEPENDENTS)[number]>;

/** The whole mount table: the node's, then each container's, with what is missing. What could not be read is not in it. */
export function mountRows(readings: RowReadings): readonly MountRow[] {
  const { containers, mountProbes } = readings;
  if (mountProbes.state !== 'known') return [];
  const probes = mountProbes.value;
  const inner = containers.state === 'known' ? containers.value : { containers: [], gaps: [] };
  return [...hostRows(readings, probes).toSorted(byPlace), ...innerRows(inner, probes).toSorted(byPlace)];
}

function hostRows(readings: RowReadings, probes: MountProbes): readonly MountRow[] {
  const { mounts, expectedMounts, storage } = readings;
  if (mounts.state !== 'known') return [];
  const expected = expectedMounts.state === 'known' ? expectedMounts.value : { mounts: [], gaps: ['not read'] };
  const storages = storage.state === 'known' ? storage.value.storages : [];
  const rowOf = (judged: JudgedMount): MountRow => {
    const { target } = judged.mount;
    return mountRow(judged, {
      storeid: storageOf(judged.mount, storages, mounts.value.mounts),
      configuredIn: placesOf(expected.mounts, target),
      readonlyIsMeant: expected.gaps.length > 0 ? null : !isSurprise(judged.mount, expected.mounts),
      dependents: dependentsOf(target, judged.mount, readings),
      settings: probes.settings,
    });
  };
  return [
    ...judgedHostMounts(mounts.value, probes).map(rowOf),
    ...missingMounts(expected.mounts, mounts.value.mounts).map((one) =>
      missingRow(one, answerOf(one.expected, probes), null, dependentsOf(one.expected.target, null, readings)),
    ),
  ];
}

function innerRows(inner: Containers, probes: MountProbes): readonly MountRow[] {
  const fstabOf = (vmid: number): readonly ExpectedMount[] | null => {
    const fstab = probes.fstabs.get(vmid);
    return fstab?.state === 'known' ? fstab.value : null;
  };
  const present = judgedContainerMounts(inner, probes).map((judged) => {
    const { mount, container } = judged;
    const fstab = fstabOf(container?.vmid ?? 0);
    const config = container?.config.state === 'known' ? container.config.value : null;
    const binds = config?.binds.filter(({ target }) => target === mount.target) ?? [];
    return mountRow(judged, {
      storeid: null,
      configuredIn: [...binds.map(({ key, source }) => `${key}, ${source}`), ...placesOf(fstab ?? [], mount.target)],
      readonlyIsMeant: config === null || fstab === null ? null : !isSurpriseInside(mount, config, fstab),
      dependents: itself(container),
      settings: probes.settings,
    });
  });
  const missing = inner.containers.flatMap((container) =>
    missingMounts(fstabOf(container.vmid) ?? [], container.mounts).map((one) =>
      missingRow(one, null, container, itself(container)),
    ),
  );
  return [...present, ...missing];
}

/** Behind a mount of a container stands that container. */
const itself = (container: JudgedMount['container']): Dependents => ({
  storeids: [],
  guests: container === null ? [] : [{ vmid: container.vmid, type: 'lxc', name: container.name }],
  backupJobs: [],
});

const placesOf = (expected: readonly ExpectedMount[], at: string): readonly string[] =>
  expected.flatMap(({ target, readFrom }) => (target === at ? [readFrom] : []));

const byPlace = (a: MountRow, b: MountRow): number =>
  (a.vmid ?? 0) - (b.vmid ?? 0) || (a.target < b.target ? -1 : a.target > b.target ? 1 : 0);

/** What the server of an expected mount answered. */
export function answerOf({ fsType, source, options }: ExpectedMount, probes: MountProbes): ServerAnswer | null {
  const server = serverOf(fsType ?? '', source ?? '', options);
  return server === null ? null : (probes.servers.get(serverKey(server)) ?? null);
}

/** What `pve-doctor mounts` shows. */
export interface MountReport extends ReportHead {
  readonly mounts: readonly MountRow[];
  readonly totals: MountTotals;
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
