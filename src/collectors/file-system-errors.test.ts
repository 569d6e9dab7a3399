import { expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { known } from '../model/reading.ts';
import { collectFileSystems } from './file-system-errors.ts';

const files = (name: string, count: string) => ({
  [`/sys/fs/ext4/${name}/errors_count`]: count,
  [`/sys/fs/ext4/${name}/first_error_time`]: '1763600000\n',
  [`/sys/fs/ext4/${name}/last_error_time`]: '0\n',
  [`/sys/class/block/${name}/dev`]: '254:3\n',
});
const collect = (contents: HostContents) => collectFileSystems(memoryHost(contents));

it('file systems that met errors are read, and those that met none are not told', async () => {
  const contents = {
    files: { ...files('dm-3', '2\n'), ...files('sda1', '0\n') },
    directories: { '/sys/fs/ext4': ['dm-3', 'features', 'sda1'] },
  };
  const error = { name: 'dm-3', devNo: '254:3', count: 2, firstAt: '2025-11-20T00:53:20.000Z', lastAt: null };
  expect(await collect(contents)).toEqual(known({ errors: [error] }));
});

it('nothing is known where one cannot be read, and none is there without ext4', async () => {
  const directories = { '/sys/fs/ext4': ['dm-3'] };
  expect(await collect({})).toEqual(known({ errors: [] }));
  expect(await collect({ directories })).toEqual(known({ errors: [] }));
  for (const count of ['', 'many\n', { unreadable: 'denied' } as const])
    expect((await collect({ directories, files: { '/sys/fs/ext4/dm-3/errors_count': count } })).state).toBe(
      'unreadable',
    );
});
