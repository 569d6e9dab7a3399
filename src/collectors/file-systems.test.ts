import { expect, it } from 'vitest';
import { table } from '../../test/checks/mount-examples.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../model/mounts/mounts.ts';
import { known } from '../model/reading.ts';
import { collectFileSystems } from './file-systems.ts';

const files = (name: string, count: string) => ({
  [`/sys/fs/ext4/${name}/errors_count`]: count,
  [`/sys/fs/ext4/${name}/first_error_time`]: '1763600000\n',
  [`/sys/fs/ext4/${name}/last_error_time`]: '0\n',
  [`/sys/class/block/${name}/dev`]: '254:3\n',
});
const collect = (contents: HostContents, ...lines: readonly string[]) =>
  collectFileSystems(memoryHost(contents), known({ mounts: table(...lines), addresses: [] }), DEFAULT_MOUNT_SETTINGS);

const NO_XFS = { shutDown: new Set(), silent: [] };

it('file systems that met errors are read, and those that met none are not told', async () => {
  const contents = {
    files: { ...files('dm-3', '2\n'), ...files('sda1', '0\n') },
    directories: { '/sys/fs/ext4': ['dm-3', 'features', 'sda1'] },
  };
  const error = { name: 'dm-3', devNo: '254:3', count: 2, firstAt: '2025-11-20T00:53:20.000Z', lastAt: null };
  expect(await collect(contents)).toEqual(known({ errors: [error], ...NO_XFS }));
});

it('nothing is known where one cannot be read, and none is there without ext4', async () => {
  const directories = { '/sys/fs/ext4': ['dm-3'] };
  expect(await collect({})).toEqual(known({ errors: [], ...NO_XFS }));
  expect(await collect({ directories })).toEqual(known({ errors: [], ...NO_XFS }));
  for (const count of ['', 'many\n', { unreadable: 'denied' } as const])
    expect((await collect({ directories, files: { '/sys/fs/ext4/dm-3/errors_count': count } })).state).toBe(
      'unreadable',
    );
});

it('XFS that answers with an I/O error has shut down; one that gives no answer is not judged, and others are not asked', async () => {
  const lines = [
    '31 20 254:0 / /mnt/x rw,relatime - xfs /dev/mapper/x rw',
    '32 31 254:0 /in /mnt/x/bound rw,relatime - xfs /dev/mapper/x rw',
    '33 20 254:1 / /mnt/well rw,relatime - xfs /dev/mapper/y rw',
    '34 20 254:2 / /mnt/silent rw,relatime - xfs /dev/mapper/z rw',
    '35 20 254:3 / /mnt/old rw,relatime - xfs /dev/mapper/old rw',
    '36 20 254:4 / /mnt/e rw,relatime - ext4 /dev/mapper/e rw',
  ];
  const answer = { outcome: 'exited', exitCode: 0, stdout: '64\n', stderr: '', durationMs: 1 } as const;
  const probes = {
    'stat /mnt/x': { ...answer, exitCode: 1, stdout: '', stderr: "stat: cannot statx '/mnt/x': Input/output error\n" },
    'stat /mnt/well': answer,
    'stat /mnt/silent': { outcome: 'timed-out', stdout: '', stderr: '', durationMs: 2000 },
  } as const;
  expect(await collect({ probes }, ...lines)).toEqual(
    known({
      errors: [],
      shutDown: new Set(['254:0']),
      silent: ['/mnt/silent: it gave no answer, so nobody knows whether it has shut down'],
    }),
  );
});
