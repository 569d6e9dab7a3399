import { describe, expect, it } from 'vitest';
import {
  cluster,
  given,
  guest,
  guests,
  mention,
  storage,
  storages,
  textOf,
  wanted,
} from '../../test/checks/examples.ts';
import { host, table } from '../../test/checks/mount-examples.ts';
import { ON_FILE_SYSTEM } from '../model/mounts/carried-mounts.ts';
import type { PoolDevice, PoolStatus } from '../model/paths/zfs-pools.ts';
import { path013 } from './path013-zfs-pool.ts';

const check = given(path013);

const zfspool = (storeid: string, pool: string, over = {}) =>
  storage(storeid, '', { type: 'zfspool', properties: { pool }, ...over });

const well = (name: string, over: Partial<PoolDevice> = {}): PoolDevice => ({
  ...{ name, state: 'ONLINE', use: 'data', read: '0', write: '0', checksum: '0', note: '', depth: 1 },
  ...over,
});

const status = (over: Partial<PoolStatus> = {}): PoolStatus => ({
  ...{ state: 'ONLINE', devices: [well('tank'), well('/dev/sda1')], scan: '', scrubErrors: 0, dataErrors: '' },
  ...over,
});

function look(state: string, stores = [zfspool('tank', 'tank/guests')], said: PoolStatus | null = status()) {
  const configs = [100, 101].map((vmid) =>
    guest(vmid, { mentions: [mention('scsi0', vmid === 100 ? 'tank' : 'local', `vm-${vmid}-disk-0`)] }),
  );
  const sections = { zfsPools: { pools: [{ name: 'tank', state, status: said }], statusUnread: '' } };
  const values = { storage: storages(...stores), guests: guests(...configs), cluster };
  return {
    found: check.examine(sections, wanted(ON_FILE_SYSTEM, values)),
    blind: check.examine(sections, wanted(ON_FILE_SYSTEM)),
    unjudged: check.unjudged(sections),
  };
}

describe('PATH013', () => {
  it('is silent about a pool that is whole', () => {
    expect(look('ONLINE')).toEqual({ found: [], blind: [], unjudged: [] });
  });

  it('warns of a degraded pool, with the guests in it and no others', () => {
    const [finding] = look('DEGRADED').found;
    expect(finding).toMatchObject({
      harm: 'redundancy',
      title: 'ZFS pool tank is DEGRADED',
      headline: 'has lost a device: another failure may take guest 100',
    });
    expect(finding && textOf(finding)).not.toContain('101');
  });

  it.each(['SUSPENDED', 'FAULTED', 'UNAVAIL', 'OFFLINE', 'REMOVED', 'SPLIT'])(
    'takes the data of whoever is in a pool that is %s',
    (state) => {
      expect(look(state).found[0]).toMatchObject({ harm: 'data', lost: expect.stringContaining('ZFS pool tank') });
      expect(look(state).blind[0]).toMatchObject({ harm: 'data' });
    },
  );

  it.each<[string, Partial<PoolStatus>, string, string]>([
    [
      'a device that counts errors',
      { devices: [well('tank'), well('/dev/sda1'), well('/dev/sdb1', { checksum: '1.2K', read: '3' })] },
      'redundancy',
      'has a device that loses or changes data (/dev/sdb1), and guest 100 on it',
    ],
    [
      'data without a good copy',
      { dataErrors: "3 data errors, use '-v' for a list" },
      'redundancy',
      'has lost data of which it has no good copy, maybe of guest 100',
    ],
    [
      'what the last scrub could not repair',
      { scrubErrors: 2 },
      'redundancy',
      'has lost data of which it has no good copy, maybe of guest 100',
    ],
    [
      'a spare that is away',
      { devices: [well('/dev/sda1'), well('4711471147', { use: 'spares', state: 'UNAVAIL', note: 'was /dev/sdc1' })] },
      'housekeeping',
      'has a spare, log or cache device that is away (/dev/sdc1)',
    ],
    [
      'a resilver',
      { scan: 'resilver 12.5 %' },
      'redundancy',
      'is being rebuilt (resilver 12.5 %): until then a failure may take guest 100',
    ],
  ])('tells of %s in a pool that is ONLINE', (_, said, harm, headline) => {
    expect(look('ONLINE', undefined, status(said)).found).toMatchObject([{ harm, headline }]);
  });

  it('names the device that is away, and the node itself where its root is in the pool', () => {
    const gone = well('4711471147', { state: 'UNAVAIL', note: 'was /dev/sdb1' });
    const sections = {
      zfsPools: {
        pools: [{ name: 'rpool', state: 'DEGRADED', status: status({ devices: [gone] }) }],
        statusUnread: '',
      },
    };
    const mounts = host(table('31 20 0:31 / / rw - zfs rpool/ROOT/pve-1 rw'));
    expect(check.examine(sections, wanted(ON_FILE_SYSTEM, { mounts, cluster }))[0]?.headline).toBe(
      'has lost a device (/dev/sdb1): another failure may take this node itself',
    );
  });

  it('names a directory storage on a file system of the pool, and the guests with images there', () => {
    const sections = {
      zfsPools: { pools: [{ name: 'tank', state: 'FAULTED', status: null }], statusUnread: 'it was not run' },
    };
    const values = {
      cluster,
      mounts: host(table('31 20 0:31 / /tank/dir rw - zfs tank/dir rw')),
      storage: storages(storage('files', '', { type: 'dir', properties: { path: '/tank/dir' } })),
      guests: guests(guest(100, { mentions: [mention('scsi0', 'files', '100/vm-100-disk-0.raw')] })),
    };
    expect(check.examine(sections, wanted(ON_FILE_SYSTEM, values))[0]).toMatchObject({
      harm: 'data',
      headline: 'cannot be used: no data of guest 100 can be read',
    });
    expect(check.unjudged(sections)).toEqual(['it was not run']);
  });

  it('is the same problem whether or not anybody knows who is hit', () => {
    const [[seen], [blind]] = [look('DEGRADED').found, look('DEGRADED').blind];
    expect(blind?.subject).toEqual(seen?.subject);
    expect(blind?.vmid).toEqual(seen?.vmid);
  });

  it('asks nothing of ZFS where the pool is suspended', () => {
    expect(JSON.stringify(look('SUSPENDED').found[0]?.remedy.commands)).not.toContain('zpool');
  });

  it.each([
    ['of a pool whose name begins alike', zfspool('tank', 'tank2/guests')],
    ['that is disabled', zfspool('tank', 'tank', { disabled: true })],
    ['of another node', zfspool('tank', 'tank', { nodes: ['pve2'] })],
  ])('does not name a storage %s', (_, store) => {
    expect(look('FAULTED', [store]).found[0]).toMatchObject({
      harm: 'data',
      headline: 'cannot be used: no data of what is in it can be read',
    });
  });

  it('does not judge a pool that is being imported, or in a state that it does not know', () => {
    for (const state of ['TRANSITIONING', 'NEWSTATE'])
      expect(look(state)).toMatchObject({ found: [], unjudged: [`ZFS pool tank is in state ${state}`] });
  });
});
