import { expect, it } from 'vitest';
import { memoryHost } from '../host/memory-host.ts';
import type { BlockDevices } from '../model/device-mapper/block-devices.ts';
import { absent, known } from '../model/reading.ts';
import { collectDisks } from './disks.ts';

const BLOCKS: BlockDevices = {
  devices: new Map(
    [
      ['9:0', 'md0'],
      ['147:0', 'drbd0'],
      ['7:0', 'loop0'],
      ['7:1', 'loop1'],
      ['252:0', 'vda'],
    ].map(([devNo = '', kernelName = '']) => [
      devNo,
      { devNo, kernelName, holders: [], state: '', disk: kernelName === 'vda' ? 'vda' : null, wwid: '' },
    ]),
  ),
};

it('says what stacked devices lie on, and where nobody could tell', async () => {
  const host = memoryHost({
    files: {
      ...{ '/sys/block/vda/size': '8\n', '/sys/block/vda/ro': '0\n', '/sys/block/md0/size': '16\n' },
      '/sys/block/loop0/loop/backing_file': '/var/lib/x.img\n',
    },
    directories: { '/sys/block/md0/slaves': ['vda'], '/sys/block/drbd0/slaves': { unreadable: 'denied' } },
  });
  const reading = await collectDisks(host, absent('none'), { blockDevices: known(BLOCKS), processes: absent('none') });
  expect(reading.state === 'known' && reading.value.stacked).toEqual([
    { kernelName: 'md0', devNo: '9:0', backing: '', sizeSectors: 16, slaves: ['vda'] },
    { kernelName: 'drbd0', devNo: '147:0', backing: '', sizeSectors: null, slaves: null },
    { kernelName: 'loop0', devNo: '7:0', sizeSectors: null, slaves: [], backing: '/var/lib/x.img' },
    { kernelName: 'loop1', devNo: '7:1', sizeSectors: null, slaves: [], backing: '' },
  ]);
});
