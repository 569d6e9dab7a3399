/**
 * One hub of `npm run bench:hub`, in a process of its own: `hub-worker.ts PHASE ADDRESS NODES SICK SECONDS`. It does what a hub does
 * with a request once its signature is checked: unpacks, checks by the schema, digests, writes with what waits. Prints one JSON line.
 */
import { firstPage } from '../../src/hub/pages/first-page.ts';
import { groupCommit } from '../../src/hub/receive/group-commit.ts';
import { readPacked } from '../../src/hub/receive/read-packed.ts';
import type { HubStore, IncomingReport } from '../../src/hub/store/hub-store.ts';
import { openStore } from '../../src/hub/store/open-store.ts';
import { spread } from './hub-figures.ts';
import { contentOf, messages } from './hub-messages.ts';
import { idOf, nameOf } from './hub-nodes.ts';

const [phase = '', address = '', nodesText = '', sickText = '', secondsText = ''] = process.argv.slice(2);
const [nodes, sick, seconds] = [Number(nodesText), Number(sickText), Number(secondsText)];
const { messageOf } = await messages();
const store = await openStore(address);
const commit = groupCommit((batch: readonly IncomingReport[]) => store.keep(batch));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const startedAt = Date.now();
let made = 0;
/** Each call another moment, and each hub others, so that no report is one that was kept. */
const moment = (): string => {
  made += 1;
  return new Date(startedAt + process.pid * 10_000_000 + made).toISOString();
};

/** One report from the first byte to the answer; gives the milliseconds. */
async function report(number: number, kind: 'sick' | 'sick-changed' | 'well'): Promise<number> {
  const takenAt = moment();
  const { body, contentDigest } = messageOf(kind, nameOf(number), takenAt);
  const began = performance.now();
  const read = readPacked({ gzip: body, node: nameOf(number), takenAt });
  if (!('digest' in read)) throw new Error(JSON.stringify(read));
  const receivedAt = new Date().toISOString();
  const result = await commit.add({
    nodeId: idOf(number),
    takenAt,
    receivedAt,
    contentDigest,
    body,
    digest: read.digest,
  });
  if (result !== 'kept') throw new Error(result);
  return performance.now() - began;
}

/** Some clients, each with one request at a time. */
async function clients(count: number, work: () => Promise<boolean>): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (await work());
    }),
  );
}

/** Every node's first report. */
async function fill() {
  let next = 0;
  await clients(64, async () => {
    const number = next;
    next += 1;
    if (number >= nodes) return false;
    await report(number, number < sick ? 'sick' : 'well');
    return true;
  });
  return nodes;
}

/** Reports of nodes with 11 problems, as fast as they are taken; one in twenty says something new. */
async function ingest() {
  const took: number[] = [];
  const end = performance.now() + seconds * 1000;
  const changed = new Set<number>();
  await clients(64, async () => {
    // Apart from what another hub is sent, so that none waits for the other one's nodes.
    const number = Math.floor(Math.random() * sick);
    const changes = Math.random() < 0.05;
    if (changes && !changed.delete(number)) changed.add(number);
    took.push(await report(number, changed.has(number) ? 'sick-changed' : 'sick'));
    return performance.now() < end;
  });
  return { count: took.length, took: spread(took) };
}

/** The questions of each page, as `server/fleet-routes.ts` asks them, while reports come as often as nodes send them. */
async function pages() {
  let isOver = false;
  const background = (async () => {
    while (!isOver) {
      void report(Math.floor(Math.random() * sick), 'sick');
      await pause(900_000 / nodes);
    }
  })();
  const asked = questions(store);
  const figures: Record<string, { wall: number[]; cpu: number[] }> = {};
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end)
    for (const [name, ask] of Object.entries(asked)) {
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      await ask();
      const { user, system } = process.cpuUsage(cpu);
      figures[name] ??= { wall: [], cpu: [] };
      figures[name].wall.push(performance.now() - began);
      figures[name].cpu.push((user + system) / 1000);
      await pause(10);
    }
  isOver = true;
  await background;
  await commit.idle();
  const open = (await store.groups({})).reduce((sum, { problems }) => sum + problems, 0);
  const spreads = Object.fromEntries(
    Object.entries(figures).map(([name, { wall, cpu }]) => [name, { ...spread(wall), cpu: spread(cpu).p50 }]),
  );
  return { open, pages: spreads };
}

