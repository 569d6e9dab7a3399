import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { BlockDevice, BlockDevices } from '../model/device-mapper/block-devices.ts';
import { absent, known, type Reading } from '../model/reading.ts';
import { collectUsage } from './usage.ts';

const block = (devNo: string, kernelName: string, holders: readonly string[] = []): [string, BlockDevice] => [
  devNo,
  { devNo, kernelName, holders, state: '', disk: null, wwid: '' },
];
const BLOCKS = known({
  devices: new Map([
    block('253:0', 'dm-0'),
    block('253:1', 'dm-1', ['dm-2', 'md0']),
    block('253:2', 'dm-2'),
    block('7:3', 'loop3'),
  ]),
});

const HOST_MOUNTS = `23 1 253:0 / / rw - ext4 /dev/mapper/pve-root rw
30 23 0:44 / /mnt/pool rw - btrfs /dev/mapper/pve-vm--1 rw
31 23 0:45 / /proc rw - proc proc rw
`;

const NODE = {
  openBlockDevices: [
    [700, '253:2'],
    [701, '253:2'],
  ],
  files: {
    '/proc/1/mountinfo': HOST_MOUNTS,
    '/proc/700/mountinfo': HOST_MOUNTS,
    '/proc/701/mountinfo': `${HOST_MOUNTS}90 23 253:2 / /in\\040side rw - ext4 /dev/x rw\n`,
    '/proc/700/comm': 'kvm\n',
    '/proc/700/cmdline': ['/usr/bin/kvm', '-id', '100', '-name', 'web', ''].join('\0'),
    '/proc/700/status': 'Name:\tkvm\nUid:\t0\t0\t0\t0\n',
    '/proc/701/comm': 'dd\n',
    '/proc/701/cmdline': 'dd\0if=/dev/dm-2\0',
    '/proc/701/status': 'Name:\tdd\nUid:\t1234\t1234\t1234\t1234\n',
    '/proc/swaps': 'Filename\tType\tSize\tUsed\tPriority\n/dev/dm-1  partition\t8\t0\t-2\n/swap  file\t8\t0\t-3\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    '/sys/block/dm-2/dm/name': 'guest\\x20map\n',
    '/sys/block/loop3/loop/backing_file': '/dev/dm-0\n',
    '/sys/kernel/config/target/core/iblock_0/lun0/udev_path': '/dev/pve/vm-1\n',
  },
  links: {
    '/proc/1/ns/mnt': 'mnt:[4026531841]',
    '/proc/700/ns/mnt': 'mnt:[4026531841]',
    '/proc/701/ns/mnt': 'mnt:[4026532999]',
    '/dev/mapper/pve-vm--1': '../dm-1',
    '/dev/pve/vm-1': '../dm-1',
  },
} as const;

const collect = async (contents: HostContents, blocks: Reading<BlockDevices> = BLOCKS) => {
  const reading = await collectUsage(memoryHost(contents), blocks);
  if (reading.state !== 'known') throw new Error(JSON.stringify(reading));
  return reading.value;
};

