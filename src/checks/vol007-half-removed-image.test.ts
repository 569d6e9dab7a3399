import { describe, expect, it } from 'vitest';
import { given } from '../../test/checks/examples.ts';
import { LONG_AGO, NOON, nodeWith, placeOf } from '../../test/checks/volume-examples.ts';
import { known, unreadable } from '../model/reading.ts';
import type { HalfRemovedImage } from '../model/volumes/volumes.ts';
import { vol007 as check } from './vol007-half-removed-image.ts';

const vol007 = given(check);
const place = (over: Partial<HalfRemovedImage> = {}, where = 'rbd') => {
  const one = { imageId: '1047', name: 'vm-105-disk-0', startedAt: LONG_AGO, held: false, doubled: false, ...over };
  const rbd = { trash: known({ trashed: [], removals: [one] }) };
  return placeOf('rbd', [], { where, contents: known({ volumes: [], foreign: 0, rbd }) });
};
const examine = (over: Partial<HalfRemovedImage> = {}, where = 'rbd') =>
  vol007.examine(nodeWith([place(over, where)]), {});

describe('VOL007', () => {
  it('tells the number of the image, and no command that ends its removal', () => {
    const [finding] = examine();
    expect(finding).toMatchObject({ harm: 'operation', subject: { id: 'pool:vm-105-disk-0' }, vmid: 105 });
    expect(finding?.remedy.text).toContain('its number is still 1047');
    expect(finding?.remedy.text).not.toContain('rbd ');
    expect(finding?.remedy.commands).toEqual([]);
    expect(examine({}, 'rbd/one')[0]?.evidence[1]?.source).toContain('-p rbd --namespace one');
  });

  it('names the cluster, where it is not the own one', () => {
    const reach = ['-m', '192.0.2.1', '--auth_supported', 'cephx', '-n', 'client.pve', '--keyring', '/x/far.keyring'];
    const [finding] = vol007.examine(nodeWith([{ ...place(), reach }]), {});
    expect(finding?.evidence[1]?.source).toContain(reach.join(' '));
  });

  it('says that the name means the image that has it now', () => {
    expect(examine({ doubled: true })[0]?.remedy.text).toContain('the image that was made under it since');
    expect(examine()[0]?.remedy.text).toContain('may mean another image tomorrow');
  });

  it('is silent about a removal that runs, or may have just begun', () => {
    expect(examine({ held: true })).toEqual([]);
    expect(examine({ startedAt: new Date(Date.parse(NOON) - 599_000).toISOString() })).toEqual([]);
    expect(examine({ startedAt: '2026-11-20T12:30:00.000Z' })).toEqual([]);
  });

  it('is unknown where nobody could see who removes it, or what is in the trash', () => {
    expect(examine({ held: null })).toEqual([]);
    expect(vol007.unjudged(nodeWith([place({ held: null })]))).toHaveLength(1);
    const problem = unreadable({ kind: 'failed', source: 'storage pool', detail: 'no answer' });
    const noTrash = placeOf('rbd', [], { contents: known({ volumes: [], foreign: 0, rbd: { trash: problem } }) });
    expect(vol007.unjudged(nodeWith([noTrash]))).toEqual(['storage pool: no answer']);
    expect(vol007.unjudged(nodeWith([placeOf('rbd', [], { contents: problem })]))).toEqual(['storage pool: no answer']);
  });
});
