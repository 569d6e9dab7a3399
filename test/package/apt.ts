import { equal, match, ok } from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VERSION } from '../../src/model/version.ts';
import { poolFolder, writeIndex } from '../../tools/apt-index.ts';
import { debianVersion } from '../../tools/package-changelog.ts';
import { NODE } from '../../tools/products.ts';
import { openSigner } from '../../tools/signing.ts';
import { type Artifacts, EPOCH, makeKey, OLDER_VERSION } from './artifacts.ts';
import { baseRoot, copyRoot, RELEASES, type Root } from './roots.ts';
import type { Chapter, Tests } from './tests.ts';
import { serveTree, type TreeServer } from './tree-server.ts';

const KEYRING = '/usr/share/keyrings/pve-doctor.gpg';

/** Everything that a repository must hold: that of the release, and the package before it. */
interface Repository {
  readonly tree: string;
  readonly keyOf: (name: 'first' | 'second') => string;
  /** Signs the tree with these keys, as a release does. */
  readonly sign: (...keys: readonly string[]) => void;
  readonly keyringOf: (key: string) => string;
}

/** The repository of the release on a web server, and the apt of each Debian. */
export const aptRepository = (artifacts: Artifacts): Chapter => ({
  name: 'apt',
  about: 'apt installs from the repository of a release, and refuses what was tampered with',
  async run(tests) {
    const repository = await makeRepository(artifacts);
    const server = await serveTree(repository.tree);
    try {
      for (const release of RELEASES) {
        const base = await baseRoot(release);
        if ('because' in base) {
          tests.leaveOut(release.title, base.because);
          continue;
        }
        const root = await copyRoot(base.path, join(artifacts.scratch, `apt-${release.name}`));
        repository.sign(repository.keyOf('first'));
        await inRoot(tests, release.title, root, { repository, server });
        await root.delete();
      }
    } finally {
      await server.close();
    }
  },
});

async function makeRepository({ scratch, release, older, key }: Artifacts): Promise<Repository> {
  const tree = mkdtempSync(join(scratch, 'repository-'));
  cpSync(join(release, 'apt'), tree, { recursive: true });
  copyFileSync(older, join(tree, poolFolder(NODE.name), basename(older)));
  const second = await makeKey(scratch, 'rotated');
  const sign = (...keys: readonly string[]): void => {
    const file = writeIndex(tree, EPOCH);
    const signer = openSigner(keys);
    signer.clearsign(file, join(file, '..', 'InRelease'));
    signer.detach(file, `${file}.gpg`);
    signer.close();
  };
  const keyringOf = (one: string): string => {
    const signer = openSigner([one]);
    signer.exportPublic(`${one}.public`);
    signer.close();
    return `${one}.public`;
  };
  return { tree, sign, keyringOf, keyOf: (name) => (name === 'first' ? key : second) };
}

interface Place {
  readonly repository: Repository;
  readonly server: TreeServer;
}

async function inRoot(tests: Tests, title: string, root: Root, { repository, server }: Place): Promise<void> {
  const say = (sentence: string, body: () => Promise<void>) => tests.test(`${title}: ${sentence}`, body);
  const trust = (name: 'first' | 'second'): void => {
    mkdirSync(join(root.path, '/usr/share/keyrings'), { recursive: true });
    copyFileSync(repository.keyringOf(repository.keyOf(name)), join(root.path, KEYRING));
  };
  // adduser, which Debian 13 leaves out of its base, comes from Debian.
  await root.succeed('apt-get update -qq && apt-get install -y -qq --no-install-recommends adduser && apt-get clean');
  await root.succeed('rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/*');
  await root.succeed(
    `echo 'deb [signed-by=${KEYRING}] ${server.url} stable main' > /etc/apt/sources.list.d/pve-doctor.list`,
  );
  const update = () => root.run('apt-get -o APT::Update::Error-Mode=any update 2>&1');

  await say('without the key nothing of it is believed', async () => {
    const done = await update();
    ok(done.status !== 0, done.stdout);
    match(done.stdout, /NO_PUBKEY|not signed|Missing key|keyring|verif/i);
  });
  await say('with the key, both packages install, and run', async () => {
    trust('first');
    const done = await update();
    equal(done.status, 0, done.stdout);
    ok(!/^[WE]:/m.test(done.stdout), done.stdout);
    await root.succeed('apt-get install -y -qq --no-install-recommends pve-doctor pve-doctor-hub');
    equal(await root.succeed('pve-doctor --version; pve-doctor-hub --version'), `${VERSION}\n${VERSION}\n`);
  });
  await say('an earlier version is still there, and a downgrade takes it', async () => {
    await root.succeed(`apt-get install -y -qq --allow-downgrades pve-doctor=${OLDER_VERSION}`);
    match(await root.succeed('dpkg-query -W pve-doctor'), new RegExp(`\\t${OLDER_VERSION}$`, 'm'));
    await root.succeed('apt-get install -y -qq --only-upgrade pve-doctor');
    match(await root.succeed('dpkg-query -W pve-doctor'), new RegExp(`\\t${debianVersion(VERSION)}$`, 'm'));
  });
  await tampering(say, root, { repository, server }, update);
  await say('while a key takes the place of another, who has either of them is served', async () => {
    server.change(() => null);
    repository.sign(repository.keyOf('first'), repository.keyOf('second'));
    for (const name of ['first', 'second'] as const) {
      trust(name);
      await root.succeed('rm -rf /var/lib/apt/lists/*');
      const done = await update();
      equal(done.status, 0, done.stdout);
      match(await root.succeed('apt-cache policy pve-doctor'), new RegExp(` ${server.url} `));
    }
  });
}

async function tampering(
  say: (sentence: string, body: () => Promise<void>) => Promise<void>,
  root: Root,
  { repository, server }: Place,
  update: () => ReturnType<Root['run']>,
): Promise<void> {
  const flipped = (path: string): Buffer => {
    const content = readFileSync(join(repository.tree, path));
    content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
    return content;
  };
  await say('a package in which one bit is another is refused', async () => {
    await root.succeed('apt-get clean');
    server.change((path) => (path.endsWith('.deb') ? flipped(path) : null));
    const done = await root.run('apt-get install -y --reinstall pve-doctor 2>&1');
    ok(done.status !== 0);
    match(done.stdout, /Hash Sum mismatch/);
  });
  await say('an index in which one bit is another is refused', async () => {
    await root.succeed('rm -rf /var/lib/apt/lists/*');
    server.change((path) => (/Packages(?:\.gz)?$/.test(path) ? flipped(path) : null));
    const done = await update();
    ok(done.status !== 0);
    match(done.stdout, /Hash Sum mismatch|Failed to fetch/);
  });
  await say('a repository that somebody else signed is refused', async () => {
    await root.succeed('rm -rf /var/lib/apt/lists/*');
    server.change(() => null);
    repository.sign(repository.keyOf('second'));
    const done = await update();
    ok(done.status !== 0, done.stdout);
  });
}
