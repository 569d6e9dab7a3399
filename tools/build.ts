/**
 * npm run build [-- amd64|arm64]: the self-contained program, dist/pve-doctor, and dist/pve-doctor-arm64 where npm reaches
 * the runtime for it.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from './build-program.ts';
import { ARCHITECTURES, type Architecture, HOST_ARCHITECTURE } from './build-runtime.ts';
import { root } from './setup.mjs';

const DIST = join(root, 'dist');

/** Where `npm run build` puts the program of an architecture. */
const placeOf = (architecture: Architecture): string =>
  join(DIST, architecture === 'amd64' ? 'pve-doctor' : `pve-doctor-${architecture}`);

function main(wanted: readonly string[]): number {
  const unknown = wanted.filter((name) => !ARCHITECTURES.some((known) => known === name));
  if (unknown.length > 0) {
    console.error(`usage: npm run build [-- ${ARCHITECTURES.join('|')}]`);
    return 64;
  }
  const chosen = ARCHITECTURES.filter((name) => wanted.length === 0 || wanted.includes(name));
  const missing = chosen.filter((architecture) => !build(architecture));
  // Asked for by name, it has to be there.
  return missing.some((name) => name === HOST_ARCHITECTURE || wanted.includes(name)) ? 1 : 0;
}

function build(architecture: Architecture): boolean {
  const place = placeOf(architecture);
  const began = Date.now();
  if (!buildProgram(architecture, place)) {
    console.error(`left out: ${architecture}; npm has no Bun for it here`);
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
