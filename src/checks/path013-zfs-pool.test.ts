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
import { path013 } from './path013-zfs-pool.ts';

const check = given(path013);
const WANTS = ['storage', 'guests', 'cluster'] as const;

const zfspool = (storeid: string, pool: string, over = {}) =>
  storage(storeid, '', { type: 'zfspool', properties: { pool }, ...over });

function look(state: string, stores = [zfspool('tank', 'tank/guests')]) {
  const configs = [100, 101].map((vmid) =>
    guest(vmid, { mentions: [mention('scsi0', vmid === 100 ? 'tank' : 'local', `vm-${vmid}-disk-0`)] }),
  );
  const sections = { zfsPools: { pools: [{ name: 'tank', state }] } };
  const values = { storage: storages(...stores), guests: guests(...configs), cluster };
  return {
    found: check.examine(sections, wanted(WANTS, values)),
    blind: check.examine(sections, wanted(WANTS)),
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
