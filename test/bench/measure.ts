/**
 * Measures whole processes on the node that it runs on: `measure.ts RUNS PROGRAM FLOOR [SCRIPT]`. The programs take turns, so
 * that a noisy machine is noisy for all of them; the first turn, which reads them from the disk, does not count. Prints one JSON
 * line.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakKib: number;
  readonly exitCode: number;
}

export interface Measured {
  readonly children: number;
  /** More of them, which only a node with others in its cluster starts. */
  readonly clusterChildren: number;
  readonly reads: number;
  readonly findings: number;
  readonly programs: Readonly<Record<string, readonly Run[]>>;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const [runs = '5', program = '', floor = '', script = ''] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-bench-'));
const list = join(folder, 'floor.list');
const capture = join(folder, 'capture.json');

function output(argv: readonly [string, ...string[]]): string {
  const [name, ...args] = argv;
  const done = spawnSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error(`${argv.join(' ')} ended with ${done.status}`);
  return done.stdout;
}

function measure(argv: readonly string[]): Run {
  const done = spawnSync('perl', [join(HERE, 'rusage.pl'), ...argv], { encoding: 'utf8' });
  const [wallMs = 0, cpuMs = 0, peakKib = 0, exitCode = 0] = done.stdout.trim().split(' ').map(Number);
  return { wallMs, cpuMs, peakKib, exitCode };
}

const all = join(folder, 'floor-all.list');
output([process.execPath, join(HERE, 'record.ts'), all, 'all']);
const recorded = JSON.parse(output([process.execPath, join(HERE, 'record.ts'), list])) as Omit<Measured, 'programs'>;
output([program, 'capture', '-o', capture]);
const programs: Readonly<Record<string, readonly string[]>> = {
  floor: [floor, list],
  'floor, every process': [floor, all],
  '--version': [program, '--version'],
  check: [program, 'check'],
  'check --format json': [program, 'check', '--format', 'json'],
  'publish --print': [program, 'publish', '--print'],
  'check --from capture': [program, 'check', '--format', 'json', '--from', capture],
};
const results = new Map<string, Run[]>(Object.keys(programs).map((name) => [name, []]));
for (let turn = 0; turn <= Number(runs); turn++)
  for (const [name, argv] of Object.entries(programs)) {
    const run = measure(argv);
    if (turn > 0) results.get(name)?.push(run);
  }
// One time: it takes long.
if (script !== '') results.set('the script', [measure(['bash', script])]);
console.log(`BENCH ${JSON.stringify({ ...recorded, programs: Object.fromEntries(results) })}`);
