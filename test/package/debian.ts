import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/model/version.ts';
import { type Artifacts, CAPTURE, GOLDEN, OLDER_VERSION } from './artifacts.ts';
import { baseRoot, copyRoot, differences, type Inventory, RELEASES, type Release, type Root } from './roots.ts';
import type { Chapter, Tests } from './tests.ts';

/** The life of the package in a base system of each release: nothing else is ever installed in it. */
export const debian = (artifacts: Artifacts): Chapter => ({
  name: 'debian',
  about: 'installs, runs, upgrades, goes and leaves nothing, on Debian 10 to 13',
  async run(tests) {
    for (const release of RELEASES) {
      const base = await baseRoot(release);
      if ('because' in base) tests.leaveOut(release.title, base.because);
      else await inRelease(tests, artifacts, release, base.path);
    }
  },
});

async function inRelease(tests: Tests, artifacts: Artifacts, release: Release, base: string): Promise<void> {
  const root = await copyRoot(base, join(artifacts.scratch, release.name));
  const debs = { older: artifacts.older, shipped: await artifacts.shipped() };
  for (const [name, file] of Object.entries(debs)) cpSync(file, join(root.path, `${name}.deb`));
  cpSync(CAPTURE, join(root.path, 'capture.json'));
  const before = root.inventory();
  const say = (sentence: string, body: () => Promise<void>) => tests.test(`${release.title}: ${sentence}`, body);
  await say('is refused with a sentence on a processor that cannot run it', () => refusedByProcessor(root, before));
  await say('installs with dpkg -i and nothing else', () => installs(root));
  await say('runs: version, pages, a capture', () => runs(root));
  await say('checks the node that it is on, keeps the run, and captures it', () => checksLive(root));
  await say('is upgraded with history, journal and configuration as they were', () => upgrades(root));
  await say('leaves configuration and state when it is removed', () => removes(root, before));
  await say('finds them again when it is installed again', () => comesBack(root));
  await say('leaves nothing when it is purged', async () => {
    await root.succeed('dpkg --purge pve-doctor');
    deepEqual(differences(before, root.inventory()), []);
  });
  await root.delete();
}

const OLD_CPU =
  'flags\t\t: fpu de pse tsc msr pae cx8 cmov mmx fxsr sse sse2 syscall nx lm rep_good nopl pni cx16 hypervisor';

async function refusedByProcessor(root: Root, before: Inventory): Promise<void> {
  const info = join(root.path, 'cpuinfo');
  writeFileSync(info, `processor\t: 0\nmodel name\t: Common KVM processor\n${OLD_CPU}\n`);
  const done = await root.run('dpkg -i /shipped.deb', 'mount --bind "$1/cpuinfo" "$1/proc/cpuinfo"');
  ok(done.status !== 0);
  match(done.stderr, /this processor lacks sse4_2 and popcnt, which the program needs/);
  match(done.stderr, /choose host or x86-64-v2/);
  await root.succeed('dpkg --purge pve-doctor 2>/dev/null; rm /cpuinfo');
  deepEqual(differences(before, root.inventory()), []);
}

async function installs(root: Root): Promise<void> {
  const done = await root.run('dpkg -i /older.deb');
  equal(done.status, 0, done.stderr);
  match(await root.succeed('dpkg-query -W pve-doctor'), new RegExp(`\\t${OLDER_VERSION.replace('.', '\\.')}$`, 'm'));
  equal(await root.succeed('dpkg --verify pve-doctor'), '');
  equal(await root.succeed('stat -c "%a %U:%G" /etc/pve-doctor/config.toml'), '600 root:root\n');
  // What `systemctl enable` makes: the timer starts with the node.
  match(await root.succeed('readlink /etc/systemd/system/timers.target.wants/pve-doctor.timer'), /pve-doctor\.timer/);
  await root.succeed('zcat /usr/share/man/man8/pve-doctor.8.gz | grep -q "^.TH PVE"');
}

