import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from './build-program.ts';
import type { Architecture } from './build-runtime.ts';
import { debianVersion } from './package-changelog.ts';
import { buildPackage, type PackageSettings } from './package-deb.ts';
import { root } from './setup.mjs';

/** The time of the source, which everything made of it bears: SOURCE_DATE_EPOCH, or that of the last commit. */
export function sourceEpoch(): number {
  const given = process.env['SOURCE_DATE_EPOCH'];
  const text = given ?? spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).stdout;
  const epoch = Number(text?.trim() || Number.NaN);
  if (Number.isInteger(epoch)) return epoch;
  throw new Error('this is no git clone: set SOURCE_DATE_EPOCH to the time of the source, in seconds since 1970');
}

export interface PackageRequest extends Pick<PackageSettings, 'product' | 'compression'> {
  readonly architecture: Architecture;
  /** As package.json writes it. */
  readonly version: string;
  readonly folder: string;
}

/**
 * Builds a program and the Debian package of it, FOLDER/NAME_VERSION_ARCHITECTURE.deb. Answers its path, or null where npm has no
 * way to the runtime of that architecture.
 */
export function makePackage({
  product,
  architecture,
  version: given,
  folder,
  compression,
}: PackageRequest): string | null {
  const began = Date.now();
  const version = debianVersion(given);
  const output = join(folder, `${product.name}_${version}_${architecture}.deb`);
  const program = `${output}.program`;
  mkdirSync(folder, { recursive: true });
  console.log(`${output}: building it takes a minute or two`);
  try {
    if (!buildProgram(product, architecture, program)) {
      console.error(`left out: ${product.name} for ${architecture}; npm has no Bun for it here`);
      return null;
    }
    buildPackage({ product, architecture, version, program, epoch: sourceEpoch(), output, compression });
  } finally {
    rmSync(program, { force: true });
  }
  const [size, seconds] = [statSync(output).size / 1e6, (Date.now() - began) / 1000];
  console.log(`${output}: ${size.toFixed(1)} MB, ${seconds.toFixed(1)} s`);
  return output;
}
