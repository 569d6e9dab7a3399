import { expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { collectBtrfs } from './btrfs.ts';

const UUID = '9c8e2ae8-3aeb-4d6d-9138-fb43d46f35c6';
const BASE = `/sys/fs/btrfs/${UUID}`;
const stats = (corruption: number): string =>
  `write_errs 0\nread_errs 0\nflush_errs 0\ncorruption_errs ${corruption}\ngeneration_errs 0\n`;

/** As Linux 6.1 shows it. */
const CONTENTS = {
  directories: {
    '/sys/fs/btrfs': [UUID, 'features'],
    [`${BASE}/devices`]: ['sdb', 'dm-0'],
    [`${BASE}/devinfo`]: ['1', '2'],
  },
  files: {
    [`${BASE}/label`]: 'pool\n',
    '/sys/class/block/dm-0/dev': '253:0\n',
    '/sys/class/block/dm-0/dm/name': 'bd1\n',
    '/sys/class/block/sdb/dev': '8:16\n',
    [`${BASE}/devinfo/1/missing`]: '0\n',
    [`${BASE}/devinfo/1/error_stats`]: stats(0),
    [`${BASE}/devinfo/2/missing`]: '1\n',
    [`${BASE}/devinfo/2/error_stats`]: stats(7),
  },
} satisfies HostContents;

const collect = async (contents: HostContents) => {
  const reading = await collectBtrfs(memoryHost(contents));
  return reading.state === 'known' ? reading.value : reading;
};

it('devices and members of each file system', async () => {
  const none = { write: 0, read: 0, flush: 0, corruption: 0, generation: 0 };
  expect(await collect(CONTENTS)).toEqual({
    fileSystems: [
      {
        uuid: UUID,
        label: 'pool',
        devices: [
          { name: 'dm-0', devNo: '253:0', mapped: 'bd1' },
          { name: 'sdb', devNo: '8:16', mapped: '' },
        ],
        members: [
          { id: 1, missing: false, errors: none },
          { id: 2, missing: true, errors: { ...none, corruption: 7 } },
        ],
      },
    ],
    unread: [],
  });
});

it('none without btrfs, and nothing known where the list could not be read', async () => {
  expect(await collect({})).toEqual({ fileSystems: [], unread: [] });
  expect(await collect({ directories: { '/sys/fs/btrfs': { unreadable: 'denied' } } })).toMatchObject({
    state: 'unreadable',
  });
});

it('an older kernel counts nothing; what should be there and is not whole is told', async () => {
  const without = (path: string, text?: string) => {
    const { [path]: _, ...files } = CONTENTS.files as Readonly<Record<string, string>>;
    return collect({ ...CONTENTS, files: { ...files, ...(text !== undefined && { [path]: text }) } });
  };
  const place = `${BASE}/devinfo/2/error_stats`;
  expect(await without(place)).toMatchObject({ fileSystems: [{ members: [{}, { errors: null }] }], unread: [] });
  expect(await without(place, stats(7).slice(0, 40))).toMatchObject({ unread: [`${place} could not be read`] });
  expect(await without(`${BASE}/devinfo/2/missing`)).toMatchObject({
    fileSystems: [{ members: [{ id: 1 }] }],
    unread: [`${BASE}/devinfo/2/missing could not be read`],
  });
});
