import type { Handler } from 'hono';
import { printable, unambiguous } from '../../render/printable.ts';
import { isSameText } from '../login/session.ts';
import { isFromHere } from './client-address.ts';
import type { HubEnv, HubParts } from './hub-parts.ts';

type Labels = Readonly<Record<string, string>>;

/** A value of a label (Prometheus text format 0.0.4): names are others' text. */
const label = (text: string): string => unambiguous(text).replaceAll('"', '\\"').replaceAll('\\x5c', '\\\\');

function family(
  name: string,
  kind: 'gauge' | 'counter',
  help: string,
  rows: readonly (readonly [labels: Labels, value: number])[],
): string {
  const lines = rows.map(([labels, value]) => {
    const words = Object.entries(labels).map(([key, text]) => `${key}="${label(text)}"`);
    return `pve_doctor_hub_${name}${words.length === 0 ? '' : `{${words.join(',')}}`} ${value}\n`;
  });
  return `# HELP pve_doctor_hub_${name} ${printable(help)}\n# TYPE pve_doctor_hub_${name} ${kind}\n${lines.join('')}`;
}

/** The fleet and this process, as Prometheus reads it. docs/hub.md has the list. */
export async function metricsText({ store, now, config, counters, intake, events }: HubParts): Promise<string> {
  const silentBefore = new Date(now().getTime() - config.retention.silentAfterMs).toISOString();
  const [clusters, bytes] = await Promise.all([store.clusters({ silentBefore }), store.sizeBytes()]);
  const { outcomes, seconds, reports, bytes: received } = counters.read();
  const byCluster = (value: (row: (typeof clusters)[number]) => number) =>
    clusters.map((row) => [{ cluster: row.name }, value(row)] as const);
  const problems = clusters.flatMap((row) =>
    (['critical', 'warnings', 'notices'] as const).map(
      (field) => [{ cluster: row.name, severity: field.replace(/s$/, '') }, row[field]] as const,
    ),
  );
  return [
    family('problems', 'gauge', 'Open problems that nobody acknowledged.', problems),
    family(
      'nodes',
      'gauge',
      'Nodes that are not revoked.',
      byCluster((row) => row.nodes),
    ),
    family(
      'nodes_silent',
      'gauge',
      'Nodes that were not heard for too long.',
      byCluster((row) => row.silent),
    ),
    family(
      'nodes_not_judged',
      'gauge',
      'Nodes that speak and could not judge everything.',
      byCluster((row) => row.unjudged),
    ),
    family(
      'nodes_maintenance',
      'gauge',
      'Nodes that somebody works on; nothing else counts them but `nodes`.',
      byCluster((row) => row.maintenance),
    ),
    family(
      'requests_total',
      'counter',
      'Requests of nodes by what became of them.',
      [...outcomes].map(([outcome, count]) => [{ outcome }, count]),
    ),
    family('report_seconds_total', 'counter', 'Time from the body to the answer, over all reports.', [[{}, seconds]]),
    family('reports_total', 'counter', 'Reports that were taken by this process.', [[{}, reports]]),
    family('report_bytes_total', 'counter', 'Their bytes as they came.', [[{}, received]]),
    family('waiting', 'gauge', 'Reports that wait to be written.', [[{}, intake.waiting()]]),
    family('event_streams', 'gauge', 'Open pages that are told of changes.', [[{}, events.size()]]),
    family('database_bytes', 'gauge', 'Size of the database.', [[{}, bytes]]),
  ].join('');
}

/** With the token of the configuration; without one only for a program on this machine. */
export const answerMetrics =
  (parts: HubParts): Handler<HubEnv> =>
  async (context) => {
    const { token } = parts.config.metrics;
    const given = context.req.header('authorization') ?? '';
    const isAllowed = token === null ? isFromHere(context.env.incoming) : isSameText(given, `Bearer ${token.reveal()}`);
    if (!isAllowed) return context.text('metrics take a token here\n', 401, { 'WWW-Authenticate': 'Bearer' });
    const text = await parts.health.watch(() => metricsText(parts));
    return context.body(text, 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  };