function questions(of: HubStore): Readonly<Record<string, () => Promise<unknown>>> {
  const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  const some = (): string => idOf(Math.floor(Math.random() * sick));
  const clusterId = async (): Promise<string> => (await of.node(some()))?.clusterId ?? '';
  const first = async () => {
    const [groups, quiet, changes, clusters, totals, trend] = await Promise.all([
      of.groups({}),
      of.nodes({
        state: { is: 'quiet', silentBefore: ago(45) },
        sort: { by: 'quiet', silentBefore: ago(45) },
        limit: 12,
      }),
      of.changes({ since: ago(24 * 60), limit: 50 }),
      of.clusters({ silentBefore: ago(45), limit: 20 }),
      of.totals(ago(45)),
      of.trend(ago(30 * 24 * 60)),
    ]);
    return { groups, quiet, changes, clusters, totals, trend };
  };
  const context = { now: ago(0), path: '/', viewer: null, csrf: '', awaySince: null, silentBefore: ago(45) };
  return {
    'first page, its questions': first,
    'first page, with its HTML': async () => String(firstPage(await first(), context)),
    cluster: async () => {
      const id = await clusterId();
      const problems = of.problems({ clusterId: id, acknowledged: false, limit: 500, offset: 0 });
      const rest = [
        of.cluster(id),
        of.nodes({ clusterId: id, revoked: false }),
        of.areas(id),
        of.changes({ clusterId: id, limit: 50 }),
      ];
      return await Promise.all([problems, ...rest]);
    },
    node: async () => {
      const nodeId = some();
      const lists = [
        of.problems({ nodeId, limit: 100, offset: 0 }),
        of.runs(nodeId, 200),
        of.changes({ nodeId, limit: 50 }),
      ];
      return await Promise.all([of.node(nodeId), of.body(nodeId), ...lists]);
    },
    problem: async () => {
      const nodeId = some();
      const [one] = await of.problems({ nodeId, limit: 1, offset: 0 });
      const changes = of.changes({ nodeId, problemId: one?.id ?? '', limit: 50 });
      return await Promise.all([
        of.problem(nodeId, one?.id ?? ''),
        changes,
        of.problems({ code: one?.code ?? '', limit: 50, offset: 0 }),
      ]);
    },
    'all problems': () => of.problems({ limit: 101, offset: 0 }),
    'page 20 of critical problems': () => of.problems({ severity: 'critical', limit: 101, offset: 2000 }),
    search: () => of.search(`${100 + Math.floor(Math.random() * 100)}`, 100),
  };
}

/** A day of nodes that mostly say that nothing changed; 2 in 100 looks say something new. */
async function day() {
  const before = await store.sizeBytes();
  const all = Array.from({ length: nodes }, (_, number) => number);
  const kinds = all.map((): 'sick' | 'sick-changed' => 'sick');
  // What they said before may be either.
  for (const number of all) await report(number, 'sick');
  let reports = 0;
  for (let look = 1; look <= 96; look += 1) {
    const at = new Date(startedAt + look * 900_000).toISOString();
    const changed = new Set(all.filter((number) => (number * 31 + look * 17) % 50 === 0));
    for (const number of changed) {
      const kind = kinds[number] === 'sick' ? 'sick-changed' : 'sick';
      kinds[number] = kind;
      await report(number, kind);
    }
    reports += changed.size;
    const quiet = all.filter((number) => !changed.has(number));
    const said = quiet.map((number) => ({
      nodeId: idOf(number),
      takenAt: at,
      receivedAt: at,
      contentDigest: contentOf(kinds[number] ?? ''),
    }));
    for (let place = 0; place < said.length; place += 50) {
      const results = await store.heartbeat(said.slice(place, place + 50));
      if (results.some((result) => result !== 'heard')) throw new Error('a node is not known by what it said');
    }
  }
  return { reports, grownBytes: (await store.sizeBytes()) - before };
}

const cpuBefore = process.cpuUsage();
const began = performance.now();
const phases: Readonly<Record<string, () => Promise<unknown>>> = { fill, ingest, pages, day };
const result = await phases[phase]?.();
const { user, system } = process.cpuUsage(cpuBefore);
const wallSeconds = (performance.now() - began) / 1000;
const rssMb = process.memoryUsage.rss() / 1e6;
console.log(JSON.stringify({ result, wallSeconds, cpuSeconds: (user + system) / 1e6, rssMb }));
await store.close();
process.exit(0);
