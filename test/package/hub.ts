import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/model/version.ts';
import { read } from '../repo/repository.ts';
import type { Artifacts } from './artifacts.ts';
import { baseRoot, copyRoot, differences, type Inventory, RELEASES, type Release, type Root } from './roots.ts';
import type { Chapter, Tests } from './tests.ts';

const STATE = '/var/lib/pve-doctor-hub';
const CONFIG = '/etc/pve-doctor-hub/config.toml';

/** The life of the hub's package. */
export const hub = (artifacts: Artifacts): Chapter => ({
  name: 'hub',
  about: 'the package of the hub: its user, its files, their end',
  async run(tests) {
    for (const release of RELEASES) {
      const base = await baseRoot(release);
      if ('because' in base) tests.leaveOut(release.title, base.because);
      else await inRelease(tests, artifacts, release, base.path);
    }
  },
});

async function inRelease(tests: Tests, artifacts: Artifacts, release: Release, base: string): Promise<void> {
  const root = await copyRoot(base, join(artifacts.scratch, `hub-${release.name}`));
  await root.succeed('apt-get update -qq && apt-get install -y -qq --no-install-recommends adduser && apt-get clean');
  cpSync(artifacts.olderHub, join(root.path, 'older.deb'));
  cpSync(artifacts.hub, join(root.path, 'hub.deb'));
  const before = root.inventory();
  const say = (sentence: string, body: () => Promise<void>) => tests.test(`${release.title}: ${sentence}`, body);
  await say('installs with a user of its own, who can log in nowhere', () => installs(root));
  await say('is upgraded with configuration, state and user as they were', () => upgrades(root));
  await say('leaves configuration, state and user when it is removed', () => removes(root, before));
  await say('finds them again when it is installed again', async () => {
    await root.succeed('dpkg -i /hub.deb');
    equal(await root.succeed(`cat ${STATE}/hub.db`), 'what nodes said\n');
  });
  await say('leaves nothing when it is purged, the user included', async () => {
    await root.succeed('dpkg --purge pve-doctor-hub');
    deepEqual(
      differences(before, root.inventory()).filter((line) => !OF_ADDUSER.test(line)),
      [],
    );
  });
  await root.delete();
}

/** What adduser and deluser keep of the files that they change, and their lock, which a real /run forgets. */
const OF_ADDUSER = /^(?:[+~] \/etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-|\+ \/run\/adduser)$/;

const modes = (root: Root): Promise<string> => root.succeed(`stat -c '%n %a %U:%G' ${CONFIG} ${STATE}`);

const MODES = `${CONFIG} 640 root:pve-doctor-hub\n${STATE} 700 pve-doctor-hub:pve-doctor-hub\n`;

async function installs(root: Root): Promise<void> {
  await root.succeed('dpkg -i /older.deb');
  equal(await modes(root), MODES);
  match(
    await root.succeed('getent passwd pve-doctor-hub'),
    /^pve-doctor-hub:x:\d{1,3}:\d+:[^:]*:\/var\/lib\/pve-doctor-hub:\/usr\/sbin\/nologin$/m,
  );
  equal(await root.succeed('id -Gn pve-doctor-hub'), 'pve-doctor-hub\n');
  equal(await root.succeed('dpkg --verify pve-doctor-hub'), '');
  equal(
    await root.succeed('setpriv --reuid pve-doctor-hub --regid pve-doctor-hub --clear-groups pve-doctor-hub --version'),
    `${VERSION}\n`,
  );
  match(
    await root.succeed('readlink /etc/systemd/system/multi-user.target.wants/pve-doctor-hub.service'),
    /pve-doctor-hub\.service/,
  );
  await root.succeed('zcat /usr/share/man/man8/pve-doctor-hub.8.gz | grep -q "^.TH PVE"');
  await root.succeed('test ! -e /usr/bin/pve-doctor');
  // What docs/monitoring.md names; the tests of the rules stay in the repository.
  equal(await root.succeed('cd /usr/share/pve-doctor-hub && find . -type f | sort'), MONITORING);
  for (const path of MONITORING.trim().split('\n'))
    equal(root.read(`/usr/share/pve-doctor-hub/${path}`), read(`packaging/hub/${path}`));
  match(root.read('/usr/share/doc/pve-doctor-hub/docs/monitoring.md'), /^## A fleet$/m);
}

const MONITORING = './grafana/pve-doctor-hub.json\n./prometheus/pve-doctor-hub.rules.yml\n';

async function upgrades(root: Root): Promise<void> {
  await root.succeed(`echo 'what nodes said' > ${STATE}/hub.db && echo '# by the administrator' >> ${CONFIG}`);
  // Somebody who wants another mode keeps it.
  await root.succeed(`chmod 0600 ${CONFIG} && chown pve-doctor-hub ${CONFIG}`);
  const kept = `sha256sum ${STATE}/hub.db ${CONFIG} && stat -c '%a %U:%G' ${CONFIG} && id pve-doctor-hub`;
  const before = await root.succeed(kept);
  await root.succeed('dpkg -i --force-confold /hub.deb && rm -f /etc/pve-doctor-hub/config.toml.dpkg-dist');
  equal(await root.succeed(kept), before);
}

async function removes(root: Root, before: Inventory): Promise<void> {
  await root.succeed('dpkg -r pve-doctor-hub');
  const left = differences(before, root.inventory());
  const expected =
    /^(?:\+ \/(?:etc\/pve-doctor-hub|var\/lib\/pve-doctor-hub|var\/lib\/systemd\/deb-systemd-helper-enabled|etc\/systemd\/system\/multi-user\.target\.wants|var\/lib\/dpkg\/info\/pve-doctor-hub\.(?:list|postrm)$)|~ \/etc\/(?:passwd|group|shadow|gshadow)$)/;
  deepEqual(
    left.filter((line) => !expected.test(line) && !OF_ADDUSER.test(line)),
    [],
  );
  ok(left.includes(`+ ${CONFIG}`) && left.includes(`+ ${STATE}/hub.db`));
}
