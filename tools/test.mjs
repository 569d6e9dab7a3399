// `npm test`: format, lint, types, then every test that needs no root, no kernel and no program of ours started, on the
// runtime that ships. `npm run test:all` runs the tests that do start it too, with all samples of the laws, in any order,
// and the unit tests on Node 24 besides. `npm run test:more` is what `npm test` left out of that. `npm run check -- PATH` does all
// for one folder but Node 24.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bunPath, ensurePackages, node24Path, root, run } from './setup.mjs';

const [mode = '', ...paths] = process.argv.slice(2);
const isMore = mode === '--more';
const isAll = mode === '--all' || isMore;
const only = mode === '--only' ? paths : isMore ? leftOutOrdinarily() : [];
const bin = (name) => join(root, 'node_modules', '.bin', name);
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-test-'));
const isTerminal = process.stdout.isTTY === true;
const environment = {
  FORCE_COLOR: undefined,
  ...(isTerminal ? {} : { NO_COLOR: '1' }),
  // Of the compilers of the runtime the last takes more than it gives to code that runs a few times: 36 s of processor for 47.
  BUN_JSC_useFTLJIT: '0',
  ...(isAll || only.length > 0 ? { TESTS_TO_RUN: 'all' } : {}),
};
let passed = 0;
let failed = 0;

/** Runs one step, prints its name and time, and counts it. */
function step(name, program, args) {
  const start = Date.now();
  if (isTerminal) console.log(`== ${name}`);
  const status = run(program, args, { env: environment });
  console.log(`== ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return status === 0;
}

/** Test files of which `npm test` runs a sample or nothing. */
function leftOutOrdinarily() {
  return ['src', 'test'].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => join(directory, file))
      .filter(
        (file) =>
          file.endsWith('.system.test.ts') || /from '.*\bsample\.ts'/.test(readFileSync(join(root, file), 'utf8')),
      ),
  );
}

function count(ok) {
  if (ok) passed += 1;
  else failed += 1;
}

function suite(name, program, args) {
  const output = join(scratch, `${name.replaceAll(/\W+/g, '-')}.json`);
  const reporter = isTerminal ? 'dot' : 'minimal';
  const ok = step(name, program, [
    ...args,
    // No test may need another one before it, so they come in an order that nobody chose.
    '--sequence.shuffle',
    `--reporter=${reporter}`,
    '--reporter=json',
    `--outputFile=${output}`,
  ]);
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
const colours = isTerminal ? [] : ['--colors=off'];
if (!isMore) {
  const linted = only.length > 0 ? only : ['.'];
  count(step('format and lint', bin('biome'), ['ci', ...colours, '--error-on-warnings', ...linted]));
  // What it found out last time stays in a file that git ignores; only what changed since is looked at again.
  count(step('types', bin('tsc'), ['--noEmit', '--incremental', '--tsBuildInfoFile', 'types.tsbuildinfo']));
}
suite('tests on the shipped runtime', bunPath(), ['--bun', vitest, 'run', ...only]);
if (isAll) {
  const node24 = node24Path();
  if (node24 === null) console.log('== unit tests on Node 24: left out, npm has no Node 24 for this machine');
  else suite('unit tests on Node 24', node24, [vitest, 'run', 'src/']);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
