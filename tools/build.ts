/**
 * npm run build [-- amd64|arm64 pve-doctor|pve-doctor-hub]: the self-contained programs, dist/pve-doctor and
 * dist/pve-doctor-hub, and the same with -arm64 where npm reaches the runtime for it.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from './build-program.ts';
import { ARCHITECTURES, type Architecture, HOST_ARCHITECTURE } from './build-runtime.ts';
import { PRODUCTS, type Product, productsNamed } from './products.ts';
import { root } from './setup.mjs';

const DIST = join(root, 'dist');

/** Where `npm run build` puts the program of an architecture. */
const placeOf = ({ name }: Product, architecture: Architecture): string =>
  join(DIST, architecture === 'amd64' ? name : `${name}-${architecture}`);

const isArchitecture = (word: string): boolean => ARCHITECTURES.some((known) => known === word);

function main(wanted: readonly string[]): number {
  const products = productsNamed(wanted.filter((word) => !isArchitecture(word)));
  if (products === null) {
    console.error(`usage: npm run build [-- ${[...ARCHITECTURES, ...PRODUCTS.map(({ name }) => name)].join('|')}]`);
    return 64;
  }
  const named = ARCHITECTURES.filter((name) => wanted.includes(name));
  const missing = (named.length === 0 ? ARCHITECTURES : named).filter((architecture) =>
    products.some((product) => !build(product, architecture)),
  );
  // Asked for by name, it has to be there.
  return missing.some((name) => name === HOST_ARCHITECTURE || named.includes(name)) ? 1 : 0;
}

function build(product: Product, architecture: Architecture): boolean {
  const place = placeOf(product, architecture);
  const began = Date.now();
  if (!buildProgram(product, architecture, place)) {
    console.error(`left out: ${product.name} for ${architecture}; npm has no Bun for it here`);
    return false;
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${place}: ${(statSync(place).size / 1e6).toFixed(1)} MB, ${seconds} s`);
  if (architecture !== HOST_ARCHITECTURE) return true;
  const ran = spawnSync(place, ['--version'], { encoding: 'utf8', cwd: '/' });
  if (ran.status !== 0) throw new Error(`${place} does not run: ${ran.stderr}`);
  return true;
}

process.exitCode = main(process.argv.slice(2));
