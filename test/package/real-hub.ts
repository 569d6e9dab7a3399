import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Artifacts } from './artifacts.ts';
import { succeed } from './tests.ts';

/** The hub of the release, serving on this machine with a database of its own. */
export interface RealHub {
  readonly url: string;
  /** A command of it, on the same database. */
  readonly command: (...args: readonly string[]) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function startHub({ scratch, hubProgram }: Artifacts): Promise<RealHub> {
  const folder = join(scratch, 'real-hub');
  mkdirSync(folder, { mode: 0o700 });
  const port = await freePort();
  const config = join(folder, 'config.toml');
  writeFileSync(config, `[server]\nlisten = "127.0.0.1:${port}"\n[store]\npath = "${folder}/hub.db"\n`, {
    mode: 0o600,
  });
  const child = spawn(hubProgram, ['serve', '--config', config], { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('listening at ')) resolve();
    });
    void ended.then(() => reject(new Error(`the hub ended: ${said}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    command: (...args) => succeed([hubProgram, ...args, '--config', config]),
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
