import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundledRuntime } from './bundled-libraries.ts';
import { bunPath, root } from './setup.mjs';

/** Debian's names of the architectures that Bun is made for. */
export type Architecture = 'amd64' | 'arm64';

export const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64'];

export const HOST_ARCHITECTURE: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** Bun's own names, in its npm packages and in `--target`. */
export const RUNTIME_PACKAGES = { amd64: '@oven/bun-linux-x64', arm64: '@oven/bun-linux-aarch64' } as const;

/** The Bun of an architecture: npm's own for this machine, else the locked one, fetched once. null: npm has no way to it. */
export function runtimeOf(architecture: Architecture): string | null {
  if (architecture === HOST_ARCHITECTURE) return bunPath();
  const { name, version, integrity } = bundledRuntime(RUNTIME_PACKAGES[architecture]);
  const cache = join(root, 'node_modules', '.cache', 'pve-doctor');
  const folder = join(cache, `${name.replace('@oven/', '')}-${version}`);
  const runtime = join(folder, 'package', 'bin', 'bun');
  if (existsSync(runtime)) return runtime;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    return fetchInto(draft, `${name}@${version}`, integrity) && settle(draft, folder) ? runtime : null;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** `npm pack` asks the registry that this machine is set to; what comes must be what the lock file names. */
function fetchInto(folder: string, spec: string, integrity: string): boolean {
  const npm = spawnSync('npm', ['pack', '--silent', spec, '--pack-destination', folder], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: 300_000,
  });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (npm.status !== 0 || archive === undefined) return false;
  const found = `sha512-${createHash('sha512')
    .update(readFileSync(join(folder, archive)))
    .digest('base64')}`;
  if (found !== integrity) throw new Error(`${spec} is ${found}, but package-lock.json has ${integrity}`);
  const tar = spawnSync('tar', ['-xzf', archive], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(join(folder, archive));
  return tar.status === 0;
}

function settle(draft: string, folder: string): boolean {
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  return true;
}
