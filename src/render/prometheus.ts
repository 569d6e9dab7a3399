import type { MountRow } from '../model/mounts/judged-mounts.ts';
import type { Report } from '../model/report/report.ts';
import { unambiguous } from './printable.ts';
import { METRICS, type Metric, MOUNT_STATUSES, type Row } from './prometheus-metrics.ts';

/** Mounts with series of their own. With a thousand containers there can be thousands; the sick ones come first. */
export const MOST_MOUNTS = 250;

const rank = ({ status }: MountRow): number => MOUNT_STATUSES.indexOf(status);

/** One row for each place. Where something is missing and another file system in its place, the worse one speaks. */
function placesOf(mounts: readonly MountRow[]): readonly MountRow[] {
  const worst = new Map<string, MountRow>();
  for (const row of mounts) {
    const place = `${row.vmid ?? ''} ${unambiguous(row.target)}`;
    const known = worst.get(place);
    if (known === undefined || rank(row) < rank(known)) worst.set(place, row);
  }
  return [...worst.values()];
}

function shownOf(places: readonly MountRow[]): readonly MountRow[] {
  if (places.length <= MOST_MOUNTS) return places;
  return places
    .toSorted((a, b) => rank(a) - rank(b) || Number(a.vmid !== null) - Number(b.vmid !== null))
    .slice(0, MOST_MOUNTS);
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeValue = (text: string): string => escapeHelp(unambiguous(text)).replaceAll('"', '\\"');

/**
 * One metric in Prometheus text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), or nothing where
 * it has no value: what is not known is absent. One line break ends every line; no timestamps, which node_exporter's textfile
 * collector refuses. Two samples of one series would make Prometheus refuse the whole file, so the first of them stands.
 */
export function metricText({ name, labels, help }: Omit<Metric, 'rows'>, rows: readonly Row[]): string {
  const series = new Map<string, number>();
  for (const row of rows) {
    const value = row.at(-1);
    const pairs = labels.map((label, at) => `${label}="${escapeValue(`${row[at]}`)}"`);
    const key = pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
    if (typeof value === 'number' && Number.isFinite(value) && !series.has(key)) series.set(key, value);
  }
  if (series.size === 0) return '';
  const lines = [...series].map(([key, value]) => `${key} ${value === 0 ? 0 : value}\n`);
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

/** The report as Prometheus metrics. What is not known is absent, never 0, and nothing grows with entries or guests. */
export function renderPrometheus(report: Report): string {
  const places = placesOf(report.mounts);
  const counted = { report, places, shown: shownOf(places) };
  return METRICS.map((metric) => metricText(metric, metric.rows(counted))).join('');
}
