import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { OUTSIDE } from './conductor.ts';

const ENTRY = fileURLToPath(new URL('./run.ts', import.meta.url));

/** A namespace, of which nothing stays when its last process ended: a bridge, on it this machine and the guests' devices. */
const NETWORK = `set -e
ip link set lo up
ip link add lab type bridge
ip address add ${OUTSIDE}/24 dev lab
ip link set lab up
for k in 1 2 3; do
	ip tuntap add dev lab$k mode tap
	ip link set lab$k master lab up
done
echo ready
exec "$@"`;

export interface OutsideRun {
  /** What a program is started with to be on that network. */
  readonly within: readonly string[];
  readonly status: Promise<number>;
}

/** Why this machine gives no such network: it is root's, and takes `/dev/net/tun`. Empty where it does. */
export function networkRefused(): string {
  const command = ['--net', 'sh', '-c', 'ip tuntap add dev lab1 mode tap && ip link add lab type bridge'];
  const { status, stderr, error } = spawnSync('unshare', command, { encoding: 'utf8' });
  return status === 0 ? '' : (error?.message ?? stderr.trim().split('\n')[0] ?? `status ${status}`);
}

/** Starts what a case does on this machine. Without a network it ends, and so does every guest that asks for it. */
export async function startOutside(name: string, directory: string): Promise<OutsideRun> {
  const command = ['--net', 'sh', '-c', NETWORK, 'sh', process.execPath, ENTRY, name, directory];
  const child = spawn('unshare', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const status = once(child, 'close').then(([code]) => (code as number | null) ?? 125);
  await Promise.race([once(child.stdout, 'data'), status]);
  return { within: ['nsenter', `--net=/proc/${child.pid}/ns/net`], status };
}
