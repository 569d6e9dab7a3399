// Runs beside the nodes, in the namespaces that cluster.sh made: every case of the stand-in, on the real parts.

import { deepStrictEqual as same } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RECORD_CASES, type RecordCluster } from '../../cluster/record-cases.ts';

const script = join(dirname(fileURLToPath(import.meta.url)), 'cluster.sh');
const names = ['pve1', 'pve2', 'pve3'];
const number = (node: string): string => node.slice('pve'.length);

function control(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(script, args, { encoding: 'utf8' });
  if (status === 0) return;
  const { stdout } = spawnSync(script, ['members'], { encoding: 'utf8' });
  throw new Error(`${args.join(' ')}: ${stderr}\n${stdout}`);
}

const isQuorate = 'grep -q \'"quorate": 1\' /etc/pve/.members';
const allOnline = '[ $(grep -c \'"online": 1, "ip"\' /etc/pve/.members) = 3 ]';
const isWell = `${isQuorate} && ${allOnline} && [ -w /etc/pve/local ]`;
const untilAllAreWell = (): void => {
  for (const name of names) control('wait', number(name), isWell, '40');
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

const RUNTIME = process.execPath;
const MAIN = join(dirname(fileURLToPath(import.meta.url)), '../../../src/main.ts');

/** pve-doctor itself on a node. */
function doctor(node: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(script, ['on', number(node), RUNTIME, MAIN, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

interface Row {
  readonly name: string;
  readonly isJudged: boolean;
}

/** What `pve-doctor cluster` says of each node. */
function rows(node: string, ...more: readonly string[]): readonly string[] {
  const { stdout, stderr } = doctor(node, 'cluster', '--format', 'json', ...more);
  if (stdout === '') throw new Error(stderr);
  const { nodes } = JSON.parse(stdout) as { readonly nodes: readonly Row[] };
  return nodes.map(({ name, isJudged }) => `${name} ${isJudged ? 'judged' : 'not-judged'}`);
}

/** Each node shares the process list, so its process 1 is not its own: what is mounted there is. */
function prepare(): void {
  for (const name of names) {
    const holder = readFileSync(`/run/pmx/${name}/ns.pid`, 'utf8').trim();
    control('on', number(name), `mount --bind /proc/${holder}/mountinfo /proc/1/mountinfo`);
  }
}

const DOCTOR_CASES: typeof RECORD_CASES = [
  {
    about: 'pve-doctor publishes on each node, and shows all of them on one',
    run: async () => {
      prepare();
      for (const name of names) same(doctor(name, 'publish').status, 0);
      same(rows('pve1'), ['pve1 judged', 'pve2 judged', 'pve3 judged']);
    },
  },
  {
    about: 'a node that takes its record back is not judged',
    run: async () => {
      same(doctor('pve3', 'publish', '--withdraw').status, 0);
      same(rows('pve1'), ['pve1 judged', 'pve2 judged', 'pve3 not-judged']);
      same(doctor('pve3', 'publish').status, 0);
    },
  },
  {
    about: 'without pmxcfs nothing is published, and that is said',
    run: async () => {
      await cluster.stop('pve2');
      const { status, stderr } = doctor('pve2', 'publish');
      same([status, /nothing was published/.test(stderr)], [75, true]);
      await cluster.start('pve2');
    },
  },
];

let failed = 0;
for (const { about, run } of [...RECORD_CASES, ...DOCTOR_CASES]) {
  const begun = performance.now();
  const problem = await run(cluster).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (problem !== null) failed += 1;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${problem === null ? 'ok  ' : 'FAIL'} ${about} (${seconds} s)${problem === null ? '' : `\n${problem}`}`);
}
console.log(`${RECORD_CASES.length + DOCTOR_CASES.length - failed} passed, ${failed} failed`);
spawnSync(script, ['down']);
process.exit(failed === 0 ? 0 : 1);
