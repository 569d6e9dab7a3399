import { expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { known } from '../model/reading.ts';
import { collectZfsPools } from './zfs-pools.ts';

const KSTAT = '/proc/spl/kstat/zfs';
const POOLS = { [`${KSTAT}/rpool`]: ['guid', 'state'], [`${KSTAT}/tank`]: ['guid', 'state'] };
const collect = (contents: HostContents) => collectZfsPools(memoryHost(contents));

it('reads the state of each pool, and passes over statistics of ZFS as a whole', async () => {
  const contents = {
    files: { [`${KSTAT}/tank/state`]: 'DEGRADED\n', [`${KSTAT}/rpool/state`]: 'ONLINE\n' },
    directories: { [KSTAT]: ['arcstats', 'dbufs', 'tank', 'rpool'], ...POOLS },
  };
  const pools = [
    { name: 'rpool', state: 'ONLINE' },
    { name: 'tank', state: 'DEGRADED' },
  ];
  expect(await collect(contents)).toEqual(known({ pools }));
});

it('no pool is there without ZFS, and nothing is known where a state cannot be read', async () => {
  const directories = { [KSTAT]: ['arcstats', 'tank'], ...POOLS };
  expect(await collect({})).toEqual(known({ pools: [] }));
  expect((await collect({ directories: { [KSTAT]: [] } })).state).toBe('unreadable');
  expect((await collect({ directories })).state).toBe('unreadable');
  for (const state of ['', 'ONLINE\nONLINE\n', 'gone wrong\n', { unreadable: 'denied' } as const])
    expect((await collect({ directories, files: { [`${KSTAT}/tank/state`]: state } })).state).toBe('unreadable');
});
