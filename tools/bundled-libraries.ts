import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Product } from './products.ts';
import { bunPath, root } from './setup.mjs';

/** A package of npm of which something is compiled into a program. */
export interface Library {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Of the archive in the registry, as package-lock.json has it. */
  readonly integrity: string;
  /** Names of the packages that it needs itself. */
  readonly needs: readonly string[];
  /** Where it is installed. */
  readonly folder: string;
}

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lockedPackages = (): Readonly<Record<string, Locked>> =>
  (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }).packages;

const known = new Map<string, readonly Library[]>();

/**
 * The libraries that the compiler takes into a program, by its own account of the files that it read: not what package.json lists,
 * of which each program has a part.
 */
export function bundledLibraries(product: Product): readonly Library[] {
  const libraries = known.get(product.name) ?? readInputs(product).map((place) => libraryAt(place, product));
  known.set(product.name, libraries);
  return libraries;
}

/** `node_modules/pg`, `node_modules/a/node_modules/b`: keys of package-lock.json. */
function readInputs({ entry, threads }: Product): readonly string[] {
  const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-inputs-'));
  try {
    const account = join(scratch, 'inputs.json');
    const args = ['build', '--target=bun', '--splitting', '--format=esm', `--metafile=${account}`, '--outdir', scratch];
    const done = spawnSync(bunPath(), [...args, entry, ...threads], { cwd: root, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`bun build failed:\n${done.stdout}${done.stderr}`);
    const { inputs } = JSON.parse(readFileSync(account, 'utf8')) as {
      readonly inputs: Readonly<Record<string, object>>;
    };
    const places = Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
    return [...new Set(places)].toSorted();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function libraryAt(place: string, { name }: Product): Library {
  const locked = lockedPackages()[place];
  if (locked?.license === undefined)
    throw new Error(`${name} has ${place}, of which package-lock.json names no licence`);
  const { version, license, integrity } = locked;
  const needs = Object.keys({ ...locked.dependencies, ...locked.optionalDependencies });
  return {
    name: place.replace(/^.*node_modules\//, ''),
    version,
    license,
    integrity,
    needs,
    folder: join(root, place),
  };
}

/** The runtime that is part of every program: the package of npm from which it comes for an architecture. */
export function bundledRuntime(packageName: string): Omit<Library, 'folder' | 'needs'> {
  const locked = lockedPackages()[`node_modules/${packageName}`];
  if (locked === undefined) throw new Error(`package-lock.json does not name ${packageName}`);
  return { name: packageName, version: locked.version, license: locked.license ?? 'MIT', integrity: locked.integrity };
}
