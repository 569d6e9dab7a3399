import type { ClusterReport } from '../../model/report/cluster-report.ts';
import { isUnjudged } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { cut, pluginText } from '../plugin-summary.ts';
import { metricText } from '../prometheus.ts';
import { STATUS_WORDS } from '../severity-mark.ts';
import { unjudgedLines, waitingLines } from './cell-words.ts';
import { CLUSTER_METRICS } from './metrics.ts';

/** Bytes of the first line, of one line below it, and of all of them: limits of Nagios and NRPE (nagios.ts). */
const HEAD_BYTES = 320;
const LINE_BYTES = 300;
const MOST_LINES = 30;

function headline({ summary, problems, nodes, checks }: ClusterReport): string {
  const { critical, warnings, judged } = summary;
  const open = checks.filter(isUnjudged).length;
  const parts = [
    ...(critical > 0 ? [`${critical} critical`] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    `${judged} of ${counted(nodes.length, 'node')} judged`,
    ...(open > 0 ? [`${counted(open, 'check')} could not compare everything`] : []),
  ];
  const [first] = problems.filter(({ severity }) => severity !== 'notice');
  return cut(
    `${parts.join(', ')}${first === undefined ? '' : `: ${pluginText(`${first.who} ${first.what}`)}`}`,
    HEAD_BYTES,
  );
}

function details({ problems, nodes }: ClusterReport): readonly string[] {
  const lines = [
    ...problems.map(({ severity, codes, who, what }) => `${severity.toUpperCase()} ${codes.join(' ')}: ${who} ${what}`),
    ...unjudgedLines(nodes).map((line) => `UNKNOWN ${line}`),
    ...waitingLines(nodes).map((line) => `WAITING ${line}`),
  ];
  const hidden = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES).map((line) => cut(pluginText(line), LINE_BYTES)),
    ...(hidden > 0 ? [`and ${hidden} more: run pve-doctor cluster`] : []),
  ];
}

const counts = ({ summary: { nodes, judged, critical, warnings, notices } }: ClusterReport) =>
  ({ critical, warnings, notices, nodes, unjudged_nodes: nodes - judged }) as const;

export function renderClusterNagios(report: ClusterReport): string {
  const data = Object.entries(counts(report)).map(([name, value]) => `'${name}'=${value};;;0`);
  return `${[`CLUSTER ${STATUS_WORDS[report.status]} - ${headline(report)} | ${data.join(' ')}`, ...details(report)].join('\n')}\n`;
}

/** One line of a Checkmk local check (see checkmk.ts). */
export function renderClusterCheckmk(report: ClusterReport): string {
  const data = Object.entries(counts(report)).map(([name, value]) => `pve_doctor_cluster_${name}=${value}`);
  return `${report.exitCode} "PVE-Doctor cluster" ${data.join('|')} ${[headline(report), ...details(report)].join('\\n')}\n`;
}

/** As the other metrics, see prometheus.ts. */
export const renderClusterPrometheus = (report: ClusterReport): string =>
  CLUSTER_METRICS.map((metric) => metricText(metric, metric.rows(report))).join('');