async function runs(root: Root): Promise<void> {
  equal(await root.succeed('pve-doctor --version'), `${VERSION}\n`);
  match(await root.succeed('cd / && pve-doctor explain DM001'), /^DM001: /);
  match((await root.run('pve-doctor check --from /capture.json')).stdout, /WARNING/);
  const json = await root.run('pve-doctor check --from /capture.json --format json');
  equal(json.status, 1, json.stderr);
  const [report, golden] = [json.stdout, readFileSync(GOLDEN, 'utf8')].map((text) => JSON.parse(text) as Report);
  deepEqual(report?.findings, golden?.findings);
}

interface Report {
  readonly findings: readonly unknown[];
  readonly notSeen: readonly unknown[];
}

async function checksLive(root: Root): Promise<void> {
  const done = await root.run('pve-doctor check --format json --record');
  ok([0, 1, 2, 3].includes(done.status), `exit ${done.status}: ${done.stderr}`);
  ok((JSON.parse(done.stdout) as Report).notSeen.length >= 0);
  await root.succeed('pve-doctor capture -o /tmp/node.capture 2>/dev/null && test -s /tmp/node.capture');
  equal((await root.run('pve-doctor check --from /tmp/node.capture')).status, done.status);
  const user = await root.run('setpriv --reuid 65534 --clear-groups pve-doctor capture -o /tmp/user.capture');
  equal(user.status, 77);
  equal(user.stderr.trim().split('\n').length, 1, user.stderr);
  await root.succeed('rm /tmp/node.capture && test ! -e /tmp/user.capture');
}

const STATE = '/var/lib/pve-doctor';

async function upgrades(root: Root): Promise<void> {
  await root.succeed(`mkdir -p ${STATE} && echo '{"made":"up"}' > ${STATE}/kept.jsonl`);
  await root.succeed('echo "# by the administrator" >> /etc/pve-doctor/config.toml');
  const kept = `cd / && sha256sum ${STATE}/* etc/pve-doctor/config.toml && stat -c "%a" etc/pve-doctor/config.toml`;
  const before = await root.succeed(kept);
  match(before, /history\.sqlite3|\.sqlite/);
  const timer = 'test -L /etc/systemd/system/timers.target.wants/pve-doctor.timer';
  await root.succeed('dpkg -i --force-confold /shipped.deb');
  await root.succeed(`rm /etc/pve-doctor/config.toml.dpkg-dist && ${timer}`);
  equal(await root.succeed(kept), before);
  // Who has switched the timer off finds it off after the next upgrade.
  await root.succeed('rm /etc/systemd/system/timers.target.wants/pve-doctor.timer');
  await root.succeed(`dpkg -i --force-confold /shipped.deb && ! ${timer}`);
  match(await root.succeed('pve-doctor history --runs'), /\d{4}-\d\d-\d\d/);
}

async function removes(root: Root, before: Inventory): Promise<void> {
  await root.succeed('dpkg -r pve-doctor');
  const left = differences(before, root.inventory());
  const expected =
    /^\+ \/(?:etc\/pve-doctor|var\/lib\/pve-doctor|var\/lib\/systemd\/deb-systemd-helper-enabled|etc\/systemd\/system\/timers\.target\.wants|var\/lib\/dpkg\/info\/pve-doctor\.(?:list|postrm)$)/;
  deepEqual(
    left.filter((line) => !expected.test(line)),
    [],
  );
  ok(left.includes('+ /etc/pve-doctor/config.toml') && left.includes(`+ ${STATE}/kept.jsonl`));
}

async function comesBack(root: Root): Promise<void> {
  await root.succeed('dpkg -i /shipped.deb');
  match(root.read('/etc/pve-doctor/config.toml'), /# by the administrator/);
  match(await root.succeed('pve-doctor history --runs'), /\d{4}-\d\d-\d\d/);
}
