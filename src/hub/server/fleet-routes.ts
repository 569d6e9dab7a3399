import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Handler } from 'hono';
import { SEVERITIES } from '../../model/finding.ts';
import { MOST_REPORT_BYTES } from '../../model/hub/protocol.ts';
import { isRecord } from '../../model/json-shape.ts';
import type { Report } from '../../model/report/report.ts';
import { findingKey } from '../../model/report/report-history.ts';
import { renderHtml } from '../../render/html/html.ts';
import { READ_VERSION } from '../receive/read-report.ts';
import { Refused } from '../receive/refusal.ts';
import type { NodeRow } from '../store/hub-store.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { reportPolicy } from './security-headers.ts';
import { readerOf, showPage } from './show-page.ts';
import { changeTable, clusterView, fleetView, problemTable, searchView } from './views/fleet-views.ts';
import { nodePath, problemPath } from './views/frame.ts';
import { nodeView, problemView } from './views/node-views.ts';
import { formOf, userOf, whoIs } from './visitor.ts';

type Route = (parts: HubParts) => Handler<HubEnv>;

const DAY_MS = 86_400_000;
const PAGE = 200;

const ago = ({ now }: HubParts, ms: number): string => new Date(now().getTime() - ms).toISOString();

const silentBefore = (parts: HubParts): string => ago(parts, parts.config.retention.silentAfterMs);

const missing = (what: string): Refused => new Refused(404, `this hub has no such ${what}`);

export const showFleet: Route = (parts) => async (context) => {
  userOf(context);
  const { store, health } = parts;
  const [groups, quiet, changes, clusters] = await health.watch(() =>
    Promise.all([
      store.groups({}),
      store.nodes({ quietSince: silentBefore(parts), revoked: false, limit: 50 }),
      store.changes({ since: ago(parts, DAY_MS), limit: 50 }),
      store.clusters(silentBefore(parts)),
    ]),
  );
  return showPage(context, 'Fleet', fleetView({ groups, quiet, changes, clusters }), { isLive: true });
};

export const showCluster: Route = (parts) => async (context) => {
  userOf(context);
  const { store, health } = parts;
  const clusterId = context.req.param('id') ?? '';
  const cluster = await health.watch(() => store.cluster(clusterId));
  if (cluster === null) throw missing('cluster');
  const [nodes, areas, groups, changes] = await Promise.all([
    store.nodes({ clusterId, revoked: false }),
    store.areas(clusterId),
    store.groups({ clusterId }),
    store.changes({ clusterId, limit: 50 }),
  ]);
  return showPage(context, `Cluster ${cluster.name}`, clusterView({ nodes, areas, groups, changes }), { isLive: true });
};

async function nodeOf({ store, health }: HubParts, context: HubContext): Promise<NodeRow> {
  const node = await health.watch(() => store.node(context.req.param('id') ?? ''));
  if (node === null) throw missing('node');
  return node;
}

export const showNode: Route = (parts) => async (context) => {
  userOf(context);
  const { store } = parts;
  const node = await nodeOf(parts, context);
  const { nodeId, clusterId } = node;
  const [problems, unjudged, runs, changes] = await Promise.all([
    store.problems({ nodeId, limit: PAGE, offset: 0 }),
    store.unjudged(clusterId),
    store.runs(nodeId, 60),
    store.changes({ nodeId, limit: 50 }),
  ]);
  const view = nodeView({ node, problems, unjudged: unjudged.get(nodeId) ?? [], runs, changes });
  return showPage(context, `Node ${node.node}`, view, { isLive: true });
};

const gunzipped = promisify(gunzip);

/** What a node sent last, where this version can read it. */
async function reportOf({ store }: HubParts, nodeId: string): Promise<Report | null> {
  const body = await store.body(nodeId);
  if (body === null) return null;
  const json = await gunzipped(body, { maxOutputLength: MOST_REPORT_BYTES });
  const report: unknown = JSON.parse(json.toString('utf8'));
  // It was held to the schema of its version when it came.
  return isRecord(report) && report['schemaVersion'] === READ_VERSION ? (report as unknown as Report) : null;
}

export const showReport: Route = (parts) => async (context) => {
  userOf(context);
  const node = await nodeOf(parts, context);
  const report = await reportOf(parts, node.nodeId);
  if (report === null)
    throw new Refused(
      404,
      'there is no report of this node that this version of the hub can show: update the hub, or wait for its next one',
    );
  const html = renderHtml(report);
  context.header('Content-Security-Policy', reportPolicy(html));
  return context.html(html);
};

