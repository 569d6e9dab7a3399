import type { Handler } from 'hono';
import { SEVERITIES } from '../../model/finding.ts';
import { findingKey } from '../../model/report/report-history.ts';
import { renderHtml } from '../../render/html/html.ts';
import { clusterPage, MOST_OF_CLUSTER } from '../pages/cluster-page.ts';
import { clustersPage } from '../pages/clusters-page.ts';
import { firstPage, MOST_CLUSTERS, MOST_QUIET } from '../pages/first-page.ts';
import { changesPage, MOST_HITS, problemsPage, searchPage } from '../pages/list-pages.ts';
import { nodePage } from '../pages/node-page.ts';
import { PAGE_SIZE } from '../pages/page-parts.ts';
import { problemPage, resolvedPage } from '../pages/problem-page.ts';
import { FUTURE } from '../receive/future-digest.ts';
import { Refused } from '../receive/refusal.ts';
import type { NodeRow } from '../store/hub-store.ts';
import { clusterNamed } from './cluster-named.ts';
import type { HubContext, HubEnv, HubParts } from './hub-parts.ts';
import { newestReport } from './node-report.ts';
import { reportPolicy } from './security-headers.ts';
import { pageContext, silentBefore } from './show-page.ts';
import { userOf } from './visitor.ts';

type Route = (parts: HubParts) => Handler<HubEnv>;

const DAY_MS = 86_400_000;
const MOST_CHANGES = 200;
const MOST_RUNS = 400;
const MOST_ALIKE = 50;
const TREND_DAYS = 30;

/** How many of a list stand before this page of it. */
export function offsetOf({ req }: HubContext): number {
  const offset = req.query('offset') ?? '';
  return /^\d{1,7}$/.test(offset) ? Number(offset) : 0;
}

const missing = (what: string): Refused => new Refused(404, `this hub has no such ${what}`);

export const showFleet: Route = (parts) => async (context) => {
  userOf(context);
  const { store, health, now } = parts;
  const ago = (days: number): string => new Date(now().getTime() - days * DAY_MS).toISOString();
  const before = silentBefore(parts);
  const state = { is: 'quiet', silentBefore: before } as const;
  const rows = await health.watch(async () => ({
    totals: await store.totals(before),
    groups: await store.groups({}),
    clusters: await store.clusters({ silentBefore: before, limit: MOST_CLUSTERS }),
    quiet: await store.nodes({ state, sort: { by: 'quiet', silentBefore: before }, limit: MOST_QUIET }),
    changes: await store.changes({ since: ago(1), limit: 50 }),
    trend: await store.trend(ago(TREND_DAYS)),
  }));
  return context.html(firstPage(rows, pageContext(parts, context)));
};

export const showClusters: Route = (parts) => async (context) => {
  userOf(context);
  const { text = '', sort } = context.req.query();
  const shown = {
    text: text.trim().slice(0, 100),
    sort: sort === 'name' ? sort : 'worst',
    offset: offsetOf(context),
  } as const;
  const filter = { ...shown, silentBefore: silentBefore(parts), limit: PAGE_SIZE + 1 };
  const clusters = await parts.health.watch(() => parts.store.clusters(filter));
  return context.html(clustersPage({ shown, clusters }, pageContext(parts, context)));
};

export const showCluster: Route = (parts) => async (context) => {
  userOf(context);
  const { store, health, now } = parts;
  const rows = await health.watch(async () => {
    const cluster = await store.cluster(context.req.param('id') ?? '');
    if (cluster === null) throw missing('cluster');
    const { clusterId } = cluster;
    const [nodes, areas, problems, changes, maintenance] = await Promise.all([
      store.nodes({ clusterId, revoked: false }),
      store.areas(clusterId),
      store.problems({ clusterId, acknowledged: false, limit: MOST_OF_CLUSTER, offset: 0 }),
      store.changes({ clusterId, limit: 50 }),
      store.maintenances({ clusterId, now: now().toISOString(), limit: 50 }),
    ]);
    return { ...cluster, nodes, areas, problems, changes, maintenance };
  });
  return context.html(clusterPage(rows, pageContext(parts, context)));
};

async function nodeOf({ store }: HubParts, context: HubContext): Promise<NodeRow> {
  const node = await store.node(context.req.param('id') ?? '');
  if (node === null) throw missing('node');
  return node;
}

