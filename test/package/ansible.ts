import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/model/version.ts';
import { openSigner } from '../../tools/signing.ts';
import { requestsIn, type StandIn, standInHub, TOKEN } from '../node-to-hub/stand-in-hub.ts';
import { ROOT } from '../repo/repository.ts';
import { type Artifacts, OLDER_VERSION } from './artifacts.ts';
import { putSsh } from './by-ssh.ts';
import { baseRoot, copyRoot, differences, RELEASES, type Root } from './roots.ts';
import { type Chapter, type Done, run, succeed, type Tests } from './tests.ts';
import { serveTree } from './tree-server.ts';

const FOLDER = join(ROOT, 'packaging/ansible');

/** The roles, played by a real Ansible on clean systems: a machine that it reaches by something that behaves as ssh does. */
export const ansible = (artifacts: Artifacts): Chapter => ({
  name: 'ansible',
  about: 'the roles are linted, and install and configure clean systems',
  async run(tests) {
    await linted(tests, artifacts.scratch);
    const bookworm = RELEASES.find(({ name }) => name === 'bookworm');
    const base = bookworm === undefined ? { because: 'no release' } : await baseRoot(bookworm);
    if ('because' in base) {
      tests.leaveOut('the roles', base.because);
      return;
    }
    const root = await copyRoot(base.path, join(artifacts.scratch, 'ansible-node'));
    // What Ansible needs on any machine.
    await root.succeed(
      'apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 python3-apt adduser',
    );
    await root.succeed('tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id');
    const server = await serveTree(join(artifacts.release, 'apt'));
    const hub = await standInHub();
    try {
      await ofTheNode(tests, artifacts, root, server.url);
      await enrols(tests, new Player(artifacts.scratch, root), artifacts, hub);
      await ofTheHub(tests, artifacts, root, server.url);
    } finally {
      await hub.close();
      await server.close();
      await root.delete();
    }
  },
});

async function linted(tests: Tests, scratch: string): Promise<void> {
  const env = { ...process.env, NO_COLOR: '1', ANSIBLE_NOCOLOR: '1', ANSIBLE_HOME: join(scratch, 'ansible-home') };
  await tests.test('yamllint has nothing to say', async () => {
    equal(await succeed(['yamllint', '--strict', '.'], { cwd: FOLDER }), '');
  });
  await tests.test('ansible-lint has nothing to say, by the rules for production', async () => {
    const done = await run(['ansible-lint', '--nocolor'], { cwd: FOLDER, env });
    equal(done.status, 0, done.stdout + done.stderr);
    match(done.stderr + done.stdout, /Passed with production profile/);
  });
  await tests.test('the example names forty nodes, and its playbook is one', async () => {
    await succeed(['ansible-playbook', '-i', 'inventory.yml', '--syntax-check', 'site.yml'], { cwd: FOLDER });
    const listed = await succeed(
      ['ansible-playbook', '-i', 'inventory.yml', '--list-hosts', '--limit', 'pve', 'site.yml'],
      { cwd: FOLDER },
    );
    match(listed, /hosts \(40\):/);
  });
}

/** Plays one role on a root. */
class Player {
  readonly #folder: string;
  readonly root: Root;

