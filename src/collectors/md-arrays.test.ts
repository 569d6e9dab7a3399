import { expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { BlockDevice } from '../model/device-mapper/block-devices.ts';
import { known } from '../model/reading.ts';
import { collectMdArrays } from './md-arrays.ts';

const MDSTAT = `Personalities : [raid1]
md127 : active raid1 dm-2[2](S) dm-1[1] dm-0[0]
      101376 blocks super 1.2 [2/2] [UU]

md1 : active raid1 sda1[0] sdb1[1]
      101376 blocks super 1.2 [2/2] [UU]

unused devices: <none>
`;
const FILES = {
  '/proc/mdstat': MDSTAT,
  '/sys/block/md127/md/array_state': 'clean\n',
  '/sys/block/md127/md/uuid': '8d60b014-d02f-d74c-616a-31c259c4feab\n',
  '/sys/block/md1/md/array_state': 'broken\n',
};
const md0: BlockDevice = { devNo: '9:0', kernelName: 'md0', holders: [], state: '', disk: 'md0', wwid: '' };

const collect = async (contents: HostContents, ...blocks: readonly BlockDevice[]) => {
  const devices = new Map(blocks.map((block) => [block.devNo, block]));
  const reading = await collectMdArrays(memoryHost(contents), known({ devices }));
  return reading.state === 'known' ? reading.value : null;
};

const spares = async (configuration: string) =>
  (
    await collect({
      files: { ...FILES, '/etc/mdadm/mdadm.conf': configuration },
      links: { '/dev/md/boot': '../md127' },
    })
  )?.arrays.map(({ name, state, wantedSpares }) => [name, state, wantedSpares]);

it('no arrays without the driver, and not known where a device of it is there without its file', async () => {
  expect(await collect({})).toEqual({ arrays: [], unread: [] });
  expect((await collect({}, md0))?.unread).toEqual(['/proc/mdstat is not there, and md0 is']);
});

it('the kernel’s own word of each array, and the spares that mdadm.conf gives it by UUID or by name', async () => {
  const none = [
    ['md127', 'clean', null],
    ['md1', 'broken', null],
  ];
  expect(await spares('')).toEqual(none);
  expect(await spares('ARRAY /dev/md9 UUID=8d60b014:d02fd74c:616a31c2:59c4feab spares=2\n')).toEqual([
    ['md127', 'clean', 2],
    ['md1', 'broken', null],
  ]);
  expect(await spares('ARRAY /dev/md/boot spares=1\nARRAY /dev/md1 spares=3\n')).toEqual([
    ['md127', 'clean', 1],
    ['md1', 'broken', 3],
  ]);
  expect(await spares('ARRAY /dev/md1 UUID=00000000:d02fd74c:616a31c2:59c4feab spares=2\n')).toEqual(none);
});

it('says that the spares are not known where mdadm.conf could not be read', async () => {
  const files = { ...FILES, '/etc/mdadm/mdadm.conf': { unreadable: 'denied' } } as const;
  expect((await collect({ files }))?.unread).toEqual([
    expect.stringMatching(/^how many spares the arrays should have: /),
  ]);
});
