import { expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import type { ProcessRow, ProcessTable } from '../model/host-facts.ts';
import { known, type Reading } from '../model/reading.ts';
import { collectZfsPools } from './zfs-pools.ts';

const KSTAT = '/proc/spl/kstat/zfs';
const POOLS = { [`${KSTAT}/rpool`]: ['guid', 'state'], [`${KSTAT}/tank`]: ['guid', 'state'] };
const table = (...rows: readonly (readonly [number, Partial<ProcessRow>])[]): Reading<ProcessTable> =>
  known({
    byPid: new Map(
      rows.map(([pid, row]) => [pid, { command: 'x', state: 'S', parentPid: 1, startTicks: 100_000, ...row }]),
    ),
  });

const collect = (contents: HostContents, processes = table([1, {}])) =>
  collectZfsPools(memoryHost(contents), processes);

const block = (name: string): string => `  pool: ${name}
 state: ONLINE
config:

	NAME        STATE     READ WRITE CKSUM
	${name}       ONLINE       0     0     0
	  /dev/sda1  ONLINE       0     0     0

errors: No known data errors
`;

it('reads the state of each pool, and passes over statistics of ZFS as a whole', async () => {
  const contents = {
    files: { [`${KSTAT}/tank/state`]: 'DEGRADED\n', [`${KSTAT}/rpool/state`]: 'ONLINE\n' },
    directories: { [KSTAT]: ['arcstats', 'dbufs', 'tank', 'rpool'], ...POOLS },
  };
  const pools = [
    { name: 'rpool', state: 'ONLINE', status: null },
    { name: 'tank', state: 'DEGRADED', status: null },
  ];
  expect(await collect(contents)).toMatchObject({ value: { pools, statusUnread: expect.stringContaining('zpool') } });
});

it('no pool is there without ZFS, and nothing is known where a state cannot be read', async () => {
  const directories = { [KSTAT]: ['arcstats', 'tank'], ...POOLS };
  expect(await collect({})).toEqual(known({ pools: [], statusUnread: '' }));
  expect((await collect({ directories: { [KSTAT]: [] } })).state).toBe('unreadable');
  expect((await collect({ directories })).state).toBe('unreadable');
  for (const state of ['', 'ONLINE\nONLINE\n', 'gone wrong\n', { unreadable: 'denied' } as const])
    expect((await collect({ directories, files: { [`${KSTAT}/tank/state`]: state } })).state).toBe('unreadable');
});

it('what `zpool status` says of each pool; it is not run where it would wait', async () => {
  const one = (state: string, stdout: string, processes?: Reading<ProcessTable>) =>
    collect(
      {
        files: { [`${KSTAT}/tank/state`]: `${state}\n` },
        directories: { [KSTAT]: ['arcstats', 'tank'], ...POOLS },
        commands: { 'zpool-status': { stdout } },
      },
      processes,
    );
  expect(await one('ONLINE', `${block('rpool')}\n${block('tank')}`)).toMatchObject({
    value: { pools: [{ name: 'tank', status: { dataErrors: '' } }], statusUnread: '' },
  });
  expect(await one('SUSPENDED', block('tank'))).toMatchObject({
    value: {
      pools: [{ status: null }],
      statusUnread: 'zpool status was not run, since pool tank is suspended and it would wait',
    },
  });
  const hung = table([1, { startTicks: 100_000 }], [77, { command: 'zfs', state: 'D', startTicks: 10 }]);
  expect(await one('ONLINE', block('tank'), hung)).toMatchObject({
    value: { statusUnread: 'zpool status was not run, since process 77 (zfs) hangs' },
  });
  const waits = table([1, { startTicks: 100_000 }], [77, { command: 'zfs', state: 'D', startTicks: 99_000 }]);
  expect(await one('ONLINE', block('tank'), waits)).toMatchObject({ value: { statusUnread: '' } });
  for (const text of ['', block('rpool'), block('tank').slice(0, 80)])
    expect(await one('ONLINE', text)).toMatchObject({ value: { statusUnread: expect.stringMatching(/\w/) } });
});
