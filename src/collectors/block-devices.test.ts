import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { absent, known } from '../model/reading.ts';
import { collectBlockDevices } from './block-devices.ts';

const MAPPED: DmDevice = {
  ...{ name: 'a', uuid: '', major: 253, minor: 0, openCount: 0, suspended: false, readOnly: false },
  table: [
    { start: 0, length: 8, type: 'linear', args: ['8:1', '0'] },
    { start: 8, length: 8, type: 'linear', args: ['7:0', '0'] },
    { start: 16, length: 8, type: 'linear', args: ['8:99', '0'] },
  ],
};

const SCSI = '../../devices/pci0000:00/0000:00:05.0/host2/target2:0:0/2:0:0:0/block/sda';

const NODE = {
  links: {
    '/sys/dev/block/8:0': SCSI,
    '/sys/dev/block/8:1': `${SCSI}/sda1`,
    '/sys/dev/block/7:0': '../../devices/virtual/block/loop0',
    '/sys/dev/block/253:0': '../../devices/virtual/block/dm-0',
    '/sys/dev/block/253:1': '../../devices/virtual/block/dm-1',
  },
  directories: { '/sys/block/dm-0/holders': ['dm-1'], '/sys/block/dm-1/holders': [] },
  files: { '/sys/block/sda/device/state': 'offline\n' },
} as const;

const collect = (contents: HostContents) =>
  collectBlockDevices(memoryHost(contents), known({ devices: [MAPPED], changedMeanwhile: [] }));

describe('collectBlockDevices', () => {
  it('knows every device by number, with holders of mapped ones and the state of the disk below a partition', async () => {
    const reading = await collect(NODE);
    const devices = reading.state === 'known' ? [...reading.value.devices.values()] : [];
    expect(devices).toEqual([
      { devNo: '253:0', kernelName: 'dm-0', holders: ['dm-1'], state: '', disk: null, wwid: '' },
      { devNo: '253:1', kernelName: 'dm-1', holders: [], state: '', disk: null, wwid: '' },
      { devNo: '7:0', kernelName: 'loop0', holders: [], state: '', disk: null, wwid: '' },
      { devNo: '8:0', kernelName: 'sda', holders: [], state: '', disk: 'sda', wwid: '' },
      { devNo: '8:1', kernelName: 'sda1', holders: [], state: 'offline', disk: 'sda', wwid: '' },
    ]);
  });

  it('reads the name that a disk has for itself, and gives it to its partitions', async () => {
    const files = { ...NODE.files, '/sys/block/sda/device/wwid': 'naa.6001405abcded000\n' };
    const reading = await collect({ ...NODE, files });
    const wwids = reading.state === 'known' ? [...reading.value.devices.values()].map(({ wwid }) => wwid) : [];
    expect(wwids).toEqual(['', '', '', 'naa.6001405abcded000', 'naa.6001405abcded000']);
  });

  it('reads states only when device-mapper is known', async () => {
    const reading = await collectBlockDevices(memoryHost(NODE), absent('no driver'));
    expect(reading.state === 'known' && reading.value.devices.get('8:1')?.state).toBe('');
  });

  it.each([
    ['a link', { ...NODE, links: { ...NODE.links, '/sys/dev/block/8:1': { unreadable: 'denied' } } }],
    ['holders', { ...NODE, directories: { ...NODE.directories, '/sys/block/dm-0/holders': { unreadable: 'denied' } } }],
    ['the directory', { ...NODE, directories: { '/sys/dev/block': { unreadable: 'denied' } } }],
  ] as const)('is unreadable as a whole when %s cannot be read', async (_, contents) => {
    expect((await collect(contents)).state).toBe('unreadable');
  });

  it.each([
    ['denied', { '/sys/block/sda/device/state': { unreadable: 'denied' } }],
    ['vanished', { '/sys/block/sda/device/state': { unreadable: 'vanished' } }],
    ['not there', {}],
    ['cut', { '/sys/block/sda/device/state': 'offl' }],
    ['none that the kernel has', { '/sys/block/sda/device/state': 'off\ufffdine\n' }],
  ] as const)('does not take a SCSI disk for one without a state when its state is %s', async (_, files) => {
    const reading = await collect({ ...NODE, files });
    expect(reading.state === 'known' && reading.value.devices.get('8:1')?.state).toBeNull();
  });

  it('knows disks that have no state', async () => {
    const virtio = '../../devices/pci0000:00/0000:00:05.0/virtio2/block/vda';
    const links = { ...NODE.links, '/sys/dev/block/8:0': virtio, '/sys/dev/block/8:1': `${virtio}/vda1` };
    const reading = await collect({ ...NODE, links, files: {} });
    expect(reading.state === 'known' && reading.value.devices.get('8:1')?.state).toBe('');
  });

  const ALL = ['dm-0', 'dm-1', 'loop0', 'sda'];
  const listing = (names: readonly string[]): HostContents => ({
    ...NODE,
    directories: { ...NODE.directories, '/sys/block': names },
  });

  it('is unreadable when a disk of /sys/block has no number, which would make it look gone', async () => {
    expect(await collect(listing([...ALL, 'sdb']))).toMatchObject({
      state: 'unreadable',
      problem: { kind: 'truncated', detail: 'lacks sdb, which is in /sys/block' },
    });
  });

  it('expects no number of a hidden path of an NVMe disk', async () => {
    expect((await collect(listing([...ALL, 'nvme0c1n1']))).state).toBe('known');
  });

  it('looks again when a disk comes or goes meanwhile', async () => {
    let pauses = 0;
    const early = memoryHost(listing([...ALL, 'sdb']));
    const host = {
      ...early,
      listDirs: (paths: readonly string[]) => (pauses === 0 ? early : memoryHost(listing(ALL))).listDirs(paths),
      pause: async () => {
        pauses += 1;
      },
    };
    expect((await collectBlockDevices(host, absent('no driver'))).state).toBe('known');
    expect(pauses).toBe(1);
  });

  it('is absent where there is no sysfs', async () => {
    expect((await collect({})).state).toBe('absent');
  });
});
