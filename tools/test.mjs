// `npm test`: format, lint, types, then every test that needs no root and no kernel, on the runtime that ships and,
// the unit tests, on Node 24 too. `npm run check -- PATH` does the same for one folder.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bunPath, ensurePackages, node24Path, root, run } from './setup.mjs';

const only = process.argv[2] === '--only' ? process.argv.slice(3) : [];
const bin = (name) => join(root, 'node_modules', '.bin', name);
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-test-'));
let passed = 0;
let failed = 0;

/** Runs one step, prints its name and time, and counts it. */
function step(name, program, args) {
  const start = Date.now();
  console.log(`== ${name}`);
  const status = run(program, args, { env: { FORCE_COLOR: undefined } });
  console.log(`== ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return status === 0;
}

function count(ok) {
  if (ok) passed += 1;
  else failed += 1;
}

function suite(name, program, args) {
  const output = join(scratch, `${name.replaceAll(/\W+/g, '-')}.json`);
  const ok = step(name, program, [...args, '--reporter=dot', '--reporter=json', `--outputFile=${output}`]);
  try {
    const result = JSON.parse(readFileSync(output, 'utf8'));
    passed += result.numPassedTests;
    failed += result.numFailedTests;
    if (!ok && result.numFailedTests === 0) failed += 1;
  } catch {
    failed += 1;
  }
}

ensurePackages();
count(step('format and lint', bin('biome'), ['ci', '--error-on-warnings', ...(only.length > 0 ? only : ['.'])]));
count(step('types', bin('tsc'), ['--noEmit']));
suite('tests on the shipped runtime', bunPath(), ['--bun', vitest, 'run', ...only]);
const node24 = node24Path();
if (node24 === null) console.log('== unit tests on Node 24: left out, npm has no Node 24 for this machine');
else suite('unit tests on Node 24', node24, [vitest, 'run', ...(only.length > 0 ? only : ['src/'])]);
rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
