import { describe, expect, it } from 'vitest';
import { cluster, given, guest, guests, mention, storage, storages, wanted } from '../../test/checks/examples.ts';
import { placeOf } from '../../test/checks/volume-examples.ts';
import type { Storage } from '../model/guests/pve.ts';
import { ON_FILE_SYSTEM } from '../model/mounts/carried-mounts.ts';
import { known } from '../model/reading.ts';
import { path015 } from './path015-pool-away.ts';

const check = given(path015);

function look(
  pools: readonly string[],
  vmids: readonly number[],
  more: Partial<Storage> = {},
  listed: readonly string[] = [],
) {
  const store = storage('tank', '', { type: 'zfspool', properties: { pool: 'tank/guests' }, ...more });
  const sections = {
    zfsPools: { pools: pools.map((name) => ({ name, state: 'ONLINE', status: null })), statusUnread: '' },
    volumes: {
      readAt: '2026-11-20T12:00:00Z',
      places: listed.map((where) => placeOf('zfs', [], { id: where, where })),
      users: known([]),
    },
    storage: storages(store),
    cluster,
  };
  const configs = vmids.map((vmid) => guest(vmid, { mentions: [mention('scsi0', 'tank', `vm-${vmid}-disk-0`)] }));
  const facts = { ...sections, guests: guests(...configs) };
  return check.examine(facts, wanted(ON_FILE_SYSTEM, { cluster, storage: facts.storage, guests: facts.guests }));
}

describe('PATH015', () => {
  it('is silent where the pool is imported', () => {
    expect(look(['tank', 'rpool'], [100])).toEqual([]);
  });

  it('is silent where `zfs list` shows it, and the kernel’s statistics could not be seen', () => {
    expect(look([], [100], {}, ['tank/guests'])).toEqual([]);
    expect(look([], [100], {}, ['other/guests'])).toHaveLength(1);
  });

  it('says nothing where no list shows a pool, and leaves it open', () => {
    expect(look([], [100])).toEqual([]);
  });

  it.each<[string, Partial<Storage>]>([
    ['is disabled', { disabled: true }],
    ['is for other nodes', { nodes: ['pve2'] }],
    ['is ZFS over iSCSI, whose pool is elsewhere', { type: 'zfs' }],
  ])('is silent about a storage that %s', (_, more) => {
    expect(look([], [100], more)).toEqual([]);
  });

  it('names the guests that cannot start, and is silent without one', () => {
    expect(look(['tank2'], [100, 101])).toMatchObject([
      {
        harm: 'operation',
        subject: { kind: 'device', id: 'tank' },
        headline: 'is not imported: guests 100, 101 cannot start',
      },
    ]);
    expect(look([], [])).toEqual([]);
  });
});
