// `npm run lab:cluster -- --source DIR [--common DIR]`: records of nodes in a real pmxcfs and corosync, three nodes in namespaces.
// DIR are git directories of proxmox/pve-cluster and proxmox/pve-common, whose code is built outside the repository and never in it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { source: { type: 'string' }, common: { type: 'string' } } });
const built = join(process.env['LAB_CACHE'] ?? join(here, '../../../.lab'), 'pve-cluster');

const run = (program: string, args: readonly string[]): number =>
  spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, PMX_OUT: built } }).status ?? 1;

if (values.source === undefined && !existsSync(join(built, 'VERSION'))) {
  console.error('lab:cluster: give the git directory of proxmox/pve-cluster with --source DIR, once');
  process.exit(64);
}
if (values.source !== undefined) {
  const common = values.common === undefined ? [] : ['-c', resolve(values.common)];
  const status = run(join(here, 'setup.sh'), [...common, '-n', resolve(values.source), built]);
  if (status !== 0) process.exit(status);
}
const cluster = join(here, 'cluster.sh');
// The shell stays, as process 1 of the namespaces: it takes the ended daemons, which would count as alive.
const inside = `$C up 3 && '${process.execPath}' '${join(here, 'inside.ts')}'; exit $?`;
process.exit(run(cluster, ['here', inside]));
