import { SEVERITIES } from '../model/finding.ts';
import type { MountRow, MountStatus } from '../model/mounts/judged-mounts.ts';
import {
  type CheckOutcome,
  isUnjudged,
  type OverallStatus,
  type PoolRow,
  type Report,
} from '../model/report/report.ts';
import { mountsWereRead, wereRead } from './coverage-words.ts';

/** Every metric of `--format prometheus`. Names, labels and units stay; docs/monitoring.md has the same table. */

/** What metrics are counted from. */
export interface Counted {
  readonly report: Report;
  /** One row for each place that something is mounted or expected in. */
  readonly places: readonly MountRow[];
  /** Those with series of their own. */
  readonly shown: readonly MountRow[];
}

/** The values of the labels, in their order, and the value of the metric; null where it is not known. */
export type Row = readonly [...labels: readonly string[], value: number | null];

export interface Metric {
  readonly name: string;
  /** Empty for plain numbers. */
  readonly unit: '' | 'seconds' | 'bytes' | 'ratio';
  readonly labels: readonly string[];
  readonly help: string;
  readonly rows: (counted: Counted) => readonly Row[];
}

const unitOf = (name: string): Metric['unit'] =>
  (['seconds', 'bytes', 'ratio'] as const).find((unit) => name.endsWith(`_${unit}`)) ?? '';

const gauge = (name: string, labels: readonly string[], help: string, rows: Metric['rows']): Metric => ({
  name: `pve_doctor_${name}`,
  unit: unitOf(name),
  labels,
  help,
  rows,
});

/** A single series; none where the value is not known. */
const single = (name: string, help: string, value: (report: Report) => number | null): Metric =>
  gauge(name, [], help, ({ report }) => [[value(report)]]);

const pools = (name: string, help: string, percent: (pool: PoolRow) => number): Metric =>
  gauge(name, ['pool'], help, ({ report }) => (report.thinPools ?? []).map((pool) => [pool.name, percent(pool) / 100]));

const placeOf = ({ target, vmid, storeid }: MountRow) => [target, vmid === null ? '' : `${vmid}`, storeid ?? ''];

const mounts = (name: string, help: string, value: (row: MountRow) => number | null): Metric =>
  gauge(name, ['target', 'vmid', 'storage'], help, ({ shown }) => shown.map((row) => [...placeOf(row), value(row)]));

const ratio = (percent: number | null) => (percent === null ? null : Math.round(percent * 10) / 1000);

/** Worst first. */
export const MOUNT_STATUSES: readonly MountStatus[] = ['stale', 'missing', 'readonly', 'unknown', 'ok'];
const STATUSES: readonly OverallStatus[] = ['healthy', 'waiting', 'warning', 'critical', 'unknown'];
const OUTCOMES: readonly CheckOutcome[] = ['clean', 'found', 'unknown', 'not-applicable'];

const flag = (is: boolean): number => (is ? 1 : 0);

const entriesKnown = (report: Report): boolean => wereRead(report, 'deviceMapper');

const leftoversKnown = (report: Report): boolean =>
  report.summary.guests !== null && wereRead(report, 'deviceMapper', 'lvm');

/** What stands, and 0 where a check has looked everywhere and the report shows all that it found. */
function findingRows({ checks, findings }: Report): readonly Row[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { code, severity } of findings) {
    const of = counts.get(code) ?? new Map<string, number>();
    counts.set(code, of.set(severity, (of.get(severity) ?? 0) + 1));
  }
  for (const check of checks) {
    const { code, outcome, findings: all } = check;
    const of = counts.get(code) ?? new Map<string, number>();
    const shown = [...of.values()].reduce((sum, count) => sum + count, 0);
    if (isUnjudged(check) || outcome === 'not-applicable' || shown < all) continue;
    counts.set(code, new Map(SEVERITIES.map((severity) => [severity, of.get(severity) ?? 0])));
  }
  return [...counts].flatMap(([code, of]) => [...of].map(([severity, value]): Row => [code, severity, value]));
}

function classRows({ summary }: Report): readonly Row[] {
  const { valid, duplicates, orphans, busy, notJudged } = summary;
  return Object.entries({ valid, duplicate: duplicates, orphan: orphans, busy, unknown: notJudged });
}

