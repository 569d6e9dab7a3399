import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { openBlockDevices } from './open-block-devices.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process in a mount namespace of its own that has a node of /dev/loop0 open, on a file system of this type. */
async function holding(fsType: string, path: string): Promise<number> {
  const script = 'mount -t "$1" x "$2" && mknod "$2/node" b 7 0 && exec 3<"$2/node" && echo ready && exec sleep 60';
  const child = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', fsType, path]);
  children.push(child);
  const ready = await new Promise((resolve) => {
    child.stdout.once('data', () => resolve(true));
    child.once('exit', () => resolve(false));
  });
  if (ready !== true) throw new Error(`no process with a node on ${fsType}`);
  return child.pid ?? 0;
}

// Namespaces and nodes of devices take root.
describe.runIf(process.getuid?.() === 0 && existsSync('/dev/loop0'))('open block devices of another namespace', () => {
  it('are found where nodes of devices are', async () => {
    const pid = await holding('tmpfs', '/dev');
    expect(await openBlockDevices([pid], performance.now() + 5000)).toEqual({ state: 'known', value: [[pid, '7:0']] });
  });

  it('are not looked at on a file system that may have a server, and hide nobody else', async () => {
    const [pid, other] = [await holding('ramfs', '/dev'), await holding('tmpfs', '/dev')];
    expect(await openBlockDevices([pid, other], performance.now() + 5000)).toEqual({
      state: 'known',
      value: [[other, '7:0']],
    });
  });

  it('are not looked at where a user may have a mount of his own', async () => {
    const pid = await holding('ramfs', '/dev/shm');
    expect(await openBlockDevices([pid], performance.now() + 5000)).toEqual({ state: 'known', value: [] });
  });
});
