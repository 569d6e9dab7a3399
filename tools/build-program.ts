import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Architecture, HOST_ARCHITECTURE, runtimeOf } from './build-runtime.ts';
import type { Product } from './products.ts';
import { bunPath, root } from './setup.mjs';

const TARGETS = { amd64: 'bun-linux-x64', arm64: 'bun-linux-arm64' } as const;

/**
 * `--no-compile-autoload-…`: without them the program runs `preload` of a bunfig.toml and reads the .env of whatever
 * directory it is started in, as root. `--splitting`: a command loads what it needs, 6 ms instead of 18 for `--version`.
 * `--compile-jit-policy`: nearly all that a check does it does once, and the compiler of the upper tiers took four tenths of the
 * processor time for code that never ran again; what a node of 10 000 entries repeats still gets there.
 */
const OPTIONS = [
  ...['--compile', '--minify', '--bytecode', '--sourcemap', '--splitting', '--format=esm'],
  ...['--no-compile-autoload-bunfig', '--no-compile-autoload-dotenv'],
  ...['--no-compile-autoload-tsconfig', '--no-compile-autoload-package-json'],
  ...['--compile-jit-policy=256'],
];

/** All that the compiler gets of the environment: nothing of it may show in the program. */
const ENVIRONMENT = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: '/nonexistent', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Compiles a program of the source in `source` to `output`: one file with its runtime. Answers false where the runtime
 * of that architecture cannot be had. The same source gives the same bytes, wherever and whenever it is compiled.
 */
export function buildProgram(
  { name, entry, threads, assets, unresolved }: Product,
  architecture: Architecture,
  output: string,
  source: string = root,
): boolean {
  const runtime = runtimeOf(architecture);
  if (runtime === null) return false;
  mkdirSync(dirname(output), { recursive: true });
  const draft = mkdtempSync(`${output}.`);
  try {
    const foreign = architecture === HOST_ARCHITECTURE ? [] : [`--compile-executable-path=${runtime}`];
    const target = `--target=${TARGETS[architecture]}`;
    const made = join(draft, name);
    const embedded = assets.flatMap((folder) => ['--asset', folder]);
    const args = [
      'build',
      ...OPTIONS,
      unresolved,
      ...embedded,
      target,
      ...foreign,
      entry,
      ...threads,
      '--outfile',
      made,
    ];
    const done = spawnSync(bunPath(), args, { cwd: source, env: ENVIRONMENT, encoding: 'utf8' });
    if (done.status !== 0 || !existsSync(made)) throw new Error(`bun build failed:\n${done.stdout}${done.stderr}`);
    chmodSync(made, 0o755);
    renameSync(made, output);
    return true;
  } finally {
    // The source maps that the program holds are written beside it once more.
    rmSync(draft, { recursive: true, force: true });
  }
}
