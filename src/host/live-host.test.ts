import { openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFile } from './host.ts';
import { liveHost } from './live-host.ts';

describe('liveHost', () => {
  const host = liveHost();

  it('reads the machine that the tests run on', async () => {
    expect(await readFile(host, '/proc/sys/kernel/ostype')).toEqual({ state: 'known', value: 'Linux\n' });
    const root = await host.rootCapacity();
    expect(root.state === 'known' && root.value.totalBytes > root.value.availableBytes).toBe(true);
  });

  it('answers for every path, with absent below an /etc/pve that does not exist', async () => {
    const readings = await host.listDirs(['/proc/self', '/etc/pve/nodes/none/qemu-server']);
    expect(readings).toHaveLength(2);
    expect(readings[1]?.state).toBe('absent');
  });

  it('tells open files from open block devices, and a process that has ended from one it may not read', async () => {
    openSync('/dev/null', 'r');
    expect(await host.openBlockDevices([process.pid, 2 ** 22 + 1], host.elapsedMs() + 5000)).toEqual({
      state: 'known',
      value: [],
    });
  });

  it('pauses and measures', async () => {
    const before = host.elapsedMs();
    await host.pause(20);
    expect(host.elapsedMs() - before).toBeGreaterThanOrEqual(15);
  });
});
