/**
 * npm run bench [-- --lab] [--runs N] [--script FILE]: the program as it is shipped against a floor in C that reads the same files
 * and links and runs the same commands, by a recording of the check. On this machine a stage stands in for a node (root, gcc and
 * namespaces; commands that cost nothing); `--lab` measures in a virtual machine with real devices and LVM. `--script` is a
 * script to compare with, run on the same node. Ends with 1 where a bound is passed.
 *
 * There are two floors. `floor` reads what this check read, so it falls with every read that a check is spared, and the bounds are
 * ratios to it. `floor, every process` reads besides what every process and device has, as a check for a repair does and as every
 * check once did: it is the same work from one release to the next.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildProgram } from '../../tools/build-program.ts';
import { HOST_ARCHITECTURE } from '../../tools/build-runtime.ts';
import { NODE } from '../../tools/products.ts';
import { bunPath } from '../../tools/setup.mjs';
import type { Amounts } from './big-node/amounts.ts';
import { scaledTo } from './big-node/amounts.ts';
import type { Measured, Run } from './measure.ts';
import { canEnter, layOutStage, runOnStage } from './stage.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const { values: options } = parseArgs({
  options: {
    lab: { type: 'boolean' },
    runs: { type: 'string' },
    script: { type: 'string' },
    program: { type: 'string' },
  },
});
const RUNS = options.runs ?? '7';
const SIZES = [500, 10_000] as const;

/**
 * Of the small node, as ratios of the floor; children as a number; growth for twenty times the node; memory of the large one; how
 * many times as much processor time a script takes at least.
 */
const BOUNDS = { cpu: 3, wall: 2, children: 6, growth: 22, peakMib: 200, replayMib: 300, script: 100 } as const;

interface Tools {
  readonly program: string;
  readonly floor: string;
  readonly standIn: string;
}

/** Static: the lab has a C library of its own. */
function compile(folder: string, name: string): string {
  const made = join(folder, name);
  const done = spawnSync('gcc', ['-O2', '-static', '-o', made, join(REPOSITORY, 'test', 'bench', `${name}.c`)], {
    stdio: 'inherit',
  });
  if (done.error !== undefined)
    throw new Error('gcc is missing: the floor is a program in C (apt install gcc libc6-dev)');
  if (done.status !== 0) throw new Error(`${name}.c does not compile`);
  return made;
}

const measuring = ({ program, floor }: Tools): readonly string[] => [
  ...[bunPath(), join(REPOSITORY, 'test', 'bench', 'measure.ts'), RUNS, program, floor],
  ...(options.script === undefined ? [] : [options.script]),
];

/** 500 entries, 417 guests and 430 processes, and as many of everything for others; never more than 5 000 guests. */
const amountsOf = (entries: number): Amounts => ({
  ...scaledTo(entries),
  ...{ guests: Math.min(5000, Math.ceil((entries * 417) / 500)), processes: Math.ceil((entries * 430) / 500) },
  ...{ mounts: 0, containers: 0, missingMounts: 0, staleMounts: 0 },
});

function onStage(entries: number, tools: Tools, folder: string): string {
  const root = mkdtempSync(join(folder, 'stage-'));
  layOutStage(root, amountsOf(entries), tools.standIn);
  return runOnStage(root, tools.standIn, measuring(tools));
}