  constructor(scratch: string, root: Root) {
    this.root = root;
    this.#folder = join(scratch, 'ansible-controller');
    cpSync(FOLDER, this.#folder, { recursive: true });
    const ssh = putSsh(this.#folder, root);
    writeFileSync(
      join(this.#folder, 'ansible.cfg'),
      `[defaults]\nnocolor = true\nretry_files_enabled = false\n[ssh_connection]\nssh_executable = ${ssh}\nssh_args =\ntransfer_method = piped\npipelining = true\n`,
    );
  }

  /** Every variable is given as a file, as a vault is. */
  async play(role: string, variables: object, ...options: readonly string[]): Promise<Done> {
    const file = join(this.#folder, 'variables.json');
    writeFileSync(file, JSON.stringify(variables));
    const playbook = join(this.#folder, 'play.yml');
    writeFileSync(playbook, JSON.stringify([{ hosts: 'all', roles: [role] }]));
    const argv = ['ansible-playbook', '-i', 'node.example.org,', '-u', 'root', '-e', `@${file}`, ...options, playbook];
    return run(argv, { cwd: this.#folder, env: { ...process.env, HOME: this.#folder, LC_ALL: 'C.UTF-8' } });
  }

  async plays(role: string, variables: object, ...options: readonly string[]): Promise<string> {
    const done = await this.play(role, variables, ...options);
    if (done.status === 0) return done.stdout;
    throw new Error(`exit ${done.status}\n${done.stdout}${done.stderr}`.slice(-4000));
  }
}

const recap = (said: string): string => /ok=\d+ .*$/m.exec(said)?.[0] ?? '';

const SECRET = 'pass-word-of-mail "quoted" ü';

async function ofTheNode(tests: Tests, artifacts: Artifacts, root: Root, url: string): Promise<void> {
  const player = new Player(artifacts.scratch, root);
  const key = join(artifacts.scratch, 'ansible.gpg');
  const signer = openSigner([artifacts.key]);
  signer.exportPublic(key);
  signer.close();
  const mail = { type: 'smtp', host: '127.0.0.1', from: 'node@example.org', to: ['root@example.org'] };
  const variables = {
    ...{ pve_doctor_repository: url, pve_doctor_repository_key: key },
    pve_doctor_settings: { notify: { policy: 'on-change' } },
    pve_doctor_channels: { mail: { ...mail, user: 'node', password: SECRET } },
  };
  await tests.test('node: a check on a clean system changes nothing of it', async () => {
    const before = root.inventory();
    match(recap(await player.plays('pve_doctor', variables, '--check')), /failed=0/);
    deepEqual(
      differences(before, root.inventory()).filter((line) => !OF_ANSIBLE.test(line)),
      [],
    );
  });
  await tests.test('node: installs from the repository and writes the channels', async () => {
    const said = await player.plays('pve_doctor', variables, '-vvv');
    match(recap(said), /changed=4 .*failed=0/);
    ok(!said.includes('pass-word-of-mail'), 'a secret was shown');
    equal(
      await root.succeed('pve-doctor --version && stat -c "%a %U" /etc/pve-doctor/config.toml'),
      `${VERSION}\n600 root\n`,
    );
    const shown = JSON.parse(await root.succeed('pve-doctor config show --format json')) as unknown;
    match(JSON.stringify(shown), /root@example\.org/);
    ok(root.read('/etc/pve-doctor/config.toml').includes(JSON.stringify(SECRET)));
  });
  await tests.test('node: a second time nothing changes, nor would it', async () => {
    match(recap(await player.plays('pve_doctor', variables)), /changed=0 .*failed=0/);
    match(recap(await player.plays('pve_doctor', variables, '--check', '--diff')), /changed=0 .*failed=0/);
  });
  await tests.test('node: a configuration that pve-doctor would not take never gets there', async () => {
    const before = root.read('/etc/pve-doctor/config.toml');
    const wrong = { ...variables, pve_doctor_settings: { notify: { polciy: 'on-change' } } };
    const done = await player.play('pve_doctor', { ...wrong, pve_doctor_no_log: false, pve_doctor_channels: {} });
    ok(done.status !== 0);
    match(done.stdout, /unknown key polciy/);
    equal(root.read('/etc/pve-doctor/config.toml'), before);
  });
  await tests.test('node: another version, from a file, upwards and downwards', async () => {
    const from = async (file: string) => recap(await player.plays('pve_doctor', { pve_doctor_deb: file }));
    match(await from(artifacts.older), /changed=[1-9]/);
    match(await root.succeed('dpkg-query -W pve-doctor'), new RegExp(`\\t${OLDER_VERSION}$`, 'm'));
    match(await from(artifacts.plain), /changed=[1-9]/);
    match(await from(artifacts.plain), /changed=0/);
    equal(await root.succeed('ls /var/cache | grep -c "[.]deb$" || :'), '0\n');
  });
  await tests.test('node: without a source, or with two, nothing is done', async () => {
    for (const source of [{}, { ...variables, pve_doctor_deb: artifacts.plain }]) {
      const done = await player.play('pve_doctor', source);
      ok(done.status !== 0);
      match(done.stdout, /Set pve_doctor_repository and pve_doctor_repository_key, or pve_doctor_deb/);
    }
  });
}

async function enrols(tests: Tests, player: Player, { plain }: Artifacts, hub: StandIn): Promise<void> {
  const variables = { pve_doctor_deb: plain, pve_doctor_enrol_url: `${hub.url}/`, pve_doctor_enrol_token: TOKEN };
  await tests.test('node: would enrol, and a check does not', async () => {
    match(recap(await player.plays('pve_doctor', variables, '--check')), /failed=0/);
    deepEqual(hub.heard, []);
  });
  await tests.test('node: enrols with a token that nobody sees', async () => {
    const said = await player.plays('pve_doctor', variables, '-vvv');
    match(recap(said), /changed=1 .*failed=0/);
    ok(!said.includes(TOKEN), 'the token was shown');
    deepEqual([requestsIn(hub), hub.complaints], [['POST enrol', 'PUT reports'], []]);
    equal(await player.root.succeed(`grep -rl ${TOKEN} /etc /root /var /tmp /run || :`), '');
  });
  await tests.test('node: is enrolled once', async () => {
    match(recap(await player.plays('pve_doctor', variables)), /changed=0 .*failed=0/);
    deepEqual(requestsIn(hub), ['POST enrol', 'PUT reports']);
  });
  await tests.test('node: a hub without a token is a mistake', async () => {
    const done = await player.play('pve_doctor', {
      ...variables,
      pve_doctor_enrol_token: '',
      pve_doctor_no_log: false,
    });
    ok(done.status !== 0);
    match(done.stdout, /Set pve_doctor_enrol_token/);
  });
}

/** What Ansible itself leaves on a machine that it looks at. */
const OF_ANSIBLE = /^[+~] \/(?:root\/\.ansible|tmp\/|var\/tmp|root$)/;

async function ofTheHub(tests: Tests, artifacts: Artifacts, root: Root, url: string): Promise<void> {
  const player = new Player(join(artifacts.scratch), root);
  const key = join(artifacts.scratch, 'ansible.gpg');
  const variables = {
    ...{ pve_doctor_repository: url, pve_doctor_repository_key: key },
    pve_doctor_hub_settings: { server: { listen: '127.0.0.1:8471' }, metrics: { token: 'token-of-metrics' } },
  };
  await tests.test('hub: installs, and its configuration is readable for root and the hub alone', async () => {
    const said = await player.plays('pve_doctor_hub', variables, '-vvv');
    match(recap(said), /failed=0/);
    doesNotMatch(said, /token-of-metrics/);
    equal(await root.succeed('stat -c "%a %U:%G" /etc/pve-doctor-hub/config.toml'), '640 root:pve-doctor-hub\n');
    match(root.read('/etc/pve-doctor-hub/config.toml'), /^\[server\]\nlisten = "127\.0\.0\.1:8471"\n/m);
  });
  await tests.test('hub: a second time nothing changes', async () => {
    match(recap(await player.plays('pve_doctor_hub', variables)), /changed=0 .*failed=0/);
  });
}