export const showProblem: Route = (parts) => async (context) => {
  const { store } = parts;
  const reader = readerOf(userOf(context));
  const node = await nodeOf(parts, context);
  const problemId = context.req.param('problemId') ?? '';
  const [problem, changes, report] = await Promise.all([
    store.problem(node.nodeId, problemId),
    store.changes({ nodeId: node.nodeId, problemId, limit: 50 }),
    reportOf(parts, node.nodeId),
  ]);
  if (problem === null) {
    if (changes.length === 0) throw missing('problem');
    return showPage(context, `Resolved on ${node.node}`, changeTable(changes));
  }
  const told = report?.problems.find(({ id }) => id === problemId);
  const keys = new Set(told?.findings);
  const findings = (report?.findings ?? []).filter((finding) => keys.has(findingKey(finding)));
  const detail = told === undefined ? null : { problem: told, findings };
  return showPage(context, `${problem.who} ${problem.what}`, problemView({ problem, detail, changes, reader }));
};

export const showProblems: Route = (parts) => async (context) => {
  userOf(context);
  const { code, cluster, severity, from } = context.req.query();
  const known = SEVERITIES.find((one) => one === severity);
  const filter = {
    ...(code === undefined || code === '' ? {} : { code }),
    ...(cluster === undefined || cluster === '' ? {} : { clusterId: cluster }),
    ...(known === undefined ? {} : { severity: known }),
  };
  const offset = /^\d{1,6}$/.test(from ?? '') ? Number(from) : 0;
  const problems = await parts.health.watch(() => parts.store.problems({ ...filter, limit: PAGE, offset }));
  const title = `Problems${code === undefined || code === '' ? '' : ` ${code}`}${offset === 0 ? '' : ` from ${offset + 1}`}`;
  return showPage(context, title, problemTable(problems), { isLive: true });
};

export const showChanges: Route = (parts) => async (context) => {
  userOf(context);
  const changes = await parts.health.watch(() => parts.store.changes({ limit: PAGE }));
  return showPage(context, 'Changes', changeTable(changes), { isLive: true });
};

export const showSearch: Route = (parts) => async (context) => {
  userOf(context);
  const text = (context.req.query('q') ?? '').trim().slice(0, 200);
  const hits = text === '' ? [] : await parts.health.watch(() => parts.store.search(text, PAGE));
  return showPage(context, 'Search', searchView(text, hits));
};

const DAYS: Readonly<Record<string, number>> = { '1': 1, '7': 7, '30': 30 };

export const acknowledge: Route = (parts) => async (context) => {
  const operator = userOf(context, 'operator');
  const field = await formOf(context, parts);
  const [nodeId, id, reason] = [field('node'), decoded(field('problem')), field('reason').trim()];
  if (reason === '' || reason.length > 500)
    throw new Refused(422, 'an acknowledgement has a reason of up to 500 characters');
  const { store, now, health } = parts;
  const problem = await health.watch(() => store.problem(nodeId, id));
  if (problem === null) throw missing('problem that still stands');
  const at = now();
  const days = DAYS[field('days')];
  if (days === undefined && field('days') !== '0') throw new Refused(422, 'there is no such time');
  const until = days === undefined ? null : new Date(at.getTime() + days * DAY_MS).toISOString();
  const isCluster = field('scope') === 'cluster';
  const said = { id, severity: problem.severity, by: whoIs(operator), reason, at: at.toISOString(), until };
  await store.acknowledge(isCluster ? { clusterId: problem.clusterId } : { nodeId }, said);
  const where = isCluster ? `cluster ${problem.cluster}` : `${problem.cluster}/${problem.node}`;
  const detail = `${id} on ${where} until ${until ?? 'it is worse'}: ${reason}`;
  await store.audit({ at: at.toISOString(), who: said.by, action: 'acknowledge', detail });
  return context.redirect(problemPath(nodeId, id), 303);
};

export const withdraw: Route = (parts) => async (context) => {
  const operator = userOf(context, 'operator');
  const field = await formOf(context, parts);
  const [nodeId, id] = [field('node'), decoded(field('problem'))];
  const at = parts.now().toISOString();
  const { store, health } = parts;
  const node = await health.watch(() => store.node(nodeId));
  if (node === null || !(await store.withdraw(nodeId, id, whoIs(operator), at))) throw missing('acknowledgement');
  const detail = `${id} on ${node.cluster}/${node.node}`;
  await store.audit({ at, who: whoIs(operator), action: 'withdraw', detail });
  return context.redirect((await store.problem(nodeId, id)) === null ? nodePath(nodeId) : problemPath(nodeId, id), 303);
};

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refused(422, 'that is the name of no problem');
  }
}
