/** The hub itself, for `npm run bench:hub`: `hub-serve.ts ADDRESS`. Prints its port and the cookie of a viewer, and ends with its input. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readHubConfig } from '../../src/hub/config/load-hub-config.ts';
import { hashOf } from '../../src/hub/receive/enrol.ts';
import { runServer } from '../../src/hub/server/run-server.ts';
import { openStore } from '../../src/hub/store/open-store.ts';

const [address = ''] = process.argv.slice(2);
const absent = async () => ({ state: 'absent' }) as const;
const { config } = await readHubConfig(undefined, { readSmallFile: absent, ownUid: () => 0 }, {});
const store = await openStore(address);
const now = (): Date => new Date();
const createdAt = now().toISOString();
const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
const name = `bench-${randomBytes(4).toString('hex')}`;
const user = await store.addUser({ name, realm: 'local', role: 'viewer', passwordHash: null, createdAt });
if (user === 'taken') throw new Error('taken');
const value = randomBytes(32).toString('base64url');
await store.addSession({ hash: hashOf(value), userId: user.id, createdAt, expiresAt });
const server = { ...config.server, listen: { host: '127.0.0.1', port: 0 } };
const running = await runServer({
  ...{ store, now, env: {}, pid: process.pid, log: () => undefined },
  config: { ...config, server },
});
console.log(JSON.stringify({ port: running.port, cookie: `pve-doctor-hub=${value}` }));
process.stdin.resume();
await once(process.stdin, 'end');
await running.stop();
process.exit(0);
