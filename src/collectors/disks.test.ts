import { describe, expect, it } from 'vitest';
import type { Host } from '../host/host.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { BlockDevice } from '../model/device-mapper/block-devices.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { absent, known } from '../model/reading.ts';
import { collectDisks } from './disks.ts';

const at = (host: number) => `../../devices/platform/host${host}/target${host}:0:0/${host}:0:0:0/block`;

const fileOf = (disk: string, over: Readonly<Record<string, string>> = {}) => {
  const files = { size: '131072\n', ro: '0\n', 'device/state': 'running\n', 'device/vendor': 'LIO     \n', ...over };
  const all = { 'device/wwid': 'naa.33333330000007d0\n', 'device/model': 'lun             \n', ...files };
  return Object.fromEntries(Object.entries(all).map(([file, text]) => [`/sys/block/${disk}/${file}`, text]));
};

const NODE = {
  links: { '/sys/dev/block/8:0': `${at(2)}/sda`, '/sys/dev/block/8:16': `${at(3)}/sdb` },
  files: { ...fileOf('sda'), ...fileOf('sdb', { 'device/state': 'blocked\n', ro: '1\n' }) },
  directories: { '/sys/class/iscsi_session': [], '/sys/class/nvme': [] },
} as const;

const block = (devNo: string, kernelName: string, disk: string | null): [string, BlockDevice] => [
  devNo,
  { devNo, kernelName, holders: [], state: '', disk, wwid: '' },
];

const DISKS = [block('8:0', 'sda', 'sda'), block('8:16', 'sdb', 'sdb')];

const entry = (minor: number): DmDevice => ({
  ...{ name: `e${minor}`, uuid: '', major: 253, minor, openCount: 0, suspended: false, readOnly: false },
  table: [{ start: 0, length: 8, type: 'linear', args: ['8:0', String(8 * minor)] }],
});

function collect(host: Host, entries = 1, others: readonly [string, BlockDevice][] = []) {
  const devices = Array.from({ length: entries }, (_, minor) => entry(minor));
  const blocks = devices.map(({ minor }) => block(`253:${minor}`, `dm-${minor}`, null));
  return collectDisks(host, known({ devices, changedMeanwhile: [] }), {
    blockDevices: known({ devices: new Map([...DISKS, ...blocks, ...others]) }),
    processes: absent('not asked'),
  });
}

const look = async (over: HostContents = {}, others: readonly [string, BlockDevice][] = []) => {
  const host = memoryHost({
    links: { ...NODE.links, ...over.links },
    files: { ...NODE.files, ...over.files },
    directories: { ...NODE.directories, ...over.directories },
  });
  const reading = await collect(host, 1, others);
  return reading.state === 'known' ? reading.value : null;
};

/** How much of the node is looked at, each file, link and directory once. */
function counting(host: Host): { readonly host: Host; readonly count: () => number } {
  let looks = 0;
  const counted =
    <A, T>(ask: (paths: readonly A[]) => T) =>
    (paths: readonly A[]): T => {
      looks += paths.length;
      return ask(paths);
    };
  const { readFiles, readLinks, listDirs } = host;
  return {
    host: {
      ...host,
      readFiles: counted(readFiles.bind(host)),
      readLinks: counted(readLinks.bind(host)),
      listDirs: counted(listDirs.bind(host)),
    },
    count: () => looks,
  };
}

