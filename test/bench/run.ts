/**
 * npm run bench [-- RUNS]: builds nodes of 500 entries / 125 guests, of 2 000 / 500 with 500 mounts and 200 mount namespaces,
 * and of 10 000 / 5 000 in the lab, and measures there, side by side in one run, the check against the floor (the same commands
 * and file reads alone) and the runtime's own start.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bunPath } from '../../tools/setup.mjs';
import type { Run } from './measure.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const RUNS = process.argv[2] ?? '5';
const NODES = [
  { entries: 500, guests: 125, mounts: 0, namespaces: 0 },
  { entries: 2_000, guests: 500, mounts: 500, namespaces: 200 },
  { entries: 10_000, guests: 5_000, mounts: 0, namespaces: 0 },
] as const;

type Results = Readonly<Record<string, readonly Run[]>>;

function measureNode({ entries, guests, mounts, namespaces }: (typeof NODES)[number]): Results {
  const runtime = bunPath();
  const measuring = [runtime, `${REPOSITORY}/test/bench/measure.ts`, RUNS, runtime, REPOSITORY];
  const command = [
    runtime,
    `${REPOSITORY}/test/lab/bench-node.ts`,
    entries,
    guests,
    mounts,
    namespaces,
    ...measuring,
  ].join(' ');
  const boot = spawnSync(`${REPOSITORY}/test/lab/boot`, ['-u', '-m', '6G', '-t', '1500', '--', command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  const line = boot.stdout.split('\n').find((text) => text.startsWith('BENCH '));
  if (line === undefined) throw new Error(`the guest measured nothing (exit ${boot.status}):\n${boot.stdout}`);
  return JSON.parse(line.slice('BENCH '.length)) as Results;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const medians = (runs: readonly Run[] = []) => ({
  wallMs: median(runs.map(({ wallMs }) => wallMs)),
  cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
  peakMib: median(runs.map(({ peakKib }) => peakKib)) / 1024,
  exitCode: runs[0]?.exitCode ?? -1,
});

function table(results: Results): void {
  const floor = medians(results['floor']);
  const bare = medians(results['bare runtime']);
  console.log(
    `${'program'.padEnd(18)}${['wall ms', 'CPU ms', 'peak MiB', 'x floor', 'x bare', 'exit'].map((head) => head.padStart(10)).join('')}`,
  );
  for (const [name, runs] of Object.entries(results)) {
    const { wallMs, cpuMs, peakMib, exitCode } = medians(runs);
    const cells = [
      wallMs.toFixed(0),
      cpuMs.toFixed(0),
      peakMib.toFixed(0),
      (wallMs / floor.wallMs).toFixed(2),
      (wallMs / bare.wallMs).toFixed(2),
      exitCode,
    ];
    console.log(name.padEnd(18) + cells.map((cell) => String(cell).padStart(10)).join(''));
  }
}

const setup = spawnSync('bash', [`${REPOSITORY}/test/lab/setup.sh`], { stdio: 'inherit' });
if (setup.status !== 0) process.exit(setup.status ?? 1);
const own: number[] = [];
for (const node of NODES) {
  const results = measureNode(node);
  const { entries, guests, mounts, namespaces } = node;
  console.log(
    `\n${entries} entries, ${guests} guests, ${mounts} mounts in ${namespaces + 1} namespaces (medians of ${RUNS} runs, taking turns)`,
  );
  table(results);
  own.push(medians(results['check']).cpuMs - medians(results['floor']).cpuMs);
}
const [small = Number.NaN, , big = Number.NaN] = own;
console.log(
  `\nCPU above the floor: ${small.toFixed(0)} ms for 500 entries, ${big.toFixed(0)} ms for 10 000: x ${(big / small).toFixed(1)} for x 20 entries`,
);
