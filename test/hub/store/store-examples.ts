import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { DigestProblem, HubStore, IncomingReport, ReportDigest } from '../../../src/hub/store/hub-store.ts';
import { leftOutOn } from '../../../src/model/cluster/recorded-left-out.ts';
import type { Acknowledgement } from '../../../src/model/report/acknowledgement.ts';
import { ALL_JUDGED, cellOf, everywhere } from '../../../src/model/report/area-cell.ts';

/** Minutes after the first of the month, as the store writes times. */
export const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 1) + minutes * 60_000).toISOString();

export const exampleProblem = (id: string, more: Partial<DigestProblem> = {}): DigestProblem => ({
  ...{ id, kind: 'volume', severity: 'critical', who: `Volume ${id}`, what: 'cannot start', code: 'DM013' },
  ...{ codes: ['DM013'], title: 'Dead entry', guests: [], bytes: null, next: 'Remove it.', repairable: true },
  ...{ acknowledged: false, findings: (more.codes ?? ['DM013']).map((code) => `${code}/volume//${id}`), ...more },
});

export const exampleDigest = (problems: readonly DigestProblem[], more: Partial<ReportDigest> = {}): ReportDigest => ({
  ...{ pveVersion: '9.0.3', toolVersion: '0.1.0', schemaVersion: 1, status: 'critical', grade: 'D', score: 40 },
  ...{ problems, areas: everywhere(() => cellOf([], ALL_JUDGED, true)), unjudged: [], notSeen: 0, indexedNames: [] },
  ...{ checkCodes: ['DM013', 'LV010', 'MNT001', 'MNT005', 'VOL002'], guests: [100], fullness: [] },
  notJudged: leftOutOn('', more.unjudged ?? []).map((one) => ({ ...one, node: null })),
  ...more,
});

export interface ExampleReport {
  readonly problems?: readonly DigestProblem[];
  readonly digest?: Partial<ReportDigest>;
  readonly contentDigest?: string;
  readonly takenAt?: string;
  readonly body?: string;
}

/** Received at that minute, and taken then where nothing else is said. */
export const exampleReport = (
  nodeId: string,
  minute: number,
  {
    problems = [],
    digest = {},
    contentDigest = `digest ${minute}`,
    takenAt = at(minute),
    body = `body ${minute}`,
  }: ExampleReport = {},
): IncomingReport => ({
  ...{ nodeId, takenAt, receivedAt: at(minute), contentDigest, body: gzipSync(body) },
  digest: exampleDigest(problems, digest),
});

export const said = (id: string, more: Partial<Acknowledgement> = {}): Acknowledgement => ({
  ...{ id, severity: 'critical', by: 'ann', reason: 'known', at: at(5), until: null, ...more },
});

/** A token that does for many nodes. Gives its hash. */
export async function exampleToken(store: HubStore, more: { readonly cluster?: string; readonly uses?: number } = {}) {
  const hash = randomBytes(32).toString('hex');
  const { cluster = '', uses = 100_000 } = more;
  await store.addToken({ hash, cluster, createdAt: at(0), createdBy: 'ann', expiresAt: at(60), usesLeft: uses });
  return hash;
}

export const exampleIdentity = (cluster: string, node: string, machineId = randomBytes(16).toString('hex')) => ({
  ...{ cluster, node, machineId, publicKey: `key of ${cluster}/${node}/${machineId}`, toolVersion: '0.1.0' },
});

/** Enrols a node of that name and gives its id. */
export async function enrolled(store: HubStore, cluster: string, node: string): Promise<string> {
  const tokenHash = await exampleToken(store);
  const result = await store.enrol({ ...exampleIdentity(cluster, node), tokenHash }, at(0));
  if (result.state !== 'enrolled') throw new Error(`${cluster}/${node}: ${result.reason}`);
  return result.nodeId;
}
