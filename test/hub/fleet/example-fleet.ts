import { createHash, generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { hashOf, newToken } from '../../../src/hub/receive/enrol.ts';
import { readReport } from '../../../src/hub/receive/read-report.ts';
import type { DigestProblem, HubStore, IncomingReport } from '../../../src/hub/store/hub-store.ts';
import { everywhere } from '../../../src/model/report/area-cell.ts';
import type { Report } from '../../../src/model/report/report.ts';
import { readCapture, reportOf } from '../../capture-files.ts';
import { DAYS, STORIES, type Story } from './stories.ts';

/**
 * Fills a store as forty nodes of three clusters would have in thirty days: reports of recorded nodes, judged by this version, under other
 * names and times. They are taken in as from the network, whole and by the same reader.
 */
export async function fillExampleFleet(store: HubStore, now: Date): Promise<void> {
  const ids = new Map<string, string>();
  for (const story of STORIES) ids.set(idOf(story), await enrolled(store, story, at(now, DAYS)));
  const looks = (await Promise.all(STORIES.map((story) => looksOf(story, now)))).flat();
  looks.sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
  const said = STORIES.flatMap((story) => (story.acknowledged === null ? [] : [{ story, ...story.acknowledged }]));
  const spoken = new Set<Story>();
  for (const batch of batchesOf(looks)) {
    await store.keep(batch.map((look) => incoming(look, ids.get(idOf(look.story)) ?? '')));
    for (const { story, daysAgo, reason } of said) {
      const [first] = batch;
      const moment = at(now, daysAgo);
      if (first === undefined || first.receivedAt.getTime() < moment.getTime() || spoken.has(story)) continue;
      spoken.add(story);
      await acknowledgeFirst(store, ids.get(idOf(story)) ?? '', reason, moment.toISOString());
    }
  }
}

const DAY_MS = 86_400_000;

const idOf = ({ cluster, node }: Story): string => `${cluster}/${node}`;

const at = (now: Date, daysAgo: number): Date => new Date(now.getTime() - daysAgo * DAY_MS);

async function enrolled(store: HubStore, { cluster, node }: Story, when: Date): Promise<string> {
  const [token, now] = [newToken(), when.toISOString()];
  const expiresAt = new Date(when.getTime() + DAY_MS).toISOString();
  await store.addToken({ hash: hashOf(token), cluster, createdAt: now, createdBy: 'example', expiresAt, usesLeft: 1 });
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const machineId = createHash('md5').update(`${cluster}/${node}`).digest('hex');
  const identity = { cluster, node, machineId };
  const result = await store.enrol({ ...identity, tokenHash: hashOf(token), publicKey, toolVersion: '0.1.0' }, now);
  if (result.state === 'refused') throw new Error(`${cluster}/${node} was refused: ${result.reason}`);
  return result.nodeId;
}

interface Look {
  readonly story: Story;
  readonly receivedAt: Date;
  readonly report: Report;
}

/** One look each day, one at the beginning of each phase, and one of the last quarter of an hour. */
async function looksOf(story: Story, now: Date): Promise<readonly Look[]> {
  const days = Array.from({ length: DAYS }, (_, day) => DAYS - day);
  const starts = story.phases.map(([daysAgo]) => daysAgo);
  const moments = [...new Set([...days, ...starts, story.silentDays + minutes(story)])].filter(
    (daysAgo) => daysAgo >= story.silentDays,
  );
  return await Promise.all(
    moments.map(async (daysAgo) => ({
      story,
      receivedAt: at(now, daysAgo),
      report: await recorded(phaseAt(story, daysAgo)),
    })),
  );
}

/** Not all in one moment. */
const minutes = ({ node }: Story): number => (1 + (createHash('md5').update(node).digest()[0] ?? 0) / 20) / 1440;

const phaseAt = ({ phases }: Story, daysAgo: number): string =>
  phases.findLast(([from]) => from >= daysAgo)?.[1] ?? phases[0]?.[1] ?? '';

const REPORTS = new Map<string, Promise<Report>>();

function recorded(situation: string): Promise<Report> {
  const known = REPORTS.get(situation) ?? reportOf(readCapture(situation), 'live');
  REPORTS.set(situation, known);
  return known;
}

/** Its own name wherever the recorded node has its own. */
function renamed(report: Report, name: string): Report {
  const own = new RegExp(`(?<![\\w-])${report.node}(?![\\w-])`, 'g');
  return JSON.parse(JSON.stringify(report).replace(own, name)) as Report;
}

function incoming({ story, receivedAt, report }: Look, nodeId: string): IncomingReport {
  const takenAt = new Date(receivedAt.getTime() + story.clockAheadMs).toISOString();
  const { schemaVersion = null } = story;
  const told = { ...renamed(report, story.node), takenAt, ...(schemaVersion === null ? {} : { schemaVersion }) };
  const json = Buffer.from(JSON.stringify(told));
  const read = readReport(json, story.node, takenAt);
  if ('wrong' in read) throw new Error(`${idOf(story)}: ${read.wrong}`);
  const contentDigest = createHash('sha256').update(JSON.stringify(read.digest)).digest('hex');
  return {
    nodeId,
    takenAt,
    receivedAt: receivedAt.toISOString(),
    contentDigest,
    body: gzipSync(json),
    digest: read.digest,
  };
}

const BATCH = 50;

const batchesOf = (looks: readonly Look[]): readonly (readonly Look[])[] =>
  Array.from({ length: Math.ceil(looks.length / BATCH) }, (_, index) =>
    looks.slice(index * BATCH, (index + 1) * BATCH),
  );

async function acknowledgeFirst(store: HubStore, nodeId: string, reason: string, now: string): Promise<void> {
  const [problem] = await store.problems({ nodeId, limit: 1, offset: 0 });
  if (problem === undefined) return;
  const { id, severity } = problem;
  await store.acknowledge({ nodeId }, { id, severity, by: 'anna', reason, at: now, until: null });
}

const HOSTILE = `<img src=x onerror="window.escaped=1"> \u202egnp.exe \u{1f4a5} ${'x'.repeat(5000)}`;

/** A report of a node on which every name is an attack on whoever looks at it. */
export function hostileReport({ nodeId }: { readonly nodeId: string }, now: Date): IncomingReport {
  const problem: DigestProblem = {
    ...{ id: 'volume:hostile', kind: 'volume', severity: 'critical', who: HOSTILE, what: HOSTILE, code: 'DM013' },
    ...{ codes: ['DM013'], title: HOSTILE, bytes: null, next: HOSTILE, repairable: false, acknowledged: false },
    guests: [{ vmid: 102, name: HOSTILE, type: 'qemu', node: HOSTILE, state: 'running' }],
    findings: [HOSTILE],
  };
  const cell = { state: 'critical', problems: 1, because: HOSTILE, waits: HOSTILE } as const;
  const time = now.toISOString();
  return {
    ...{ nodeId, takenAt: time, receivedAt: time, contentDigest: 'a'.repeat(64), body: gzipSync('{}') },
    digest: {
      ...{ pveVersion: HOSTILE, toolVersion: HOSTILE, schemaVersion: 1, status: 'critical', grade: 'F', score: 0 },
      ...{ problems: [problem], areas: everywhere(() => cell), unjudged: [{ code: HOSTILE, because: HOSTILE }] },
      ...{ notSeen: 1, indexedNames: [{ kind: 'guest', name: HOSTILE, problemId: 'volume:hostile' }] },
      ...{ notJudged: [], checkCodes: [HOSTILE], guests: [102], fullness: [] },
    },
  };
}