export const METRICS: readonly Metric[] = [
  gauge(
    'info',
    ['version', 'node', 'pve_version', 'kernel'],
    'Always 1: version of pve-doctor, name of the node, versions of Proxmox VE and the kernel (empty where unread).',
    ({ report: { toolVersion, node, host } }) => [
      [toolVersion, node, host?.pveVersion ?? '', host?.kernelRelease ?? '', 1],
    ],
  ),
  single(
    'last_run_timestamp_seconds',
    'When the node was read, in seconds since 1970.',
    ({ takenAt }) => Date.parse(takenAt) / 1000,
  ),
  gauge(
    'channel_trouble',
    ['channel'],
    '1 for each channel that cannot be used, refuses what is sent, or has taken nothing for a day; none where all is well.',
    ({ report: { trouble = [] } }) => trouble.map(({ channel }) => [channel, 1]),
  ),
  single('run_duration_seconds', 'How long the run took.', ({ durationMs }) => durationMs / 1000),
  gauge('section_duration_seconds', ['section'], 'How long each part of the node took to read.', ({ report }) =>
    report.sections.map(({ name, durationMs }) => [name, durationMs / 1000]),
  ),
  gauge('section_unreadable', ['section'], '1 where this part of the node could not be read, else 0.', ({ report }) =>
    report.sections.map(({ name, state }) => [name, flag(state === 'unreadable')]),
  ),
  gauge(
    'status',
    ['status'],
    '1 for the overall status (healthy, waiting, warning, critical, unknown), 0 for the others.',
    ({ report }) => STATUSES.map((status) => [status, flag(status === report.status)]),
  ),
  single(
    'score',
    'Score from 0 to 100. Absent where there is none: guests or device-mapper were not readable.',
    ({ score }) => score,
  ),
  gauge('grade_info', ['grade'], 'Always 1: grade A+, B, C, D or F; ? where there is none.', ({ report }) => [
    [report.grade, 1],
  ]),
  gauge(
    'findings',
    ['code', 'severity'],
    'Findings of each check. 0 only where it looked everywhere; absent where it could not look.',
    ({ report }) => findingRows(report),
  ),
  gauge('checks', ['outcome'], 'Checks by outcome: clean, found, unknown, not-applicable.', ({ report }) =>
    OUTCOMES.map((is) => [is, report.checks.filter(({ outcome }) => outcome === is).length]),
  ),
  gauge(
    'check_unjudged',
    ['code'],
    '1 where something of this check could not be judged, be it beside findings, else 0.',
    ({ report }) => report.checks.map((check) => [check.code, flag(isUnjudged(check))]),
  ),
  single('not_seen', 'Things that could not be seen, each a sentence in the report.', ({ notSeen }) => notSeen.length),
  gauge(
    'entries',
    ['class'],
    'Device-mapper entries of guest volumes: valid, duplicate, orphan, busy, unknown (not judged).',
    ({ report }) => (entriesKnown(report) ? classRows(report) : []),
  ),
  gauge(
    'entries_in_use',
    ['in_use'],
    'The same entries by whether something uses them: yes, no, unknown.',
    ({ report }) =>
      (entriesKnown(report) ? ['yes', 'no', 'unknown'] : []).map((is) => [
        is,
        report.entries.filter(({ inUse }) => inUse === is).length,
      ]),
  ),
  single('entries_idle', 'Entries that are active while their guest is stopped. Absent where not known.', (report) =>
    entriesKnown(report) ? report.summary.idle : null,
  ),
  single(
    'guests',
    'Guests with their configuration on this node. Absent where not known.',
    ({ summary }) => summary.guests,
  ),
  single(
    'guests_running',
    'Guests of this node that run. Absent where not known.',
    ({ summary }) => summary.runningGuests,
  ),
  single('leftover_vmids', 'VMIDs that no node has, with entries or volumes left. Absent if not known.', (report) =>
    leftoversKnown(report) ? report.leftovers.length : null,
  ),
  single(
    'leftover_bytes',
    'Size of the LVM volumes left of VMIDs that no node has; of thin ones what they promise. Absent if not known.',
    (report) => (leftoversKnown(report) ? report.leftovers.reduce((sum, { bytes }) => sum + bytes, 0) : null),
  ),
  single(
    'next_vmid_leftovers',
    'Entries and volumes that the next free VMIDs would meet. Absent where not known.',
    (report) =>
      leftoversKnown(report) && wereRead(report, 'datacenter')
        ? report.nextVmids.reduce((sum, { leftovers }) => sum + leftovers.length, 0)
        : null,
  ),
  pools('thin_pool_data_used_ratio', 'Used data of a thin pool from 0 to 1.', ({ dataPercent }) => dataPercent),
  pools(
    'thin_pool_metadata_used_ratio',
    'Used metadata of a thin pool from 0 to 1.',
    ({ metadataPercent }) => metadataPercent,
  ),
  gauge(
    'mount_limit_ratio',
    ['severity'],
    'From how much used space or inodes on a mount is a warning or critical, as configured, from 0 to 1.',
    ({ report: { mountLimits } }) => [
      ['warning', mountLimits && mountLimits.warningPercent / 100],
      ['critical', mountLimits && mountLimits.criticalPercent / 100],
    ],
  ),
  gauge(
    'mounts',
    ['status'],
    'Mounts by status: ok, readonly, stale, missing, unknown (not asked). Absent where they could not all be listed.',
    ({ report, places }) =>
      (mountsWereRead(report) ? MOUNT_STATUSES : []).map((is) => [
        is,
        places.filter(({ status }) => status === is).length,
      ]),
  ),
  gauge(
    'mounts_left_out',
    [],
    'Mounts without series of their own, because there are too many.',
    ({ places, shown }) => [[places.length - shown.length]],
  ),
  gauge(
    'mount_info',
    ['target', 'vmid', 'storage', 'source', 'fstype'],
    'Always 1: what is mounted there.',
    ({ shown }) => shown.map((row) => [...placeOf(row), row.source, row.fstype, 1]),
  ),
  gauge(
    'mount_status',
    ['target', 'vmid', 'storage', 'status'],
    '1 for the status of this mount, 0 for the others.',
    ({ shown }) =>
      shown.flatMap((row) => MOUNT_STATUSES.map((is): Row => [...placeOf(row), is, flag(row.status === is)])),
  ),
  mounts('mount_size_bytes', 'Size of the file system. Absent where it did not answer.', (row) => row.totalBytes),
  mounts('mount_used_bytes', 'Used space. Absent where it did not answer.', (row) => row.usedBytes),
  mounts('mount_available_bytes', 'Space that is left for users other than root.', (row) => row.availableBytes),
  mounts('mount_used_ratio', 'Used space from 0 to 1, as df counts: what MNT005 and CT005 compare.', (row) =>
    ratio(row.usedPercent),
  ),
  mounts('mount_inodes_used_ratio', 'Used inodes from 0 to 1. Absent where there is no limit.', (row) =>
    ratio(row.usedInodesPercent),
  ),
];
