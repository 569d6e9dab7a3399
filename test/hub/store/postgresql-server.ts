import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A real server of this test alone: data in a temporary directory, reached by a unix socket, run by an ordinary user. */
export interface PostgresqlServer {
  /** Makes an empty database and gives its address. */
  readonly database: () => Promise<string>;
  /** kill -9 of the server, and up again. */
  readonly crash: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Ends it and takes its directory away. */
  readonly end: () => Promise<void>;
  /** Processor seconds of the server and its processes until now. */
  readonly cpuSeconds: () => number;
}

/** Where Debian puts the programs; the newest version. null: not installed. */
export function postgresqlPrograms(): string | null {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).toSorted((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(base, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  return found ?? null;
}

/** Of the user of every database: one that means something wherever it is not encoded. */
export const PASSWORD = 'p&ss w=rd?%20';

/** PostgreSQL refuses to be run by root. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

const asNobody = (program: string, args: readonly string[]): readonly [string, readonly string[]] =>
  isRoot
    ? ['setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--', program, ...args]]
    : [program, args];

/** Where writing to disk costs nothing: for what is not about that. */
const IN_MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export async function startPostgresql({ fsync = true, folder = '' } = {}): Promise<PostgresqlServer> {
  const bin = postgresqlPrograms();
  if (bin === null) throw new Error('PostgreSQL is not installed');
  const parent = folder !== '' ? folder : fsync ? tmpdir() : IN_MEMORY;
  const own = mkdtempSync(join(parent, 'pve-doctor-pg-'));
  const data = join(own, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (isRoot) for (const path of [own, data]) chownSync(path, NOBODY, NOBODY);
  const [initdb, initArgs] = asNobody(join(bin, 'initdb'), [
    ...[
      '-D',
      data,
      '-U',
      'hub',
      '-A',
      'scram-sha-256',
      '--pwfile=/dev/stdin',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ],
  ]);
  execFileSync(initdb, [...initArgs], { input: `${PASSWORD}\n`, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
  const settings = [
    ...['listen_addresses=', `unix_socket_directories=${own}`, `fsync=${fsync ? 'on' : 'off'}`],
    ...['max_connections=60', 'log_min_messages=fatal', 'shared_buffers=128MB'],
  ].flatMap((setting) => ['-c', setting]);
  const address = (name: string): string =>
    `postgresql://hub@/${name}?host=${encodeURIComponent(own)}&password=${encodeURIComponent(PASSWORD)}`;
  let child: ChildProcess | null = null;
  let made = 0;
  const start = async (): Promise<void> => {
    for (let tried = 0; tried < 100; tried += 1) {
      if (child === null || child.exitCode !== null || child.signalCode !== null) {
        const [program, args] = asNobody(join(bin, 'postgres'), ['-D', data, ...settings]);
        child = spawn(program, [...args], { stdio: 'ignore', cwd: '/' });
      }
      if (await answers(address('postgres'))) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('PostgreSQL did not start');
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  await start();
  return {
    start,
    kill: () => stop('SIGKILL'),
    crash: async () => {
      await stop('SIGKILL');
      await start();
    },
    database: async () => {
      made += 1;
      const name = `hub_${made}`;
      await query(address('postgres'), `create database ${name} template template0`);
      return address(name);
    },
    end: async () => {
      // At once: what it has is thrown away.
      await stop('SIGQUIT');
      rmSync(own, { recursive: true, force: true });
    },
    cpuSeconds: () => cpuSecondsOf(child?.pid ?? 0),
  };
}

export async function query(address: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    await query(address, 'select 1');
    return true;
  } catch {
    return false;
  }
}

/** Of a process and its children, those that ended too (proc_pid_stat(5): utime, stime, cutime, cstime, in hundredths). */
export function cpuSecondsOf(pid: number): number {
  const ids = [pid, ...childrenOf(pid)];
  return ids.reduce((sum, id) => sum + ticksOf(id, id === pid), 0) / 100;
}

function childrenOf(pid: number): readonly number[] {
  try {
    const output = execFileSync('pgrep', ['-P', `${pid}`], { encoding: 'utf8' });
    return output.split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function ticksOf(pid: number, withEnded: boolean): number {
  try {
    const text = execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return user + system + (withEnded ? endedUser + endedSystem : 0);
  } catch {
    return 0;
  }
}
