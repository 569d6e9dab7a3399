import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../repo/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-hub-socket-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Opens a socket as systemd does, passes it as descriptor 3 and becomes the program. */
const PASS = `import os, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen(16)
os.dup2(s.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
`;

const hasPython = spawnSync('python3', ['--version']).status === 0;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

describe.skipIf(!hasPython)('a socket that systemd passes', () => {
  it('is listened on, whatever the configuration says', async () => {
    const port = await freePort();
    const config = join(folder, 'config.toml');
    writeFileSync(config, `[server]\nlisten = "127.0.0.1:1"\n[store]\npath = "${folder}/hub.db"\n`, { mode: 0o600 });
    const program = join(ROOT, 'bin/pve-doctor-hub');
    const child = spawn('python3', ['-c', PASS, `${port}`, program, 'serve', '--config', config], { stdio: 'ignore' });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const ask = () =>
      fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(30_000) }).catch(() => null);
    let answer = await ask();
    // Until the socket is there; from then on the kernel's queue holds what comes before the hub is.
    for (let tries = 0; answer === null && tries < 100; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      answer = await ask();
    }
    expect([answer?.status, await answer?.text()]).toEqual([200, 'ok\n']);
    child.kill('SIGTERM');
    expect(await gone).toBe(0);
  });
});
