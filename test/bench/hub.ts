/**
 * `npm run bench:hub`: what a hub costs, on SQLite, on PostgreSQL, and two of them on one PostgreSQL. `--nodes 10000`, `--minutes 1` of
 * reports as fast as they are taken, `--clusters 200`, `--sick 2000` nodes with 11 problems each, `--day-nodes 500` for a day of growth.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { newKeys } from '../hub/server/running-hub.ts';
import {
  cpuSecondsOf,
  type PostgresqlServer,
  postgresqlPrograms,
  startPostgresql,
} from '../hub/store/postgresql-server.ts';
import type { Spread } from './hub-figures.ts';
import { messages } from './hub-messages.ts';
import { enrolAll } from './hub-nodes.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '1' },
    clusters: { type: 'string', default: '200' },
    sick: { type: 'string', default: '' },
    'day-nodes': { type: 'string', default: '500' },
    only: { type: 'string', default: 'sqlite,postgresql' },
  },
});
const nodes = Number(values.nodes);
const clusters = Math.min(nodes, Number(values.clusters));
const sick = values.sick === '' ? Math.ceil(nodes / 5) : Number(values.sick);
const dayNodes = Math.min(Number(values['day-nodes']), sick);
const seconds = Math.max(2, Number(values.minutes) * 60);

interface Measured<T> {
  readonly result: T;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
}

type Ingested = { readonly count: number; readonly took: Spread };
type Paged = { readonly open: number; readonly pages: Readonly<Record<string, Spread & { readonly cpu: number }>> };
type Day = { readonly reports: number; readonly grownBytes: number };

const SERVE = fileURLToPath(new URL('./hub-serve.ts', import.meta.url));
const CLIENT = fileURLToPath(new URL('./hub-client.ts', import.meta.url));
const keys = newKeys();
const WORKER = fileURLToPath(new URL('./hub-worker.ts', import.meta.url));
const print = (name: string, text: string): void => console.log(`${name.padEnd(42)} ${text}`);
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;

async function worker<T>(phase: string, address: string, count: number): Promise<Measured<T>> {
  const args = [WORKER, phase, address, `${count}`, `${sick}`, `${seconds}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const data of child.stdout) output += data;
  return JSON.parse(output);
}

function printIngest(name: string, hubs: readonly Measured<Ingested>[], serverCpuSeconds: number): void {
  const count = hubs.reduce((sum, { result }) => sum + result.count, 0);
  const wall = Math.max(...hubs.map(({ wallSeconds }) => wallSeconds));
  const cpu = hubs.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const worst = (part: 'p50' | 'p99'): string => ms(Math.max(...hubs.map(({ result }) => result.took[part])));
  print(`${name}: reports`, `${(count / wall).toFixed(0)}/s`);
  print(
    `${name}: processor of a report`,
    `hub ${ms((cpu * 1000) / count)}, server ${ms((serverCpuSeconds * 1000) / count)}`,
  );
  print(`${name}: answered with 64 waiting`, `p50 ${worst('p50')}, p99 ${worst('p99')}`);
  print(`${name}: memory of a hub`, `${Math.max(...hubs.map(({ rssMb }) => rssMb)).toFixed(0)} MB`);
}

/** The whole hub over HTTP, with signed requests and pages of somebody who is logged in. */
async function measureHttp(name: string, address: string): Promise<void> {
  const hub = spawn(process.execPath, [SERVE, address], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: hub.stdout });
  const { port, cookie } = JSON.parse((await once(lines, 'line'))[0]);
  const client = spawn(process.execPath, [CLIENT, `${port}`, cookie, `${sick}`, `${nodes}`, `${seconds}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HUB_BENCH_KEY: keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() },
  });
  const told = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  const before = cpuSecondsOf(hub.pid ?? 0);
  const ingested = JSON.parse((await told.next()).value ?? '');
  const cpu = cpuSecondsOf(hub.pid ?? 0) - before;
  const { count, ingestSeconds, took } = ingested;
  print(
    `${name}, HTTP: reports`,
    `${(count / ingestSeconds).toFixed(0)}/s, hub ${ms((cpu * 1000) / count)} of processor each`,
  );
  print(`${name}, HTTP: answered with 32 waiting`, `p50 ${ms(took.p50)}, p99 ${ms(took.p99)}`);
  const pages: Readonly<Record<string, Spread>> = JSON.parse((await told.next()).value ?? '');
  for (const [page, of] of Object.entries(pages))
    print(`${name}, HTTP: ${page}`, `p50 ${ms(of.p50)}, p99 ${ms(of.p99)} of ${of.count}`);
  const status = readFileSync(`/proc/${hub.pid}/status`, 'utf8');
  print(
    `${name}, HTTP: most memory of the hub`,
    `${((Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1.024) / 1000).toFixed(0)} MB`,
  );
  hub.stdin.end();
  await once(hub, 'exit');
}

async function measure(name: string, address: string, server: PostgresqlServer | null): Promise<void> {
  const serverCpu = (): number => server?.cpuSeconds() ?? 0;
  await enrolAll(address, nodes, clusters, keys.publicKey);
  const filled = await worker<number>('fill', address, nodes);
  print(`${name}: first reports of all nodes`, `${(nodes / filled.wallSeconds).toFixed(0)}/s`);
  for (const hubs of server === null ? [1] : [1, 2]) {
    const before = serverCpu();
    const all = await Promise.all(Array.from({ length: hubs }, () => worker<Ingested>('ingest', address, nodes)));
    printIngest(hubs === 1 ? name : `${name}, ${hubs} hubs`, all, serverCpu() - before);
  }
  const paged = await worker<Paged>('pages', address, nodes);
  print(`${name}: open problems`, `${paged.result.open}`);
  for (const [page, took] of Object.entries(paged.result.pages))
    print(
      `${name}: ${page}`,
      `p50 ${ms(took.p50)}, p99 ${ms(took.p99)} of ${took.count}; processor of the hub p50 ${ms(took.cpu)}`,
    );
  print(`${name}: memory of a hub with pages`, `${paged.rssMb.toFixed(0)} MB`);
  await measureHttp(name, address);
  const day = await worker<Day>('day', address, dayNodes);
  const perNode = day.result.grownBytes / dayNodes;
  print(
    `${name}: a day of ${dayNodes} nodes`,
    `${(perNode / 1000).toFixed(1)} kB of a node, ${day.result.reports} reports`,
  );
}

console.log(
  `${nodes} nodes of ${clusters} clusters, ${sick} of them with 11 problems; ${(await messages()).sizes.join('; ')}`,
);
if (values.only.includes('sqlite')) {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-bench-hub-'));
  try {
    await measure('SQLite', `${folder}/hub.db`, null);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
if (values.only.includes('postgresql') && postgresqlPrograms() === null) console.log('PostgreSQL is not installed');
else if (values.only.includes('postgresql')) {
  const server = await startPostgresql();
  try {
    await measure('PostgreSQL', await server.database(), server);
  } finally {
    await server.end();
  }
}
console.log(
  `load of this machine in the last minutes: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}`,
);
