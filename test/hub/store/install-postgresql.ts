import { spawnSync } from 'node:child_process';

/** Debian's package, as root. It would start a server of its own; nobody needs it here. */
const INSTALL = `apt-get -qq update; apt-get -qq install -y --no-install-recommends postgresql-common &&
sed -i "s/^#\\?create_main_cluster.*/create_main_cluster = false/" /etc/postgresql-common/createcluster.conf &&
apt-get -qq install -y --no-install-recommends postgresql`;

export function installPostgresql(): void {
  spawnSync('bash', ['-c', INSTALL], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
