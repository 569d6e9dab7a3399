import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compressed } from './compressed.ts';

const SUITE = 'stable';
const COMPONENT = 'main';

/** Where a package lies below the root of the repository, as Debian's own archive has it. */
export const poolFolder = (name: string): string => join('pool', COMPONENT, name.charAt(0), name);

interface Stanza {
  readonly architecture: string;
  readonly text: string;
}

/**
 * Writes dists/stable of the apt repository in `root` for every package in its pool, those of earlier releases too. Answers the
 * path of the Release file, which names each index with its sum: who signs that file has signed everything. `epoch`: the time
 * of the source, so that the same pool gives the same index.
 */
export function writeIndex(root: string, epoch: number): string {
  const suite = join(root, 'dists', SUITE);
  rmSync(suite, { recursive: true, force: true });
  const stanzas = packagesIn(root).map((path) => stanzaOf(root, path));
  const architectures = [...new Set(stanzas.map(({ architecture }) => architecture))].toSorted();
  const indexes = architectures.flatMap((architecture) => {
    const folder = `${COMPONENT}/binary-${architecture}`;
    const text = stanzas.flatMap((one) => (one.architecture === architecture ? [one.text] : [])).join('\n');
    return [
      { path: `${folder}/Packages`, content: Buffer.from(text) },
      { path: `${folder}/Packages.gz`, content: compressed(text) },
    ];
  });
  for (const { path, content } of indexes) {
    mkdirSync(dirname(join(suite, path)), { recursive: true });
    writeFileSync(join(suite, path), content);
  }
  const release = join(suite, 'Release');
  const sums = indexes.map(({ path, content }) => ` ${sha256(content)} ${content.length} ${path}`);
  writeFileSync(release, `${[...releaseHead(architectures, epoch), 'SHA256:', ...sums].join('\n')}\n`);
  return release;
}

/** deb-control(5) and wiki.debian.org/DebianRepository/Format: what apt of Debian 10 to 13 reads. */
const releaseHead = (architectures: readonly string[], epoch: number): readonly string[] => [
  'Origin: pve-doctor',
  'Label: pve-doctor',
  `Suite: ${SUITE}`,
  `Codename: ${SUITE}`,
  `Date: ${new Date(epoch * 1000).toUTCString().replace('GMT', 'UTC')}`,
  `Architectures: ${architectures.join(' ')}`,
  `Components: ${COMPONENT}`,
  'Description: pve-doctor and its hub',
];

function packagesIn(root: string): readonly string[] {
  const names = readdirSync(join(root, 'pool'), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.deb'))
    .map((name) => `pool/${name}`)
    .toSorted();
}

/** The package's own control fields, and how apt gets and proves the file. */
function stanzaOf(root: string, path: string): Stanza {
  const done = spawnSync('dpkg-deb', ['--field', join(root, path)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (done.status !== 0) throw new Error(`${path} is no Debian package: ${done.error?.message ?? done.stderr}`);
  const [, architecture] = /^Architecture: (\S+)$/m.exec(done.stdout) ?? [];
  if (architecture === undefined) throw new Error(`${path} names no architecture`);
  const content = readFileSync(join(root, path));
  const added = [`Filename: ${path}`, `Size: ${content.length}`, `SHA256: ${sha256(content)}`];
  return { architecture, text: `${done.stdout.trimEnd()}\n${added.join('\n')}\n` };
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
