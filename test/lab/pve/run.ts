// `npm run lab:pve [-- --source DIR] [CASE...]`: situations that Proxmox VE's own qm, pct and pvesm make, on a real kernel.
// DIR holds git directories of Proxmox' repositories (setup.sh has the list), whose code stays in the cache and out of this repository.
// Without them, and without what was collected before, every case is left out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CaseResult } from './pve-lab.ts';
import { type Judgement, tableOf } from './verdict.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(process.env['LAB_CACHE'] ?? join(repository, '.lab'), 'pve');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { source: { type: 'string' }, verbose: { type: 'boolean', default: false } },
});
const known = readdirSync(join(here, 'cases'))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`lab:pve: no such case: ${unknown.join(', ')}\nThere are: ${known.join(', ')}`);
  process.exit(64);
}
const chosen = positionals.length > 0 ? positionals : known;

if (values.source === undefined && !existsSync(join(cache, 'out', 'stamp'))) {
  console.log(
    `lab:pve: Proxmox VE's sources are not here, so ${chosen.length} cases are left out; give them with --source DIR, once`,
  );
  console.log('0 passed, 0 failed');
  process.exit(0);
}
if (values.source !== undefined) {
  const { status } = spawnSync(join(here, 'setup.sh'), [resolve(values.source)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** What one case found, and what it printed. */
function runCase(name: string): CaseResult & { readonly log: string } {
  const results = mkdtempSync(join(tmpdir(), 'lab-pve-'));
  const bun = join(repository, 'node_modules', '@oven', 'bun-linux-x64', 'bin', 'bun');
  const runtime = existsSync(bun) ? bun : process.execPath;
  const command = `export HOME=/root; . ${cache}/out/bin/pve-up > /dev/null 2>&1; exec ${runtime} ${here}inside.ts ${name} ${results}`;
  const shared = ['-r', join(cache, 'out'), '-w', results];
  const { stdout, stderr } = spawnSync(
    join(here, '..', 'boot'),
    ['-R', '13', '-H', 'pve1', '-m', '2G', '-t', '3600', ...shared, '--', `exec bash -c '${command}'`],
    { encoding: 'utf8', maxBuffer: 1e9, env: { ...process.env, LAB_CACHE: cache } },
  );
  const log = `${stdout}${stderr}`;
  const file = join(results, `${name}.json`);
  const result = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as CaseResult)
    : { differences: ['the guest ended without a result'], judgements: [] };
  rmSync(results, { recursive: true });
  return { ...result, log };
}

const printTable = (judgements: readonly Judgement[]): void => {
  for (const row of tableOf(judgements)) console.log(`  ${row}`);
};

let failed = 0;
const all: Judgement[] = [];
for (const name of chosen) {
  const start = Date.now();
  const { differences, judgements, log } = runCase(name);
  all.push(...judgements);
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  if (differences.length > 0) failed += 1;
  if (differences.length > 0 || values.verbose) console.log(log);
  console.log(`${differences.length === 0 ? 'passed' : 'FAILED'}  ${name}  ${seconds} s`);
  for (const difference of differences) console.log(`  ${difference}`);
  printTable(judgements);
}
if (chosen.length > 1 && all.length > 0) {
  console.log('predictions of all cases:');
  printTable(all);
}
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
