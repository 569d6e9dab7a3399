import {
  type CheckOutcome,
  isUnjudged,
  type OverallStatus,
  type PoolRow,
  type Report,
} from '../model/report/report.ts';
import { inert } from './inert.ts';
import { METRICS, type Metric } from './prometheus-metrics.ts';
import { mountFamilies } from './prometheus-mounts.ts';
import { expositionText, type Family, type Sample } from './prometheus-text.ts';
import { wereRead } from './what-was-read.ts';

const STATUSES: readonly OverallStatus[] = ['healthy', 'warning', 'critical', 'unknown'];
const OUTCOMES: readonly CheckOutcome[] = ['clean', 'found', 'unknown', 'not-applicable'];
const SEVERITIES = ['critical', 'warning', 'notice'] as const;

/** The report as Prometheus metrics. What is not known is absent, never 0, and nothing grows with entries or guests. */
export const renderPrometheus = (report: Report): string =>
  expositionText([
    ...runFamilies(report),
    ...verdictFamilies(report),
    ...countFamilies(report),
    ...poolFamilies(report),
    ...mountFamilies(report),
  ]);

/** A single series; none where the value is not known. */
const one = (metric: Metric, value: number | null, labels: Sample['labels'] = {}): Family => ({
  metric,
  samples: value === null ? [] : [{ labels, value }],
});

/** One series for each key of a count. */
const each = (metric: Metric, label: string, counts: Readonly<Record<string, number>>): Family => ({
  metric,
  samples: Object.entries(counts).map(([key, value]) => ({ labels: { [label]: key }, value })),
});

const none = (metric: Metric): Family => ({ metric, samples: [] });

function runFamilies({
  host,
  node,
  toolVersion,
  takenAt,
  durationMs,
  sections,
  trouble = [],
}: Report): readonly Family[] {
  const takenMs = Date.parse(takenAt);
  return [
    one(METRICS.info, 1, {
      version: inert(toolVersion),
      node: inert(node),
      pve_version: inert(host?.pveVersion ?? ''),
      kernel: inert(host?.kernelRelease ?? ''),
    }),
    one(METRICS.lastRun, takenMs / 1000),
    {
      metric: METRICS.channelTrouble,
      samples: trouble.map(({ channel }) => ({ labels: { channel: inert(channel) }, value: 1 })),
    },
    one(METRICS.runDuration, durationMs / 1000),
    {
      metric: METRICS.sectionDuration,
      samples: sections.map(({ name, durationMs: ms }) => ({ labels: { section: inert(name) }, value: ms / 1000 })),
    },
    {
      metric: METRICS.sectionUnreadable,
      samples: sections.map(({ name, state }) => ({
        labels: { section: inert(name) },
        value: state === 'unreadable' ? 1 : 0,
      })),
    },
  ];
}

function verdictFamilies(report: Report): readonly Family[] {
  const { checks } = report;
  return [
    each(METRICS.status, 'status', Object.fromEntries(STATUSES.map((is) => [is, is === report.status ? 1 : 0]))),
    one(METRICS.score, report.score),
    one(METRICS.grade, 1, { grade: report.grade }),
    { metric: METRICS.findings, samples: findingSamples(report) },
    each(
      METRICS.checks,
      'outcome',
      Object.fromEntries(OUTCOMES.map((is) => [is, checks.filter(({ outcome }) => outcome === is).length])),
    ),
    {
      metric: METRICS.checkUnjudged,
      samples: checks.map((check) => ({ labels: { code: check.code }, value: isUnjudged(check) ? 1 : 0 })),
    },
    one(METRICS.notSeen, report.notSeen.length),
  ];
}

/** What stands, and 0 where a check has looked everywhere and the report shows all that it found. */
function findingSamples({ checks, findings }: Report): readonly Sample[] {
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
  return [...counts].flatMap(([code, of]) =>
    [...of].map(([severity, value]) => ({ labels: { code, severity }, value })),
  );
}

function poolFamilies({ thinPools }: Report): readonly Family[] {
  const of = (metric: Metric, percent: (pool: PoolRow) => number): Family => ({
    metric,
    samples: (thinPools ?? []).map((pool) => ({ labels: { pool: inert(pool.name) }, value: percent(pool) / 100 })),
  });
  return [
    of(METRICS.thinPoolData, ({ dataPercent }) => dataPercent),
    of(METRICS.thinPoolMetadata, ({ metadataPercent }) => metadataPercent),
  ];
}

/** Counts of what was read; absent where it could not be read. */
function countFamilies(report: Report): readonly Family[] {
  const { summary, entries, leftovers, nextVmids } = report;
  const entriesKnown = wereRead(report, 'deviceMapper');
  const leftoversKnown = summary.guests !== null && wereRead(report, 'deviceMapper', 'lvm');
  const { valid, duplicates, orphans, busy, notJudged } = summary;
  const inUse = (is: 'yes' | 'no' | 'unknown') => entries.filter((entry) => entry.inUse === is).length;
  return [
    entriesKnown
      ? each(METRICS.entries, 'class', { valid, duplicate: duplicates, orphan: orphans, busy, unknown: notJudged })
      : none(METRICS.entries),
    entriesKnown
      ? each(METRICS.entryUse, 'in_use', { yes: inUse('yes'), no: inUse('no'), unknown: inUse('unknown') })
      : none(METRICS.entryUse),
    one(METRICS.entriesIdle, entriesKnown ? summary.idle : null),
    one(METRICS.guests, summary.guests),
    one(METRICS.guestsRunning, summary.runningGuests),
    one(METRICS.leftoverVmids, leftoversKnown ? leftovers.length : null),
    one(METRICS.leftoverBytes, leftoversKnown ? leftovers.reduce((sum, { bytes }) => sum + bytes, 0) : null),
    one(
      METRICS.nextVmidLeftovers,
      leftoversKnown && wereRead(report, 'datacenter')
        ? nextVmids.reduce((sum, { leftovers: met }) => sum + met.length, 0)
        : null,
    ),
  ];
}
