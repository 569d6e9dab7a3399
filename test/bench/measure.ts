/**
 * Measures whole processes on the node that it runs on: `measure.ts RUNS RUNTIME REPOSITORY`. The programs take turns, so
 * that a noisy machine is noisy for all of them. Prints one JSON line: name → the runs.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

export interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakKib: number;
  readonly exitCode: number;
}

const [runs = '5', runtime = 'bun', repository = '.'] = process.argv.slice(2);
const capture = '/run/bench-capture.json';
writeFileSync('/run/empty.ts', '');
spawnSync(runtime, [`${repository}/src/main.ts`, 'capture', '-o', capture], { stdio: 'inherit' });

const programs: Readonly<Record<string, readonly string[]>> = {
  'bare runtime': [runtime, '/run/empty.ts'],
  version: [runtime, `${repository}/src/main.ts`, '--version'],
  floor: [runtime, `${repository}/test/bench/floor.ts`, capture],
  check: [runtime, `${repository}/src/main.ts`, 'check', '--format', 'json'],
  'check, captured': [runtime, `${repository}/src/main.ts`, 'check', '--format', 'json', '--from', capture],
};

function measure(argv: readonly string[]): Run {
  const done = spawnSync('perl', [`${repository}/test/bench/rusage.pl`, ...argv], { encoding: 'utf8' });
  const [wallMs = 0, cpuMs = 0, peakKib = 0, exitCode = 0] = done.stdout.trim().split(' ').map(Number);
  return { wallMs, cpuMs, peakKib, exitCode };
}

const results = new Map<string, Run[]>(Object.keys(programs).map((name) => [name, []]));
for (let turn = 0; turn < Number(runs); turn++) {
  for (const [name, argv] of Object.entries(programs)) results.get(name)?.push(measure(argv));
}
console.log(`BENCH ${JSON.stringify(Object.fromEntries(results))}`);