describe('collectUsage', () => {
  it('has no gap where everything could be read', async () => {
    expect((await collect(NODE)).gaps).toEqual([]);
  });

  it('names processes with user and guest, and the mount of another namespace', async () => {
    expect((await collect(NODE)).holders.get('253:2')).toEqual([
      { kind: 'process', pid: 700, command: 'kvm', user: 'root', vmid: 100 },
      { kind: 'process', pid: 701, command: 'dd', user: '1234', vmid: null },
      { kind: 'mount', target: '/in side', pid: 701 },
    ]);
  });

  it('names a mount once although many namespaces have it, and a loop device on top', async () => {
    expect((await collect(NODE)).holders.get('253:0')).toEqual([
      { kind: 'mount', target: '/', pid: 1 },
      { kind: 'loop', kernelName: 'loop3' },
    ]);
  });

  it('names swap, devices stacked on top, LIO backstores, and file systems without a device number', async () => {
    expect((await collect(NODE)).holders.get('253:1')).toEqual([
      { kind: 'device', kernelName: 'dm-2', name: 'guest map' },
      { kind: 'device', kernelName: 'md0', name: 'md0' },
      { kind: 'mount', target: '/mnt/pool', pid: 1 },
      { kind: 'swap', path: '/dev/dm-1' },
      { kind: 'target', path: '/sys/kernel/config/target/core/iblock_0/lun0' },
    ]);
  });

  it('finds the guest of a helper process by its socket', async () => {
    const cmdline = 'swtpm\0socket\0--ctrl\0type=unixio,path=/var/run/qemu-server/205.swtpm,mode=0600\0';
    const { holders } = await collect({ ...NODE, files: { ...NODE.files, '/proc/700/cmdline': cmdline } });
    expect(holders.get('253:2')?.[0]).toMatchObject({ vmid: 205 });
  });

  it('follows the name in /dev/mapper where udev made no link', async () => {
    const swaps = 'Filename\tType\tSize\tUsed\tPriority\n/dev/mapper/guest\\040map  partition\t8\t0\t-2\n';
    const { holders, gaps } = await collect({ ...NODE, files: { ...NODE.files, '/proc/swaps': swaps } });
    expect(holders.get('253:2')).toContainEqual({ kind: 'swap', path: '/dev/mapper/guest map' });
    expect(gaps).toEqual([]);
  });

  it('asks the next process of a namespace when the first has ended', async () => {
    const { '/proc/1/mountinfo': _, ...files } = NODE.files;
    const { holders, gaps } = await collect({ ...NODE, files });
    expect(holders.get('253:0')?.[0]).toEqual({ kind: 'mount', target: '/', pid: 700 });
    expect(gaps).toEqual([]);
  });

  const denied = { unreadable: 'denied', detail: 'EACCES' } as const;

  const pids = Array.from({ length: 40 }, (_, at) => 800 + at);
  const namespaces = Object.fromEntries(pids.map((pid) => [`/proc/${pid}/ns/mnt`, `mnt:[${pid}]`]));
  const tables = (text: string) => Object.fromEntries(pids.map((pid) => [`/proc/${pid}/mountinfo`, text]));

  it('names the lowest process of forty namespaces, also where its table was read last', async () => {
    const links = { ...namespaces, '/proc/799/ns/mnt': 'mnt:[4026531841]', '/proc/12/ns/mnt': 'mnt:[4026531841]' };
    const files = { ...tables(HOST_MOUNTS), '/proc/799/mountinfo': HOST_MOUNTS, '/proc/12/comm': 'gone\n' };
    const { holders, gaps } = await collect({ openBlockDevices: [], files, links });
    expect(holders.get('253:0')).toEqual([{ kind: 'mount', target: '/', pid: 799 }]);
    expect(gaps).toEqual([]);
  });

  it('stops where thousands of namespaces take too long, has a gap for the rest, and keeps what it read', async () => {
    const pids = Array.from({ length: 100 }, (_, at) => 1000 + at);
    const table = `${HOST_MOUNTS}90 23 253:2 / /in rw - ext4 /dev/x rw\n`;
    const memory = memoryHost({
      ...NODE,
      files: { ...NODE.files, ...Object.fromEntries(pids.map((pid) => [`/proc/${pid}/mountinfo`, table])) },
      links: { ...NODE.links, ...Object.fromEntries(pids.map((pid) => [`/proc/${pid}/ns/mnt`, `mnt:[${pid}]`])) },
    });
    let elapsed = 0;
    const slow: typeof memory.readFiles = (paths) => {
      if (paths.some((path) => path.endsWith('/mountinfo'))) elapsed += 5000;
      return memory.readFiles(paths);
    };
    const reading = await collectUsage({ ...memory, readFiles: slow, elapsedMs: () => elapsed }, BLOCKS);
    if (reading.state !== 'known') throw new Error(JSON.stringify(reading));
    expect(elapsed).toBe(10_000);
    expect(reading.value.gaps).toEqual([expect.stringMatching(/not all tables were read within 10 s, and \d+ more/)]);
    expect(reading.value.holders.get('253:2')).toContainEqual({ kind: 'mount', target: '/in', pid: 1000 });
  });

  it('has one gap for all tables that could not be read', async () => {
    const files = Object.fromEntries(pids.map((pid) => [`/proc/${pid}/mountinfo`, denied]));
    const { gaps } = await collect({ openBlockDevices: [], files, links: namespaces });
    expect(gaps).toEqual(['/proc/800/mountinfo: EACCES, and 39 more like it']);
  });

  it.each([
    ['open files', { ...NODE, openBlockDevices: denied }],
    ['a namespace', { ...NODE, links: { ...NODE.links, '/proc/701/ns/mnt': denied } }],
    ['mounts', { ...NODE, files: { ...NODE.files, '/proc/701/mountinfo': denied } }],
    ['a text of mounts that is cut', { ...NODE, files: { ...NODE.files, '/proc/701/mountinfo': '23 1 253:0 / /' } }],
    ['swap', { ...NODE, files: { ...NODE.files, '/proc/swaps': denied } }],
    ['a loop device', { ...NODE, files: { ...NODE.files, '/sys/block/loop3/loop/backing_file': denied } }],
    ['LIO', { ...NODE, directories: { '/sys/kernel/config/target/core': denied } }],
    ['a backstore', { ...NODE, directories: { '/sys/kernel/config/target/core/iblock_0': denied } }],
  ])('has one gap for %s that could not be read', async (_, contents) => {
    expect((await collect(contents)).gaps).toHaveLength(1);
  });

  it('has a gap for swap on a device that it does not find, and for block devices that it does not know', async () => {
    const swaps = 'Filename\tType\tSize\tUsed\tPriority\n/dev/dm-9  partition\t8\t0\t-2\n';
    expect((await collect({ ...NODE, files: { ...NODE.files, '/proc/swaps': swaps } })).gaps).toHaveLength(1);
    expect((await collect(NODE, absent('no sysfs'))).gaps).toContain('no sysfs');
  });

  it('has a gap when open files were not recorded', async () => {
    const { openBlockDevices: _, ...contents } = NODE;
    expect((await collect(contents)).gaps).toHaveLength(1);
  });

  it('is unreadable when processes cannot be listed', async () => {
    const reading = await collectUsage(memoryHost({ directories: { '/proc': denied } }), BLOCKS);
    expect(reading.state).toBe('unreadable');
  });
});

