import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { absent, known } from '../model/reading.ts';
import { collectContainers } from './containers.ts';

type Row = readonly [pid: number, parentPid: number, command: string];

const table = (...rows: readonly Row[]): ProcessTable => ({
  byPid: new Map(
    rows.map(([pid, parentPid, command]) => [pid, { pid, parentPid, command, state: 'S', startTicks: 1 }] as const),
  ),
});

const ROOT = '20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw';
const mountinfo = (...lines: readonly string[]): string => `${[ROOT, ...lines].join('\n')}\n`;

/** Container 101: monitor 1000 and init 1001. Container 102: monitor 2000 and init 2001. */
const ROWS: readonly Row[] = [
  [1000, 1, 'lxc-start'],
  [1001, 1000, 'systemd'],
  [2000, 1, 'lxc-start'],
  [2001, 2000, 'systemd'],
];
const FILES: NonNullable<HostContents['files']> = {
  '/proc/1000/cgroup': '0::/lxc.monitor/101\n',
  '/proc/2000/cgroup': '0::/lxc.monitor/102\n',
  '/proc/1001/status': 'Name:\tsystemd\nNSpid:\t1001\t1\n',
  '/proc/2001/status': 'Name:\tsystemd\nNSpid:\t2001\t1\n',
  '/proc/1001/mountinfo': mountinfo(),
  '/proc/2001/mountinfo': mountinfo('30 20 0:40 / /mnt/nas rw - nfs4 nas:/a rw'),
};

const guests = [101, 102].map((vmid) => ({ vmid, type: 'lxc' as const, pid: null, incoming: false }));

const collect = (rows: readonly Row[], files: HostContents['files']) =>
  collectContainers(memoryHost({ files: { ...files } }), {
    running: known({ guests }),
    processes: known(table(...rows)),
    cluster: absent('no cluster'),
  });

async function initsOf(rows: readonly Row[], files: HostContents['files']) {
  const reading = await collect(rows, files);
  return reading.state === 'known' ? reading.value.containers.map(({ vmid, initPid }) => [vmid, initPid]) : reading;
}

describe('collectContainers', () => {
  it('finds the init process of each container as the child of its monitor', async () => {
    expect(await initsOf(ROWS, FILES)).toEqual([
      [101, 1001],
      [102, 2001],
    ]);
  });

  it('takes no process inside a container for the monitor of another one', async () => {
    const inside: readonly Row[] = [...ROWS, [1500, 1001, 'lxc-start'], [1501, 1500, 'sh']];
    const named = ['/lxc.monitor/102', '/lxc.monitor.102', '/x/lxc.monitor/102'];
    for (const name of named) {
      const files = {
        ...FILES,
        '/proc/1500/cgroup': `0::/lxc/101/ns${name}\n`,
        '/proc/1501/status': 'NSpid:\t1501\t7\n',
      };
      expect(await initsOf(inside, files)).toEqual([
        [101, 1001],
        [102, 2001],
      ]);
    }
  });

  it('judges no container that has more to ask than a check can, says so, and judges the others', async () => {
    const binds = Array.from({ length: 501 }, (_, at) => `${at + 30} 20 0:41 /d${at} /mnt/d${at} rw - nfs4 nas:/b rw`);
    const reading = await collect(ROWS, { ...FILES, '/proc/1001/mountinfo': mountinfo(...binds) });
    expect(reading).toMatchObject({
      value: {
        containers: [{ vmid: 102 }],
        gaps: ['container 101: 501 mounts to ask, which are too many; none was asked'],
      },
    });
  });
});
