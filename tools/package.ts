/**
 * npm run package [-- --architecture amd64|arm64 --output FOLDER --version VERSION --compression xz|none]
 *
 * Builds the program and the Debian package of it, dist/pve-doctor_VERSION_ARCHITECTURE.deb; without --architecture for
 * arm64 too where npm reaches the runtime for it. The time in it is SOURCE_DATE_EPOCH, or that of the last commit.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { VERSION } from '../src/model/version.ts';
import { buildProgram } from './build-program.ts';
import { ARCHITECTURES, type Architecture, HOST_ARCHITECTURE } from './build-runtime.ts';
import { debianVersion } from './package-changelog.ts';
import { buildPackage } from './package-deb.ts';
import { root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    architecture: { type: 'string' },
    output: { type: 'string', default: join(root, 'dist') },
    version: { type: 'string', default: VERSION },
    compression: { type: 'string', default: 'xz' },
  },
});

function sourceEpoch(): number {
  const given = process.env['SOURCE_DATE_EPOCH'];
  const text = given ?? spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).stdout;
  const epoch = Number(text?.trim() || Number.NaN);
  if (Number.isInteger(epoch)) return epoch;
  throw new Error('this is no git clone: set SOURCE_DATE_EPOCH to the time of the source, in seconds since 1970');
}

function packageFor(architecture: Architecture): boolean {
  const began = Date.now();
  const folder = resolve(values.output);
  const version = debianVersion(values.version);
  const output = join(folder, `pve-doctor_${version}_${architecture}.deb`);
  const program = `${output}.program`;
  const compression = values.compression === 'none' ? 'none' : 'xz';
  mkdirSync(folder, { recursive: true });
  console.log(`${output}: building it takes a minute or two`);
  try {
    if (!buildProgram(architecture, program)) {
      console.error(`left out: ${architecture}; npm has no Bun for it here`);
      return false;
    }
    buildPackage({ architecture, version, program, epoch: sourceEpoch(), output, compression });
  } finally {
    rmSync(program, { force: true });
  }
  console.log(
    `${output}: ${(statSync(output).size / 1e6).toFixed(1)} MB, ${((Date.now() - began) / 1000).toFixed(1)} s`,
  );
  return true;
}

const chosen = ARCHITECTURES.filter((name) => values.architecture === undefined || values.architecture === name);
if (chosen.length === 0) throw new Error(`there is no architecture ${values.architecture}`);
const missing = chosen.filter((architecture) => !packageFor(architecture));
process.exitCode = missing.some((name) => name === HOST_ARCHITECTURE || values.architecture !== undefined) ? 1 : 0;