function inLab(entries: number, tools: Tools, folder: string): string {
  const setup = spawnSync('bash', [join(REPOSITORY, 'test', 'lab', 'setup.sh')], { stdio: 'inherit' });
  if (setup.status !== 0) throw new Error('the lab cannot be set up');
  const node = join(REPOSITORY, 'test', 'lab', 'bench-node.ts');
  const command = [bunPath(), node, entries, Math.ceil(entries / 2), 0, 0, ...measuring(tools)].join(' ');
  const boot = spawnSync(
    join(REPOSITORY, 'test', 'lab', 'boot'),
    ['-u', '-r', folder, '-m', '6G', '-t', '1500', '--', command],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return boot.stdout;
}

function measure(entries: number, tools: Tools, folder: string): Measured {
  const text = options.lab ? inLab(entries, tools, folder) : onStage(entries, tools, folder);
  const line = text.split('\n').find((candidate) => candidate.startsWith('BENCH '));
  if (line === undefined) throw new Error(`nothing was measured:\n${text}`);
  return JSON.parse(line.slice('BENCH '.length)) as Measured;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const medians = (runs: readonly Run[] = []) => ({
  wallMs: median(runs.map(({ wallMs }) => wallMs)),
  cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
  peakMib: median(runs.map(({ peakKib }) => peakKib)) / 1024,
});

const columns = ([name = '', ...cells]: readonly string[]): string =>
  name.padEnd(24) + cells.map((cell) => cell.padStart(12)).join('');

function table({ programs }: Measured): void {
  const floor = medians(programs['floor']);
  console.log(columns(['medians', 'CPU ms', 'x floor', 'wall ms', 'x floor', 'peak MiB', 'exit']));
  for (const [name, runs] of Object.entries(programs)) {
    const { wallMs, cpuMs, peakMib } = medians(runs);
    const [cpu, wall] = [(cpuMs / floor.cpuMs).toFixed(2), (wallMs / floor.wallMs).toFixed(2)];
    console.log(
      columns([name, cpuMs.toFixed(0), cpu, wallMs.toFixed(0), wall, peakMib.toFixed(0), `${runs[0]?.exitCode}`]),
    );
  }
}

function say(what: string, value: number, bound: number): void {
  const verdict = value <= bound ? 'within' : 'MORE THAN';
  if (!(value <= bound)) process.exitCode = 1;
  console.log(`${what}: ${value.toFixed(value < 100 ? 1 : 0)} (${verdict} ${bound})`);
}

function judge(small: Measured, large: Measured): void {
  const [floor, check] = [medians(small.programs['floor']), medians(small.programs['check --format json'])];
  const big = medians(large.programs['check --format json']);
  console.log('');
  say(`CPU at ${SIZES[0]} entries, x floor`, check.cpuMs / floor.cpuMs, BOUNDS.cpu);
  const every = medians(small.programs['floor, every process']);
  console.log(
    `against the files of every process: CPU ${(check.cpuMs / every.cpuMs).toFixed(1)}, wall ${(check.wallMs / every.wallMs).toFixed(1)}`,
  );
  say(`wall at ${SIZES[0]} entries, x floor`, check.wallMs / floor.wallMs, BOUNDS.wall);
  say('child processes, without those for other nodes of the cluster', small.children, BOUNDS.children);
  say(`CPU, ${SIZES[1] / SIZES[0]} times the node`, big.cpuMs / check.cpuMs, BOUNDS.growth);
  say(`peak MiB at ${SIZES[1]} entries`, big.peakMib, BOUNDS.peakMib);
  say('peak MiB with --from', medians(large.programs['check --from capture']).peakMib, BOUNDS.replayMib);
  const script = small.programs['the script'];
  if (script === undefined) return;
  const times = medians(script).cpuMs / check.cpuMs;
  if (!(times >= BOUNDS.script)) process.exitCode = 1;
  const verdict = times >= BOUNDS.script ? 'within' : 'LESS THAN';
  console.log(`CPU of the script, x check: ${times.toFixed(0)} (${verdict} ${BOUNDS.script})`);
}

function main(): void {
  if (!options.lab && !canEnter())
    throw new Error('a stage needs root and namespaces (unshare(1)); or measure in the lab with --lab');
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-bench-'));
  try {
    const program = options.program ?? join(folder, 'pve-doctor');
    if (options.program === undefined && !buildProgram(NODE, HOST_ARCHITECTURE, program))
      throw new Error('the program cannot be built');
    const tools = { program, floor: compile(folder, 'floor'), standIn: compile(folder, 'stand-in') };
    const where = options.lab ? 'in the lab, real device-mapper and LVM' : 'on a stage, commands that cost nothing';
    const results = SIZES.map((entries) => {
      const measured = measure(entries, tools, folder);
      const { children, clusterChildren, reads, findings } = measured;
      console.log(
        `\n${entries} entries, ${where}: ${reads} paths, ${children} child processes and ${clusterChildren} for the cluster, ${findings} findings; ${RUNS} runs`,
      );
      table(measured);
      return measured;
    });
    const [small, large] = results;
    if (small !== undefined && large !== undefined) judge(small, large);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
