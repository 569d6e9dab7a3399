import type { Metric } from './prometheus-metrics.ts';

/**
 * Prometheus text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). One line break ends
 * every line; no timestamps, which node_exporter's textfile collector refuses.
 */

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly metric: Metric;
  readonly samples: readonly Sample[];
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

function seriesName(metric: Metric, labels: Sample['labels']): string {
  const pairs = metric.labels.map((label) => `${label}="${escapeValue(labels[label] ?? '')}"`);
  return pairs.length === 0 ? metric.name : `${metric.name}{${pairs.join(',')}}`;
}

/**
 * One family, or nothing where it has no value: what is not known is absent. Two samples of one series would make
 * Prometheus refuse the whole file, so the first of them stands.
 */
function familyText({ metric, samples }: Family): string {
  const series = new Map<string, number>();
  for (const { labels, value } of samples) {
    const name = seriesName(metric, labels);
    if (Number.isFinite(value) && !series.has(name)) series.set(name, value);
  }
  if (series.size === 0) return '';
  const lines = [...series].map(([name, value]) => `${name} ${value === 0 ? 0 : value}\n`);
  return `# HELP ${metric.name} ${escapeHelp(metric.help)}\n# TYPE ${metric.name} ${metric.type}\n${lines.join('')}`;
}

export const expositionText = (families: readonly Family[]): string => families.map(familyText).join('');
