import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Architecture } from './build-runtime.ts';
import { controlTemplate, maintainerScripts } from './package-control.ts';
import { type PackagedFile, packageFiles } from './package-files.ts';
import type { Product } from './products.ts';

export interface PackageSettings {
  readonly product: Product;
  readonly architecture: Architecture;
  /** As Debian writes it. */
  readonly version: string;
  /** The compiled program. */
  readonly program: string;
  /** Seconds since 1970: the time that everything in the package has. */
  readonly epoch: number;
  readonly output: string;
  /** dpkg of Debian 10 and 11 knows no zstd. `none` is for tests. */
  readonly compression: 'xz' | 'none';
}

/** Puts the package together; dpkg-deb directly, since whatever strips binaries would destroy the program. */
export function buildPackage(settings: PackageSettings): void {
  const stage = mkdtempSync(`${settings.output}.`);
  try {
    chmodSync(stage, 0o755);
    const { product, version } = settings;
    const control = controlTemplate(product);
    const maintainer = /^Maintainer: (.+)$/m.exec(control)?.[1] ?? '';
    const date = new Date(settings.epoch * 1000);
    const program = { path: `usr/bin/${product.name}`, mode: 0o755, content: readFileSync(settings.program) };
    const files = [program, ...packageFiles(product, { name: product.name, version, maintainer, date })];
    for (const file of [...files, ...controlFiles(control, files, settings)]) write(stage, file);
    settle(stage, settings.epoch);
    pack(stage, settings);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function controlFiles(
  control: string,
  files: readonly PackagedFile[],
  { product, version, architecture }: PackageSettings,
): readonly PackagedFile[] {
  const words: Readonly<Record<string, string>> = {
    VERSION: version,
    ARCHITECTURE: architecture,
    INSTALLED_SIZE: `${installedKib(files)}`,
  };
  const isConfiguration = ({ path }: PackagedFile): boolean => path.startsWith('etc/');
  const sums = files.filter((file) => !isConfiguration(file)).map(({ path, content }) => `${md5(content)}  ${path}\n`);
  const text = (name: string, content: string, mode = 0o644): PackagedFile => ({
    ...{ path: `DEBIAN/${name}`, mode },
    content: Buffer.from(content),
  });
  return [
    text(
      'control',
      control.replace(/@([A-Z_]+)@/g, (_, word: string) => words[word] ?? ''),
    ),
    text('md5sums', sums.toSorted().join('')),
    text('conffiles', files.flatMap((file) => (isConfiguration(file) ? [`/${file.path}\n`] : [])).join('')),
    ...maintainerScripts(product).map(([name, script]) => text(name, script, 0o755)),
  ];
}

/** As dpkg-gencontrol(1) counts: each file in whole KiB, each folder one. */
function installedKib(files: readonly PackagedFile[]): number {
  const folders = new Set(files.flatMap(({ path }) => parents(path)));
  return files.reduce((sum, { content }) => sum + Math.ceil(content.length / 1024), folders.size);
}

const parents = (path: string): readonly string[] =>
  path.includes('/') ? [dirname(path), ...parents(dirname(path))] : [];

const md5 = (content: Buffer): string => createHash('md5').update(content).digest('hex');

function write(stage: string, { path, mode, content }: PackagedFile): void {
  const place = join(stage, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content, { mode });
  chmodSync(place, mode);
}

/** One time for everything, the same modes whatever the umask, folders after what is in them. */
function settle(path: string, epoch: number): void {
  if (lstatSync(path).isDirectory()) {
    for (const name of readdirSync(path)) settle(join(path, name), epoch);
    chmodSync(path, 0o755);
  }
  lutimesSync(path, epoch, epoch);
}

function pack(stage: string, { epoch, output, compression }: PackageSettings): void {
  const draft = `${stage}.deb`;
  const args = ['--root-owner-group', `-Z${compression}`, '--build', stage, draft];
  const env = { ...process.env, SOURCE_DATE_EPOCH: `${epoch}`, LC_ALL: 'C' };
  const done = spawnSync('dpkg-deb', args, { env, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`dpkg-deb failed: ${done.error?.message ?? done.stderr}`);
  renameSync(draft, output);
}
