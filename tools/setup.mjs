// Plain JavaScript: it runs on whatever Node the machine has (20 or newer), before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What is wrong with this version of Node, or null. On an older one npm leaves out packages, and says so nowhere. */
export const nodeComplaint = (version) =>
  Number.parseInt(version, 10) >= 20
    ? null
    : `a clone needs Node 20 or newer, and this is Node ${version}; the package, built elsewhere, needs none`;

/** Installs the locked packages of a folder when they are missing or older than its lock file. */
export function ensurePackages(folder = root) {
  const lock = join(folder, 'package-lock.json');
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const complaint = nodeComplaint(process.versions.node);
  if (complaint !== null) giveUp(complaint);
  console.error('pve-doctor: installing the locked packages into node_modules (once)');
  // Its warnings are about packages of packages; what stops it is an error.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (npm.error?.code === 'ENOENT') giveUp('a clone needs npm, and it is not installed');
  if (npm.status !== 0) giveUp('`npm ci` failed; nothing was started');
}

function giveUp(sentence) {
  console.error(`pve-doctor: ${sentence}`);
  process.exit(70);
}

/** The Bun that npm installed: the runtime that the product ships on. npm keeps it in one of two places. */
export function bunPath() {
  const arch = process.arch === 'arm64' ? 'aarch64' : 'x64';
  const places = [join('@oven', `bun-linux-${arch}`, 'bin', 'bun'), join('bun', 'bin', 'bun.exe')];
  const found = places.map((place) => join(root, 'node_modules', place)).find((path) => existsSync(path));
  if (found === undefined) throw new Error('npm installed no Bun for this machine; remove node_modules and try again');
  return found;
}

/**
 * Node 24, the second runtime, installed on the first call: it is large, and few need it. null where npm has none for
 * this machine.
 */
export function node24Path() {
  const folder = join(root, 'test', 'node24');
  ensurePackages(folder);
  const path = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  return existsSync(path) ? path : null;
}

/** Runs a program to its end with our terminal; answers its exit status. */
export function run(program, args, options = {}) {
  const { env, ...rest } = options;
  const done = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    ...rest,
  });
  if (done.error) throw done.error;
  return done.status ?? 128;
}
