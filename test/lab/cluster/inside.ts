// Runs beside the nodes, in the namespaces that cluster.sh made: every case of the stand-in, on the real parts.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RECORD_CASES, type RecordCluster } from '../../cluster/record-cases.ts';

const script = join(dirname(fileURLToPath(import.meta.url)), 'cluster.sh');
const names = ['pve1', 'pve2', 'pve3'];
const number = (node: string): string => node.slice('pve'.length);

function control(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(script, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
}

const isQuorate = 'grep -q \'"quorate": 1\' /etc/pve/.members';
const allOnline = '[ $(grep -c \'"online": 1, "ip"\' /etc/pve/.members) = 3 ]';
const isWell = `${isQuorate} && ${allOnline} && [ -w /etc/pve/local ]`;
const untilAllAreWell = (): void => {
  for (const name of names) control('wait', number(name), isWell, '90');
};

const cluster: RecordCluster = {
  names,
  perlArgs: (node) => [script, 'on', number(node), 'perl'],
  cut: async (node) => {
    control('cut', number(node));
    control('wait', number(node), 'grep -q \'"quorate": 0\' /etc/pve/.members', '60');
    for (const name of names.filter((other) => other !== node))
      control('wait', number(name), `grep -q '"${node}": {[^}]*"online": 0' /etc/pve/.members`, '60');
  },
  heal: async (node) => {
    control('heal', number(node));
    untilAllAreWell();
  },
  restart: async (node) => {
    control('kill', number(node), 'pmxcfs', 'TERM');
    control('start', number(node), 'pmxcfs');
    untilAllAreWell();
  },
  stop: async (node) => control('kill', number(node), 'pmxcfs', 'KILL'),
  start: async (node) => {
    control('start', number(node), 'pmxcfs');
    untilAllAreWell();
  },
};

let failed = 0;
for (const { about, run } of RECORD_CASES) {
  const begun = performance.now();
  const problem = await run(cluster).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (problem !== null) failed += 1;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${problem === null ? 'ok  ' : 'FAIL'} ${about} (${seconds} s)${problem === null ? '' : `\n${problem}`}`);
}
console.log(`${RECORD_CASES.length - failed} passed, ${failed} failed`);
spawnSync(script, ['down']);
process.exit(failed === 0 ? 0 : 1);
