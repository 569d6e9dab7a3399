import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../repo/repository.ts';
import { type Done, run, succeed } from './tests.ts';

export interface Release {
  readonly name: string;
  readonly title: string;
  /** Where its packages are; null: where this machine has its own from. */
  readonly mirror: string | null;
}

/** Proxmox VE 6 to 9. What is no longer on the mirrors is in Debian's archive. */
export const RELEASES: readonly Release[] = [
  { name: 'buster', title: 'Debian 10, PVE 6', mirror: 'http://archive.debian.org/debian' },
  { name: 'bullseye', title: 'Debian 11, PVE 7', mirror: null },
  { name: 'bookworm', title: 'Debian 12, PVE 8', mirror: null },
  { name: 'trixie', title: 'Debian 13, PVE 9', mirror: null },
];

const CACHE = join(process.env['LAB_CACHE'] ?? join(ROOT, '.lab'), 'package-roots');

function ownMirror(): string {
  const format = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const lines = spawnSync('apt-get', format, { encoding: 'utf8' }).stdout.split('\n');
  return (lines.find((line) => /\/debian\/?$/.test(line)) ?? 'http://deb.debian.org/debian').replace(/\/$/, '');
}

/**
 * The base system of a release and nothing else, unpacked once and kept in the lab's cache. Answers why it cannot be had.
 * arm64 is only unpacked: nothing in it can run here without help.
 */
export async function baseRoot(
  { name, mirror }: Release,
  architecture: 'amd64' | 'arm64' = 'amd64',
): Promise<{ readonly path: string } | { readonly because: string }> {
  const path = join(CACHE, `${name}-${architecture}`);
  if (existsSync(path)) return { path };
  const from = mirror ?? ownMirror();
  mkdirSync(CACHE, { recursive: true });
  const list = `${path}.InRelease`;
  const asked = await run(['/usr/lib/apt/apt-helper', 'download-file', `${from}/dists/${name}/InRelease`, list]);
  rmSync(list, { force: true });
  if (asked.status !== 0)
    return { because: /Could not resolve.*|Failed to fetch.*/.exec(asked.stderr)?.[0] ?? lastLine(asked) };
  const draft = `${path}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const variant =
    architecture === 'amd64'
      ? ['--variant=minbase']
      : ['--variant=extract', '--include=libc6', '--architectures=arm64'];
  const made = await run(['mmdebstrap', '--quiet', ...variant, name, draft, from]);
  if (made.status !== 0) return { because: `mmdebstrap failed: ${lastLine(made)}` };
  renameSync(draft, path);
  return { path };
}

const lastLine = ({ stdout, stderr }: Done): string => (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '';

/** A copy of a base system to work in. */
export async function copyRoot(from: string, to: string): Promise<Root> {
  await succeed(['cp', '-a', '--reflink=auto', from, to]);
  return new Root(to);
}

/** What was there and what became of it, by path. */
export type Inventory = ReadonlyMap<string, string>;

/** What dpkg itself writes whatever is installed, and time stamps. */
const OF_DPKG =
  /^\/var\/(?:lib\/dpkg\/(?:status|available|lock|triggers|diversions|info\/format|statoverride)|log\/|cache\/(?:ldconfig|debconf))/;

/** What stands before the path of a root and the script that its shell gets. */
export function entering(before = ':'): readonly string[] {
  const outside = `mount -t proc proc "$1/proc" && ${before} && exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive /bin/sh -c "$2"`;
  const namespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
  return [...namespaces, 'sh', '-c', outside, 'sh'];
}

export class Root {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Runs a shell script in it, as root, with /proc and nothing of this machine's environment. `before` runs outside. */
  run(script: string, before = ':'): Promise<Done> {
    return run([...entering(before), this.path, script]);
  }

  async succeed(script: string): Promise<string> {
    const done = await this.run(script);
    if (done.status === 0) return done.stdout;
    throw new Error(`in ${this.path}: ${script}: exit ${done.status}\n${done.stdout}${done.stderr}`.slice(0, 4000));
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8');
  }

  /** Every path with its mode and content. */
  inventory(): Inventory {
    const found = new Map<string, string>();
    const look = (path: string): void => {
      for (const name of readdirSync(join(this.path, path))) {
        const inner = `${path}/${name}`;
        if (OF_DPKG.test(inner)) continue;
        const stat = lstatSync(join(this.path, inner));
        found.set(inner, `${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${this.#content(inner)}`);
        if (stat.isDirectory()) look(inner);
      }
    };
    look('');
    return found;
  }

  #content(path: string): string {
    const place = join(this.path, path);
    const stat = lstatSync(place);
    if (stat.isSymbolicLink()) return readlinkSync(place);
    return stat.isFile() ? createHash('sha256').update(readFileSync(place)).digest('hex') : '';
  }

  async delete(): Promise<void> {
    await succeed(['rm', '-rf', '--one-file-system', this.path]);
  }
}

/** `+ path` for what came, `- path` for what went, `~ path` for what changed. */
export function differences(before: Inventory, after: Inventory): readonly string[] {
  const came = [...after].flatMap(([path, what]) => {
    if (!before.has(path)) return [`+ ${path}`];
    return before.get(path) === what ? [] : [`~ ${path}`];
  });
  return [...came, ...[...before.keys()].filter((path) => !after.has(path)).map((path) => `- ${path}`)].toSorted();
}
