/**
 * npm run mutate [-- PATH… [--force]]: changes the judgement in one place after the other and says which changes no test
 * notices. PATH is a file or a folder of src; without one, all that accuses, refuses or repairs (stryker.config.json).
 * Results are kept in .mutation/, and only what has changed since is run again; --force runs all of it. The last line
 * counts, and the status is 1 when a change survived that accepted.json does not list.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, node24Path, root, run } from '../../tools/setup.mjs';
import { type MutationResults, scoresOf } from './results.ts';

const args = process.argv.slice(2);
const paths = args.filter((arg) => !arg.startsWith('-')).map((path) => path.replace(/\/$/, ''));
const options = args.filter((arg) => arg.startsWith('-'));

const node = node24Path();
if (node === null) {
  console.error('mutate: npm has no Node 24 for this machine, and Stryker runs on nothing else here');
  process.exit(1);
}

const folder = join(root, 'test', 'mutation');
ensurePackages(folder);
const globs = paths.map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`));
const status = run(node, [
  join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'),
  ...['run', join(folder, 'stryker.config.json'), ...options],
  ...(globs.length === 0 ? [] : ['--mutate', [...globs, '!src/**/*.test.ts'].join(',')]),
]);
if (status !== 0) process.exit(status);

const results: MutationResults = JSON.parse(readFileSync(join(root, '.mutation', 'results.json'), 'utf8'));
const isAsked = (path: string): boolean =>
  paths.length === 0 || paths.some((asked) => path === asked || path.startsWith(`${asked}/`));
const scores = scoresOf(results).filter(({ path }) => isAsked(path));
for (const { path, line, code, becomes } of scores.flatMap(({ survivors }) => survivors))
  console.log(`${path}:${line}\n  - ${code}\n  + ${becomes}`);
console.log('mutants  killed  accepted  survived');
for (const { path, mutants, killed, accepted, survivors } of scores)
  console.log([mutants, killed, accepted, survivors.length].map((n) => `${n}`.padStart(7)).join(' '), path);
const sum = (of: (score: (typeof scores)[number]) => number) => scores.reduce((total, score) => total + of(score), 0);
const survived = sum(({ survivors }) => survivors.length);
console.log(`${sum(({ mutants }) => mutants)} mutants, ${survived} survived`);
process.exit(survived === 0 ? 0 : 1);
