import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../repo/repository.ts';

/** Where setup.sh unpacked the programs. */
const root = join(process.env['MONITORING_CACHE'] ?? join(ROOT, '.lab', 'monitoring'), 'root');

const lib = (): string => {
  const folder = readdirSync(join(root, 'usr', 'lib')).find((name) => name.endsWith('-linux-gnu'));
  if (folder === undefined) throw new Error(`no libraries below ${root}: run test/monitoring/real/setup.sh`);
  return join(root, 'usr', 'lib', folder);
};

export const PROGRAMS = {
  promtool: join(root, 'usr/bin/promtool'),
  prometheus: join(root, 'usr/bin/prometheus'),
  nodeExporter: join(root, 'usr/bin/prometheus-node-exporter'),
  zabbixAgent: join(root, 'usr/sbin/zabbix_agentd'),
  visudo: join(root, 'usr/sbin/visudo'),
  perl: 'perl',
} as const;

export const icinga2 = (): string => join(lib(), 'icinga2/sbin/icinga2');
export const ICINGA_INCLUDE = join(root, 'usr/share/icinga2/include');

const environment = (extra: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LANG: 'C',
  LD_LIBRARY_PATH: `${lib()}:${join(root, 'usr/libexec/sudo')}`,
  PERL5LIB: `${join(root, 'usr/share/perl5')}:${join(lib(), 'perl5/5.36')}`,
  ...extra,
});

/** Runs a program to its end and answers what it printed; anything but the wanted exit status is a failure. */
export function run(
  program: string,
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): string {
  const done = spawnSync(program, args, { input, encoding: 'utf8', env: environment(env), timeout: 120_000 });
  if (done.error) throw done.error;
  if (done.status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${done.status}\n${done.stdout}${done.stderr}`);
  return done.stdout + done.stderr;
}

/** Starts a server; whoever starts it ends it, by its own process. As `nobody` where that is possible. */
export function start(program: string, args: readonly string[]): ChildProcess & { readonly output: () => string } {
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child = spawn(program, args, { ...nobody, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return Object.assign(child, { output: () => output });
}
