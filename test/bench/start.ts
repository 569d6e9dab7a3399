/**
 * npm run bench:start [-- RUNS]: how long the program takes to begin, and how much memory it takes, compiled as it is shipped
 * and from the source; needs neither root nor the lab. The programs take turns, so that noise is shared.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProgram } from '../../tools/build-program.ts';
import { HOST_ARCHITECTURE } from '../../tools/build-runtime.ts';
import { bunPath, node24Path } from '../../tools/setup.mjs';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const CAPTURES = `${REPOSITORY}/test/captures`;
const RUNS = Number(process.argv[2] ?? 15);

const JOBS: Readonly<Record<string, readonly string[]>> = {
  '--version': ['--version'],
  '--help': ['--help'],
  'explain DM001': ['explain', 'DM001'],
  'check --from (11 entries)': ['check', '--from', `${CAPTURES}/example-node/capture.json`],
  'check --from (30 mounts)': ['check', '--from', `${CAPTURES}/mounts-ten-dead/capture.json`],
};

interface Figures {
  readonly wallMs: number;
  readonly peakKib: number;
}

function measure(argv: readonly string[]): Figures {
  const done = spawnSync('perl', [`${REPOSITORY}/test/bench/rusage.pl`, ...argv], { encoding: 'utf8', cwd: '/' });
  const [wallMs = Number.NaN, , peakKib = Number.NaN, status = 70] = done.stdout.trim().split(' ').map(Number);
  if (status > 3) throw new Error(`${argv.join(' ')} ended with ${status}`);
  return { wallMs, peakKib };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function programs(folder: string): Readonly<Record<string, readonly string[]>> {
  const compiled = join(folder, 'pve-doctor');
  if (!buildProgram(HOST_ARCHITECTURE, compiled)) throw new Error('the program cannot be built');
  console.log(`compiled: ${(statSync(compiled).size / 1e6).toFixed(1)} MB\n`);
  const node = node24Path();
  const source = `${REPOSITORY}/src/main.ts`;
  return {
    compiled: [compiled],
    'source, Bun': [bunPath(), source],
    ...(node === null ? {} : { 'source, Node 24': [node, source] }),
  };
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-bench-'));
  try {
    const started = Object.entries(programs(folder));
    console.log(`${'medians'.padEnd(28)}${started.map(([name]) => name.padStart(26)).join('')}`);
    for (const [job, args] of Object.entries(JOBS)) {
      const runs = started.map((): Figures[] => []);
      for (let turn = 0; turn <= RUNS; turn += 1)
        for (const [at, [, argv]] of started.entries()) {
          const figures = measure([...argv, ...args]);
          // The first turn reads the files from the disk.
          if (turn > 0) runs[at]?.push(figures);
        }
      const cells = runs.map((own) => {
        const [wall, peak] = [
          median(own.map(({ wallMs }) => wallMs)),
          median(own.map(({ peakKib }) => peakKib)) / 1024,
        ];
        return `${wall.toFixed(1)} ms, ${peak.toFixed(0)} MiB`.padStart(26);
      });
      console.log(`${job.padEnd(28)}${cells.join('')}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
