import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubStore } from '../../src/hub/store/hub-store.ts';
import { openStore } from '../../src/hub/store/open-store.ts';
import { ROOT } from '../repo/repository.ts';

const HUB = join(ROOT, 'bin', 'pve-doctor-hub');

export interface RealHub {
  readonly url: string;
  /** A connection of our own to its database, as what people click in its pages would have. */
  readonly store: HubStore;
  /** The hub's own command line. */
  readonly command: (...args: readonly string[]) => string;
  /** A look that nodes handed over, by how often. */
  readonly outcomes: () => Promise<Readonly<Record<string, number>>>;
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Database {
  readonly address: string;
  readonly password: string;
}

/** Where other machines reach a hub. */
export interface Front {
  readonly host: string;
  readonly certificate: { readonly key: string; readonly cert: string };
}

/** The hub as a process of its own, on SQLite or on the database at that address; for this machine alone where it has no front. */
export async function realHub(database?: Database, front?: Front): Promise<RealHub> {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-real-hub-'));
  const [file, config] = [join(folder, 'hub.db'), join(folder, 'config.toml')];
  const port = await freePort();
  const listen = `${front?.host ?? '127.0.0.1'}:${port}`;
  const url = `${front === undefined ? 'http' : 'https'}://${listen}`;
  const reached = front === undefined ? '' : `url = "${url}"\n${withKeys(folder, front)}`;
  const kept =
    database === undefined
      ? `path = "${file}"`
      : `postgresql = "${database.address}"\npassword = ${JSON.stringify(database.password)}`;
  writeFileSync(config, `[server]\nlisten = "${listen}"\n${reached}[store]\n${kept}\n`, { mode: 0o600 });
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const begun = spawn(HUB, ['serve', '--config', config], { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    child = begun;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      begun.stderr.on('data', (chunk: Buffer) => {
        said += chunk;
        if (said.includes('listening at')) resolve();
      });
      begun.once('exit', () => reject(new Error(`the hub ended: ${said}`)));
    });
  };
  const kill = async (): Promise<void> => {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    if (child === null || child.exitCode !== null || !child.kill('SIGKILL')) return;
    await ended;
    child = null;
  };
  await start();
  const store = await (database === undefined ? openStore(file) : openStore(database.address, database.password));
  return {
    ...{ url, store, start, kill },
    command: (...args) => {
      const { status, stdout, stderr } = spawnSync(HUB, [...args, '--config', config], { cwd: '/', encoding: 'utf8' });
      if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
      return stdout.trim();
    },
    outcomes: async () => outcomesIn(await (await fetch(`${url}/metrics`)).text()),
    close: async () => {
      await kill();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function withKeys(folder: string, { certificate }: Front): string {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(cert, certificate.cert);
  writeFileSync(key, certificate.key, { mode: 0o600 });
  return `certificate = "${cert}"\nkey = "${key}"\n`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const outcomesIn = (metrics: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...metrics.matchAll(/\{outcome="(\w+)"\} (\d+)/g)].map(([, name, count]) => [name, Number(count)]),
  );