describe('with hints', () => {
  const row = (command: string) => ({ command, state: 'S', parentPid: 1, startTicks: 1 });
  const processes = known({
    byPid: new Map([
      [1, row('systemd')],
      [700, row('kvm')],
      [701, row('dd')],
    ]),
  });
  const device = { name: 'guest map', uuid: '', major: 253, minor: 2, suspended: false, readOnly: false, table: [] };
  /** Who was asked what it has open, where the kernel counts so many. */
  const asked = async (openCount: number, hints = true, more: Partial<HostContents> = {}) => {
    const turns: (readonly number[])[] = [];
    const until = new Set<number>();
    let clock = 0;
    const memory = { ...memoryHost({ ...NODE, ...more, openBlockDevices: [] }), elapsedMs: () => clock++ };
    const openBlockDevices: typeof memory.openBlockDevices = async (pids, end) => {
      turns.push(pids);
      until.add(end);
      return known(pids.filter((pid) => pid >= 700).map((pid) => [pid, '253:2'] as const));
    };
    const deviceMapper = known({ devices: [{ ...device, openCount }], changedMeanwhile: [] });
    const reading = await collectUsage(
      { ...memory, openBlockDevices },
      BLOCKS,
      hints ? { processes, deviceMapper } : null,
    );
    if (reading.state !== 'known') throw new Error(JSON.stringify(reading));
    expect(until.size).toBe(1);
    return { turns, holders: reading.value.holders.get('253:2')?.map((holder) => 'pid' in holder && holder.pid) };
  };

  it.each([
    ['guests alone where they explain the open count', 1, [[700]], [700, 701]],
    ['the others where somebody else must have it open', 3, [[700], [1, 701]], [700, 701, 701]],
  ])('asks %s', async (_, openCount, turns, holders) => {
    const seen = await asked(openCount);
    expect(seen.turns).toEqual(turns);
    expect(seen.holders).toEqual(holders);
  });

  it('goes on where a process may be the one open that a mount stands for', async () => {
    const mount = '36 1 253:2 / /srv rw - fuseblk /dev/dm-2 rw\n';
    const files = { ...NODE.files, '/proc/1/mountinfo': mount };
    const links = { '/proc/1/ns/mnt': 'mnt:[1]' };
    expect((await asked(2, true, { files, links })).turns).toEqual([[700], [1, 701]]);
  });

  it('asks everybody at once where something is to be changed', async () => {
    expect((await asked(1, false)).turns).toEqual([[1, 700, 701]]);
  });
});
