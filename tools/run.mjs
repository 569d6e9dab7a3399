// `node tools/run.mjs PROGRAM ARGS…`: sets up what is missing, then runs a program that npm installed.
import { join } from 'node:path';
import { bunPath, ensurePackages, root, run } from './setup.mjs';

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  console.error('usage: node tools/run.mjs PROGRAM [ARGUMENT…]');
  process.exit(64);
}
ensurePackages();
process.exit(run(program === 'bun' ? bunPath() : join(root, 'node_modules', '.bin', program), args));
