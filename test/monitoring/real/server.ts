import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderPrometheus } from '../../../src/render/prometheus.ts';
import { CAPTURES } from '../../capture-files.ts';
import { largeReport } from '../../data/large-report.ts';
import { hostileReport } from '../../data/sample-report.ts';
import { ROOT } from '../../repo/repository.ts';
import { RULES } from '../queries.ts';
import { PROGRAMS, start } from './programs.ts';

/** Nodes whose metrics the real program writes from a capture, and two whose report is made up. */
const SITUATIONS = [
  ...['example-node', 'healthy-mixed-node', 'pmxcfs-not-mounted', 'lvm-hangs-first'],
  ...['mounts-in-containers', 'mounts-full-and-read-only', 'mounts-ten-dead', 'not-a-pve-node'],
] as const;
const MADE_UP = { hostile: hostileReport, large: largeReport } as const;

export const NODES: readonly string[] = [...SITUATIONS, ...Object.keys(MADE_UP)];

export interface RunningPrometheus {
  /** The answer of its HTTP API; an error there is an error here. */
  readonly api: (path: string, parameters: Readonly<Record<string, string>>) => Promise<unknown>;
  /** What the file of a node says. */
  readonly textOf: (node: string) => string;
  readonly stop: () => void;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** As the timer does it, with the umask of the timer's unit at its strictest. */
function writeMetrics(node: string, file: string): void {
  const made = node in MADE_UP ? MADE_UP[node as keyof typeof MADE_UP] : null;
  if (made !== null) {
    writeFileSync(file, renderPrometheus(made));
    return;
  }
  const capture = join(CAPTURES, node, 'capture.json');
  const shell = 'umask 077; exec "$0" check --format prometheus --from "$1" -o "$2"';
  const done = spawnSync('/bin/sh', ['-c', shell, join(ROOT, 'bin/pve-doctor'), capture, file], { encoding: 'utf8' });
  if ((done.status ?? 99) > 3) throw new Error(`${node}: ended with ${done.status}: ${done.stderr}`);
}

/** A node_exporter for each node, which reads its file as `nobody`, and a Prometheus that scrapes them all. */
export async function startPrometheus(): Promise<RunningPrometheus> {
  const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-prometheus-'));
  chmodSync(scratch, 0o755);
  const children: ReturnType<typeof start>[] = [];
  const fileOf = (node: string) => join(scratch, node, 'pve-doctor.prom');
  const targets: { targets: string[]; labels: { instance: string } }[] = [];
  for (const node of NODES) {
    mkdirSync(join(scratch, node));
    writeMetrics(node, fileOf(node));
    const port = await freePort();
    targets.push({ targets: [`127.0.0.1:${port}`], labels: { instance: node } });
    const collectors = ['--collector.disable-defaults', '--collector.textfile'];
    const folder = `--collector.textfile.directory=${join(scratch, node)}`;
    children.push(start(PROGRAMS.nodeExporter, [...collectors, folder, `--web.listen-address=127.0.0.1:${port}`]));
  }
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(scratch, 'rules.yml')],
    scrape_configs: [{ job_name: 'node', static_configs: targets }],
  };
  // JSON is YAML. The rules lie where `nobody` can read them.
  writeFileSync(join(scratch, 'prometheus.yml'), JSON.stringify(config));
  writeFileSync(join(scratch, 'rules.yml'), readFileSync(join(ROOT, RULES)));
  mkdirSync(join(scratch, 'data'));
  if (process.getuid?.() === 0) chownSync(join(scratch, 'data'), 65534, 65534);
  const port = await freePort();
  const server = start(PROGRAMS.prometheus, [
    `--config.file=${join(scratch, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(scratch, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  children.push(server);
  const stop = () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  };
  const api: RunningPrometheus['api'] = async (path, parameters) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const body = (await answer.json()) as { status: string; data: unknown; error?: string };
    if (body.status !== 'success') throw new Error(`${path} ${JSON.stringify(parameters)}: ${body.error}`);
    return body.data;
  };
  try {
    await untilScraped(api);
  } catch (error) {
    stop();
    throw new Error(`${error instanceof Error ? error.message : error}\n${server.output().slice(-4000)}`);
  }
  return { api, textOf: (node) => readFileSync(fileOf(node), 'utf8'), stop };
}

/** Every node scraped, and the rules evaluated after that. */
async function untilScraped(api: RunningPrometheus['api']): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    await sleep(500);
    const data = await api('query', { query: 'pve_doctor_info' }).catch(() => null);
    const { result = [] } = (data ?? {}) as { result?: unknown[] };
    if (result.length < NODES.length) continue;
    await sleep(3000);
    return;
  }
  throw new Error('Prometheus did not get the metrics of every node within a minute');
}
