import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/model/version.ts';
import { openSigner } from '../../tools/signing.ts';
import { read } from '../repo/repository.ts';
import type { Artifacts } from './artifacts.ts';
import { putSsh } from './by-ssh.ts';
import { type RealHub, startHub } from './real-hub.ts';
import { baseRoot, copyRoot, RELEASES, type Root } from './roots.ts';
import { type Chapter, type Done, run, type Tests } from './tests.ts';
import { serveTree } from './tree-server.ts';

/** The loop of docs/install.md as it stands there, with the addresses of our repository and our hub. */
function loopOfThePage(repository: string, hub: string): string {
  const [, loop] = /^```sh\n(for node in[\s\S]*?)^```$/m.exec(read('docs/install.md')) ?? [];
  if (loop === undefined) throw new Error('docs/install.md has no loop over nodes');
  return loop
    .replace('https://packages.example.org/pve-doctor', repository)
    .replaceAll('https://hub.example.org:8470', hub)
    .replaceAll('hub.example.org:8470', new URL(hub).host);
}

/** What the page says to leave out where there is no hub. */
function withoutHub(loop: string): string {
  const left = loop.replace(/^.*enrolment\.json.*\n.*enrol .*\n/m, '').replace("' < token ||", "' < /dev/null ||");
  ok(!left.includes('enrol') && !left.includes('< token'), 'the page says something else to leave out');
  return left;
}

/** What a reader of the page types. */
export const manyNodes = (artifacts: Artifacts): Chapter => ({
  name: 'many-nodes',
  about: 'the loop of docs/install.md, with the hub of the same release',
  async run(tests) {
    const bookworm = RELEASES.find(({ name }) => name === 'bookworm');
    const base = bookworm === undefined ? { because: 'no release' } : await baseRoot(bookworm);
    if ('because' in base) {
      tests.leaveOut('the loop', base.because);
      return;
    }
    const root = await copyRoot(base.path, join(artifacts.scratch, 'loop-node'));
    const server = await serveTree(join(artifacts.release, 'apt'));
    const hub = await startHub(artifacts);
    try {
      await inLoop(tests, artifacts, root, loopOfThePage(server.url, hub.url), hub);
    } finally {
      await hub.close();
      await server.close();
      await root.delete();
    }
  },
});

async function inLoop(
  tests: Tests,
  { scratch, key }: Artifacts,
  root: Root,
  loop: string,
  hub: RealHub,
): Promise<void> {
  const folder = join(scratch, 'loop');
  mkdirSync(folder);
  putSsh(folder, root);
  const signer = openSigner([key]);
  signer.exportPublic(join(folder, 'pve-doctor.gpg'));
  signer.close();
  writeFileSync(join(folder, 'nodes'), 'pve1\npve2\n');
  const config = (text: string): void => {
    writeFileSync(join(folder, 'config.toml'), text);
    chmodSync(join(folder, 'config.toml'), 0o600);
  };
  // A repository that answers to subscribers alone, as Proxmox's.
  await root.succeed(
    "echo 'deb http://127.0.0.1:9/enterprise bookworm none' > /etc/apt/sources.list.d/pve-enterprise.list",
  );
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  const go = (script: string): Promise<Done> => run(['sh', '-c', script], { cwd: folder, env });
  await root.succeed('tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id');
  const token = (await hub.command('token', 'create', '--uses', '1')).trim();
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  const nodes = async (): Promise<readonly string[]> => (await hub.command('node', 'list')).trim().split('\n').slice(1);
  const failed = join(folder, 'failed');

  await tests.test('installs and configures every node, though another repository fails', async () => {
    config('[channel.mail]\ntype = "sendmail"\nfrom = "pve@example.org"\nto = ["root"]\n');
    const done = await go(withoutHub(loop));
    equal(done.status, 0, done.stderr);
    ok(!existsSync(failed), `${done.stdout}${done.stderr}`);
    deepEqual(await nodes(), []);
    equal(
      await root.succeed('pve-doctor --version; stat -c %a /etc/pve-doctor/config.toml; ls /root'),
      `${VERSION}\n600\n`,
    );
    match(root.read('/etc/pve-doctor/config.toml'), /^\[channel\.mail\]$/m);
  });
  await tests.test('enrols with a hub, and the token is nowhere afterwards', async () => {
    const done = await go(loop);
    ok(!existsSync(failed), `${done.stdout}${done.stderr}`);
    match(done.stdout, /is enrolled at .*\nIts first report is there/);
    // A status is there once its first report is.
    const [node = '', ...others] = await nodes();
    deepEqual(others, []);
    match(node, /\d{4}-\d\d-\d\dT\S+ +(?:healthy|warning|critical|unknown)$/);
    equal(await root.succeed(`grep -rl ${token} /etc /root /var /tmp /run || :`), '');
  });
  await tests.test('can be run again', async () => {
    const before = await root.succeed('cat /etc/pve-doctor/config.toml /etc/apt/sources.list.d/pve-doctor.list');
    equal((await go(loop)).status, 0);
    ok(!existsSync(failed));
    equal((await nodes()).length, 1);
    equal(await root.succeed('cat /etc/pve-doctor/config.toml /etc/apt/sources.list.d/pve-doctor.list'), before);
  });
  await tests.test('leaves the configuration alone where the new one is wrong, and names the nodes', async () => {
    const before = root.read('/etc/pve-doctor/config.toml');
    config('[chanel.mail]\ntype = "sendmail"\n');
    const done = await go(loop);
    match(done.stdout + done.stderr, /unknown name chanel/);
    deepEqual(readFileSync(failed, 'utf8').trim().split('\n'), ['pve1', 'pve2']);
    equal(root.read('/etc/pve-doctor/config.toml'), before);
  });
}
