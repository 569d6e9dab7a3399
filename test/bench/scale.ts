/**
 * npm run bench:scale [-- ENTRIES…]: a made-up busy node (10 000 entries, 5 000 guests, 500 mounts, 200 containers, 20 000
 * processes) and its smaller forms: time, memory and size of every stage and every form of the report, as a replayed capture.
 * Needs neither root nor the lab. Ends with 1 where twice the node takes more than 2.6 times the work.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Capture } from '../../src/model/capture.ts';
import { bunPath, node24Path } from '../../tools/setup.mjs';
import { type Amounts, BIG, scaledTo } from './big-node/amounts.ts';
import { bigNode } from './big-node/big-node.ts';
import type { Stage } from './scale-stages.ts';

const STAGES = fileURLToPath(new URL('scale-stages.ts', import.meta.url));
const MOST_PER_DOUBLING = 2.6;
/** What `check` does, and `check -v`. */
const WORK = ['collect', 'examine', 'report', 'text', 'text, verbose'];

const columns = (cells: readonly (string | number)[]): string =>
  cells.map((cell, at) => (at === 0 ? String(cell).padEnd(34) : String(cell).padStart(10))).join('');

function run(runtime: string, path: string): readonly Stage[] {
  const done = spawnSync(runtime, [STAGES, path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error(`${STAGES} ended with ${done.status}`);
  return done.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Stage);
}

/** Prints a table, and answers the processor time of what `check` does. */
function table(title: string, stages: readonly Stage[]): number {
  console.log(`\n${columns([title, 'wall ms', 'CPU ms', 'peak MiB'])}    bytes`);
  for (const { stage, ms, cpuMs, peakMib, bytes } of stages)
    console.log(`${columns([stage, ms.toFixed(0), cpuMs.toFixed(0), peakMib.toFixed(0)])}    ${bytes.join(' + ')}`);
  const work = stages.filter(({ stage }) => WORK.includes(stage)).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  console.log(`${WORK.join(' + ')}: ${work.toFixed(0)} ms CPU`);
  return work;
}

function measureNode(amounts: Amounts, folder: string, runtime: string, name: string): number {
  const capture: Capture = bigNode(amounts);
  const file = join(folder, 'capture.json');
  writeFileSync(file, JSON.stringify(capture));
  return table(`${amounts.entries} entries, ${name}`, run(runtime, file));
}

const eachAFinding = (entries: number): Amounts => ({
  ...scaledTo(entries),
  ...{ orphans: entries - 100, duplicates: 0, containers: 0 },
});

/** What twice the node costs, and whether that is too much. */
function compare(which: string, sizes: readonly number[], work: readonly number[]): void {
  for (const [at, size] of sizes.entries()) {
    const [before, smaller] = [work[at - 1], sizes[at - 1]];
    if (before === undefined || smaller === undefined) continue;
    const perDoubling = ((work[at] ?? Number.NaN) / before) ** (1 / Math.log2(size / smaller));
    console.log(`${smaller} to ${size} entries${which}: x ${perDoubling.toFixed(2)} CPU for twice the node`);
    if (!(perDoubling < MOST_PER_DOUBLING)) process.exitCode = 1;
  }
}

function main(): void {
  const asked = process.argv.slice(2).map(Number);
  const sizes = asked.length > 0 ? asked : [BIG.entries / 4, BIG.entries / 2, BIG.entries];
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-scale-'));
  const node = node24Path();
  try {
    const last = sizes.at(-1);
    const work = sizes.map((size) => measureNode(scaledTo(size), folder, bunPath(), 'Bun'));
    if (node !== null) measureNode(scaledTo(last ?? BIG.entries), folder, node, 'Node 24');
    const some = sizes.slice(-2);
    const worst = some.map((size) => measureNode(eachAFinding(size), folder, bunPath(), 'each a finding'));
    console.log('');
    compare('', sizes, work);
    compare(', each a finding', some, worst);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