export const showNode: Route = (parts) => async (context) => {
  userOf(context);
  const { store, health, now } = parts;
  const rows = await health.watch(async () => {
    const node = await nodeOf(parts, context);
    const { nodeId, clusterId } = node;
    const [problems, unjudged, runs, changes, windows] = await Promise.all([
      store.problems({ nodeId, limit: PAGE_SIZE, offset: 0 }),
      store.unjudged(clusterId),
      store.runs(nodeId, MOST_RUNS),
      store.changes({ nodeId, limit: 50 }),
      node.maintenanceUntil === null ? [] : store.maintenances({ clusterId, now: now().toISOString(), limit: 500 }),
    ]);
    const maintenance = windows.filter(({ scope, scopeId }) => scope === 'cluster' || scopeId === nodeId);
    const own = unjudged.get(nodeId) ?? [];
    // Told by the rows: this page opens no report.
    const hasReport = node.lastTakenAt !== null && !own.some(({ code }) => code === FUTURE);
    return { node, problems, unjudged: own, runs, changes, hasReport, maintenance };
  });
  return context.html(nodePage(rows, pageContext(parts, context)));
};

export const showReport: Route = (parts) => async (context) => {
  userOf(context);
  const { store, health } = parts;
  const report = await health.watch(async () => await newestReport(store, (await nodeOf(parts, context)).nodeId));
  if (report === null)
    throw new Refused(404, 'this version of the hub can show no report of this node: wait for one, or update the hub');
  const html = renderHtml(report);
  context.header('Content-Security-Policy', reportPolicy(html));
  return context.html(html);
};

export const showProblem: Route = (parts) => async (context) => {
  userOf(context);
  const { store, health } = parts;
  const problemId = context.req.param('problemId') ?? '';
  const html = await health.watch(async () => {
    const node = await nodeOf(parts, context);
    const { nodeId } = node;
    const [problem, history, report] = await Promise.all([
      store.problem(nodeId, problemId),
      store.changes({ nodeId, problemId, limit: 50 }),
      newestReport(store, nodeId),
    ]);
    if (problem === null && history.length === 0) throw missing('problem');
    if (problem === null) return resolvedPage({ nodeId, node: node.node, history }, pageContext(parts, context));
    const told = report?.problems.find(({ id }) => id === problemId);
    const keys = new Set(told?.findings);
    const findings = (report?.findings ?? []).filter((finding) => keys.has(findingKey(finding)));
    const detail = told === undefined || report === null ? null : { takenAt: report.takenAt, problem: told, findings };
    const others = await store.problems({ code: problem.code, limit: MOST_ALIKE, offset: 0 });
    const alike = others.filter((one) => one.nodeId !== nodeId);
    const rows = { problem, detail, lastContactAt: node.lastContactAt, history, alike };
    return problemPage(rows, pageContext(parts, context));
  });
  return context.html(html);
};

export const showProblems: Route = (parts) => async (context) => {
  userOf(context);
  const { code = '', cluster: word = '', severity, acknowledged } = context.req.query();
  const known = SEVERITIES.find((one) => one === severity);
  const { store, health } = parts;
  const rows = await health.watch(async () => {
    const cluster = await clusterNamed(parts, word);
    const filter = {
      ...(code === '' ? {} : { code }),
      ...(cluster.chosen === null ? {} : { clusterId: cluster.chosen.clusterId }),
      ...(known === undefined ? {} : { severity: known }),
      ...(acknowledged === 'yes' || acknowledged === 'no' ? { acknowledged: acknowledged === 'yes' } : {}),
      offset: offsetOf(context),
    };
    const isKnown = cluster.text === '' || cluster.chosen !== null;
    return { cluster, filter, problems: isKnown ? await store.problems({ ...filter, limit: PAGE_SIZE + 1 }) : [] };
  });
  return context.html(problemsPage(rows, pageContext(parts, context)));
};

export const showChanges: Route = (parts) => async (context) => {
  userOf(context);
  const changes = await parts.health.watch(() => parts.store.changes({ limit: MOST_CHANGES }));
  return context.html(changesPage(changes, pageContext(parts, context)));
};

export const showSearch: Route = (parts) => async (context) => {
  userOf(context);
  const text = (context.req.query('q') ?? '').trim().slice(0, 200);
  const hits = text === '' ? [] : await parts.health.watch(() => parts.store.search(text, MOST_HITS));
  return context.html(searchPage(text, hits, pageContext(parts, context)));
};
