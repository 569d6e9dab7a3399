import type { MountRow, MountStatus } from '../model/mounts/judged-mounts.ts';
import type { Report } from '../model/report/report.ts';
import { inert } from './inert.ts';
import { METRICS, type Metric } from './prometheus-metrics.ts';
import type { Family, Sample } from './prometheus-text.ts';
import { mountsWereRead } from './what-was-read.ts';

/** Worst first. */
const STATUSES: readonly MountStatus[] = ['stale', 'missing', 'readonly', 'unknown', 'ok'];

/** Mounts with series of their own. With a thousand containers there can be thousands; the sick ones come first. */
export const MOST_MOUNTS = 250;

const rank = ({ status }: MountRow): number => STATUSES.indexOf(status);

const place = ({ target, vmid }: MountRow): string => `${vmid ?? ''} ${inert(target)}`;

/** One row for each place. Where something is missing and another file system in its place, the worse one speaks. */
function placesOf(mounts: readonly MountRow[]): readonly MountRow[] {
  const worst = new Map<string, MountRow>();
  for (const row of mounts) {
    const known = worst.get(place(row));
    if (known === undefined || rank(row) < rank(known)) worst.set(place(row), row);
  }
  return [...worst.values()];
}

function shownMounts(mounts: readonly MountRow[]): readonly MountRow[] {
  if (mounts.length <= MOST_MOUNTS) return mounts;
  return mounts
    .toSorted((a, b) => rank(a) - rank(b) || Number(a.vmid !== null) - Number(b.vmid !== null))
    .slice(0, MOST_MOUNTS);
}

const labelsOf = ({ target, vmid, storeid }: MountRow): Record<string, string> => ({
  target: inert(target),
  vmid: vmid === null ? '' : String(vmid),
  storage: inert(storeid ?? ''),
});

export function mountFamilies(report: Report): readonly Family[] {
  const places = placesOf(report.mounts);
  const shown = shownMounts(places);
  const read = mountsWereRead(report);
  const of = (metric: Metric, value: (row: MountRow) => number | null): Family => ({
    metric,
    samples: shown.flatMap((row): readonly Sample[] => {
      const known = value(row);
      return known === null ? [] : [{ labels: labelsOf(row), value: known }];
    }),
  });
  const ratio = (percent: number | null) => (percent === null ? null : Math.round(percent * 10) / 1000);
  return [
    {
      metric: METRICS.mountLimit,
      samples:
        report.mountLimits === null
          ? []
          : [
              { labels: { severity: 'warning' }, value: report.mountLimits.warningPercent / 100 },
              { labels: { severity: 'critical' }, value: report.mountLimits.criticalPercent / 100 },
            ],
    },
    {
      metric: METRICS.mounts,
      samples: (read ? STATUSES : []).map((status) => ({
        labels: { status },
        value: places.filter((row) => row.status === status).length,
      })),
    },
    { metric: METRICS.mountsLeftOut, samples: [{ labels: {}, value: places.length - shown.length }] },
    {
      metric: METRICS.mountInfo,
      samples: shown.map((row) => ({
        labels: { ...labelsOf(row), source: inert(row.source), fstype: inert(row.fstype) },
        value: 1,
      })),
    },
    {
      metric: METRICS.mountStatus,
      samples: shown.flatMap((row) =>
        STATUSES.map((status) => ({ labels: { ...labelsOf(row), status }, value: row.status === status ? 1 : 0 })),
      ),
    },
    of(METRICS.mountSize, (row) => row.totalBytes),
    of(METRICS.mountUsed, (row) => row.usedBytes),
    of(METRICS.mountAvailable, (row) => row.availableBytes),
    of(METRICS.mountUsedRatio, (row) => ratio(row.usedPercent)),
    of(METRICS.mountInodesRatio, (row) => ratio(row.usedInodesPercent)),
  ];
}
