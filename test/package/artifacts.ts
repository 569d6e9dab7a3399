import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../../tools/build-program.ts';
import { ROOT } from '../repo/repository.ts';
import { succeed } from './tests.ts';

/** What all chapters work with. */
export interface Artifacts {
  readonly scratch: string;
  /** The source as it was when the suite began: what comes of one tree twice is compared. */
  readonly source: string;
  /** The program for this machine, and for arm64 where npm has the runtime for it. */
  readonly program: string;
  readonly arm64Program: string | null;
  /** The package as it is shipped. */
  readonly shipped: Promise<string>;
  /** The same without compression, which takes longer than all tests. */
  readonly plain: Promise<string>;
  /** An older version of it with another configuration file, as plain. */
  readonly older: Promise<string>;
}

export const EPOCH = 1_790_000_000;

export const OLDER_VERSION = '0.0.1~test';

/** The program under test; every case that reads a capture reads this one. */
export const CAPTURE = join(ROOT, 'test/captures/example-node/capture.json');

export const GOLDEN = join(ROOT, 'test/goldens/example-node.json');

export function makeArtifacts(): Artifacts {
  const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-package-'));
  const source = copySource(ROOT, join(scratch, 'source'));
  const program = join(scratch, 'program', 'pve-doctor');
  if (!buildProgram('amd64', program, source)) throw new Error('the program cannot be built');
  const arm64 = join(scratch, 'arm64', 'pve-doctor');
  const arm64Program = buildProgram('arm64', arm64, source) ? arm64 : null;
  return {
    ...{ scratch, source, program, arm64Program },
    shipped: makePackage(source, join(scratch, 'shipped'), 'xz'),
    plain: makePackage(source, join(scratch, 'plain'), 'none'),
    older: makeOlder(source, join(scratch, 'older')),
  };
}

/** `npm run package` as a process of its own, in a folder of its own. */
export async function makePackage(
  source: string,
  output: string,
  compression: 'xz' | 'none',
  { version, umask = '022' }: { readonly version?: string; readonly umask?: string } = {},
): Promise<string> {
  const settings = ['--architecture', 'amd64', '--output', output, '--compression', compression];
  const argv = [
    'sh',
    '-c',
    `umask ${umask}; exec "$0" "$@"`,
    process.execPath,
    join(source, 'tools/package.ts'),
    ...settings,
  ];
  const env = { ...process.env, SOURCE_DATE_EPOCH: `${EPOCH}` };
  const said = await succeed([...argv, ...(version === undefined ? [] : ['--version', version])], { env });
  const file = /^(\S+\.deb):/m.exec(said)?.[1];
  if (file === undefined) throw new Error(`npm run package named no package: ${said}`);
  return file;
}

/** The same program as an older version, whose configuration file had one line less. */
async function makeOlder(source: string, output: string): Promise<string> {
  const file = await makePackage(source, output, 'none', { version: OLDER_VERSION });
  const tree = join(output, 'tree');
  await succeed(['dpkg-deb', '-R', file, tree]);
  await succeed(['sed', '-i', '1d', join(tree, 'etc/pve-doctor/config.toml')]);
  await succeed(['dpkg-deb', '--root-owner-group', '-Znone', '--build', tree, file]);
  rmSync(tree, { recursive: true });
  return file;
}

/** A source at another place: what is compiled and packaged, with what it needs of node_modules. */
export function copySource(from: string, to: string): string {
  mkdirSync(to, { recursive: true });
  const names = ['src', 'docs', 'tools', 'packaging', 'changelog.d', 'README.md', 'CHANGELOG.md', 'LICENSE'];
  const files = [...names, 'package.json', 'package-lock.json', 'tsconfig.json'];
  for (const name of files) cpSync(join(from, name), join(to, name), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(to, 'package.json'), 'utf8')) as { dependencies: object };
  for (const name of Object.keys(manifest.dependencies))
    cpSync(join(from, 'node_modules', name), join(to, 'node_modules', name), { recursive: true });
  for (const name of ['bun', '@oven', '.cache'])
    symlinkSync(join(ROOT, 'node_modules', name), join(to, 'node_modules', name));
  return to;
}