describe('collectDisks', () => {
  it('reads what each disk says of itself, and where it is', async () => {
    expect((await look())?.disks).toEqual([
      {
        ...{ kernelName: 'sda', devNo: '8:0', address: '2:0:0:0', session: '', state: 'running' },
        ...{ sizeSectors: 131_072, readOnly: false, wwid: 'naa.33333330000007d0', model: 'LIO lun' },
        ...{ ioErrors: null, ioTimeouts: null },
      },
      expect.objectContaining({ kernelName: 'sdb', address: '3:0:0:0', state: 'blocked', readOnly: true }),
    ]);
  });

  it('reads what the kernel counts, in hexadecimal, and no errors of a SATA disk', async () => {
    const counters = { 'device/ioerr_cnt': '0x1f\n', 'device/iotmo_cnt': '0x2\n' };
    const countsOf = async (files: Readonly<Record<string, string>>) => {
      const [disk] = (await look({ files: fileOf('sda', { ...counters, ...files }) }))?.disks ?? [];
      return [disk?.ioErrors, disk?.ioTimeouts];
    };
    expect(await countsOf({})).toEqual([31, 2]);
    expect(await countsOf({ 'device/vendor': 'ATA     \n' })).toEqual([null, 2]);
    expect(await countsOf({ 'device/vendor': '\ufffd\n' })).toEqual([null, 2]);
    expect(await countsOf({ 'device/ioerr_cnt': '0x1', 'device/iotmo_cnt': '31\n' })).toEqual([null, null]);
  });

  it('does not take a disk for one without a session where the way to it was not read whole', async () => {
    const links = { '/sys/dev/block/8:0': '../../devices/platform/host2/sess\ufffdon1/target2:0:0/2:0:0:0/block/sda' };
    expect((await look({ links }))?.unread).toEqual(['/sys/dev/block/8:0']);
  });

  it('looks at disks, however many entries lie on them', async () => {
    const few = counting(memoryHost(NODE));
    await collect(few.host, 1);
    const many = counting(memoryHost(NODE));
    await collect(many.host, 10_000);
    expect(few.count()).toBeGreaterThan(0);
    expect(many.count()).toBe(few.count());
  });

  it('knows the controllers of NVMe, and says which state it could not read', async () => {
    const directories = { '/sys/class/nvme': ['nvme0', 'nvme1', 'nvme-subsys0'] };
    const files = { '/sys/class/nvme/nvme0/state': 'live\n', '/sys/class/nvme/nvme1/state': 'dead\n' };
    expect((await look({ directories, files }))?.controllers).toEqual([
      { name: 'nvme0', state: 'live' },
      { name: 'nvme1', state: 'dead' },
    ]);
    const half = await look({ directories, files: { '/sys/class/nvme/nvme0/state': 'live\n' } });
    expect(half?.unread).toEqual(['/sys/class/nvme/nvme1/state']);
  });

  it.each([
    ['version: 8.4.11 (api:1/proto:86-101)\n 1: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----\n', []],
    ['version: 8.4.11 (api:1/proto:86-101)\n', ['the state of drbd1']],
    ['version: 9.2.14 (api:2/proto:86-122)\nTransports (api:21): tcp (9.2.14)\n', ['the state of drbd1']],
  ])('does not take a DRBD minor for good that %j says nothing of', async (text, unread) => {
    const seen = await look({ files: { '/proc/drbd': text } }, [block('147:1', 'drbd1', null)]);
    expect(seen?.drbdUnread).toEqual(unread);
  });

  it('says what stacked devices lie on, and where nobody could tell', async () => {
    const seen = await look(
      {
        files: { '/sys/block/md0/size': '16\n', '/sys/block/loop0/loop/backing_file': '/var/lib/x.img\n' },
        directories: { '/sys/block/md0/slaves': ['sda'], '/sys/block/md1/slaves': { unreadable: 'denied' } },
      },
      [block('9:0', 'md0', null), block('9:1', 'md1', null), block('7:0', 'loop0', null), block('7:1', 'loop1', null)],
    );
    expect(seen?.stacked).toEqual([
      { kernelName: 'md0', devNo: '9:0', backing: '', sizeSectors: 16, slaves: ['sda'] },
      { kernelName: 'md1', devNo: '9:1', backing: '', sizeSectors: null, slaves: null },
      { kernelName: 'loop0', devNo: '7:0', sizeSectors: null, slaves: [], backing: '/var/lib/x.img' },
      { kernelName: 'loop1', devNo: '7:1', sizeSectors: null, slaves: [], backing: '' },
    ]);
  });
});
