import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { VERSION } from '../../src/model/version.ts';
import { poolFolder } from '../../tools/apt-index.ts';
import type { Architecture } from '../../tools/build-runtime.ts';
import { debianVersion } from '../../tools/package-changelog.ts';
import { HUB, NODE, type Product } from '../../tools/products.ts';
import { ROOT } from '../repo/repository.ts';
import { run, succeed } from './tests.ts';

/** What all chapters work with. */
export interface Artifacts {
  readonly scratch: string;
  /** The source as it was when the suite began: what comes of one tree twice is compared. */
  readonly source: string;
  /** A whole release of it, signed, its packages without compression, which takes longer than all tests. */
  readonly release: string;
  /** A key that signed it, as `npm run release -- --key` takes it. */
  readonly key: string;
  /** The programs in it for this machine, and that of the node for arm64 where npm has the runtime for it. */
  readonly program: string;
  readonly hubProgram: string;
  readonly arm64Program: string | null;
  /** The packages in it for this machine. */
  readonly plain: string;
  readonly hub: string;
  /** Older versions of both with another configuration file, as plain. */
  readonly older: string;
  readonly olderHub: string;
  /** The package of the node as it is shipped; made once, when it is first asked for, which takes a minute. */
  readonly shipped: () => Promise<string>;
}

export const EPOCH = 1_790_000_000;

export const OLDER_VERSION = '0.0.1~test';

/** The program under test; every case that reads a capture reads this one. */
export const CAPTURE = join(ROOT, 'test/captures/example-node/capture.json');

export const GOLDEN = join(ROOT, 'test/goldens/example-node.json');

export async function makeArtifacts(): Promise<Artifacts> {
  const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-package-'));
  const source = copySource(ROOT, join(scratch, 'source'));
  const key = await makeKey(scratch, 'first');
  const release = await makeRelease(source, join(scratch, 'release'), ['--key', key]);
  const plain = packageIn(release, NODE, 'amd64');
  const hub = packageIn(release, HUB, 'amd64');
  const foreign = packageIn(release, NODE, 'arm64');
  const hasForeign = (await run(['test', '-e', foreign])).status === 0;
  let shipped: Promise<string> | undefined;
  return {
    ...{ scratch, source, release, key, plain, hub },
    program: await programIn(plain, NODE, join(scratch, 'program')),
    hubProgram: await programIn(hub, HUB, join(scratch, 'hub-program')),
    arm64Program: hasForeign ? await programIn(foreign, NODE, join(scratch, 'arm64')) : null,
    older: await makeOlder(plain, NODE, join(scratch, 'older')),
    olderHub: await makeOlder(hub, HUB, join(scratch, 'older')),
    shipped: () => {
      shipped ??= makeShipped(source, join(scratch, 'shipped'));
      return shipped;
    },
  };
}

export const packageIn = (release: string, { name }: Product, architecture: Architecture): string =>
  join(release, 'apt', poolFolder(name), `${name}_${debianVersion(VERSION)}_${architecture}.deb`);

async function programIn(file: string, { name }: Product, to: string): Promise<string> {
  await succeed(['dpkg-deb', '-x', file, to]);
  return join(to, 'usr/bin', name);
}

/** A key that nobody else has, and its secret half in a file. */
export async function makeKey(scratch: string, name: string): Promise<string> {
  const home = mkdtempSync(join(scratch, 'gpg-'));
  const gpg = ['gpg', '--homedir', home, '--batch', '--quiet'];
  await succeed([...gpg, '--passphrase', '', '--quick-gen-key', `Releases ${name}`, 'rsa3072', 'sign', 'never']);
  const file = join(scratch, `${name}.asc`);
  await succeed([...gpg, '--armor', '--output', file, '--export-secret-keys']);
  await succeed(['gpgconf', '--homedir', home, '--kill', 'all']);
  return file;
}

interface Surroundings {
  readonly umask?: string;
}

/** `npm run release` as a process of its own, in a folder of its own. Answers the folder. */
export async function makeRelease(
  source: string,
  output: string,
  args: readonly string[] = [],
  surroundings: Surroundings = {},
): Promise<string> {
  await tool(source, 'tools/release.ts', ['--output', output, '--compression', 'none', ...args], surroundings);
  return output;
}

/** `npm run package` of the node, compressed. */
async function makeShipped(source: string, output: string): Promise<string> {
  await tool(source, 'tools/package.ts', ['--product', NODE.name, '--architecture', 'amd64', '--output', output]);
  return join(output, `${NODE.name}_${debianVersion(VERSION)}_amd64.deb`);
}

/** A tool of that source. It ends with 1 where only npm's way to the other architecture is missing. */
async function tool(source: string, file: string, args: readonly string[], { umask = '022' }: Surroundings = {}) {
  const shell = ['sh', '-c', `umask ${umask}; exec "$0" "$@"`, process.execPath, join(source, file), ...args];
  const done = await run(shell, { env: { ...process.env, SOURCE_DATE_EPOCH: `${EPOCH}` } });
  if (done.status === 0 || (done.status === 1 && done.stderr.includes('npm has no Bun for it here'))) return;
  throw new Error(`${file} ended with ${done.status}:\n${done.stdout}${done.stderr}`);
}

/** The same program as an older version, whose configuration file had one line less. */
async function makeOlder(file: string, { name }: Product, output: string): Promise<string> {
  mkdirSync(output, { recursive: true });
  const tree = join(output, 'tree');
  await succeed(['dpkg-deb', '-R', file, tree]);
  await succeed(['sed', '-i', `s/^Version: .*/Version: ${OLDER_VERSION}/`, join(tree, 'DEBIAN/control')]);
  await succeed(['sed', '-i', '1d', join(tree, `etc/${name}/config.toml`)]);
  const older = join(output, `${name}_${OLDER_VERSION}_amd64.deb`);
  await succeed(['dpkg-deb', '--root-owner-group', '-Znone', '--build', tree, older]);
  rmSync(tree, { recursive: true });
  return older;
}

/** A source at another place: what is compiled and packaged, with what it needs of node_modules. */
export function copySource(from: string, to: string): string {
  mkdirSync(to, { recursive: true });
  const names = ['src', 'docs', 'tools', 'packaging', 'changelog.d', 'README.md', 'CHANGELOG.md', 'LICENSE'];
  const files = [...names, 'package.json', 'package-lock.json', 'tsconfig.json'];
  for (const name of files) cpSync(join(from, name), join(to, name), { recursive: true });
  const { packages } = JSON.parse(readFileSync(join(to, 'package-lock.json'), 'utf8')) as LockFile;
  const shipped = Object.entries(packages).filter(([place, { dev }]) => place !== '' && dev !== true);
  for (const [place] of shipped) cpSync(join(from, place), join(to, place), { recursive: true });
  // Of a fresh clone there is none yet, and a link to nothing is no folder to write in.
  mkdirSync(join(ROOT, 'node_modules', '.cache'), { recursive: true });
  for (const name of ['bun', '@oven', '.cache']) {
    const link = join(to, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
  return to;
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}
