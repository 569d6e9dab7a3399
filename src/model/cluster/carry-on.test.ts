import { describe, expect, it } from 'vitest';
import { aRecord, at, secondsOf } from '../../../test/data/node-records.ts';
import { carryOn, nextLook } from './carry-on.ts';
import type { Fingerprint, NodeRecord } from './node-record.ts';

const look = (seconds: number, openCount = 1, more: Partial<NodeRecord> = {}): NodeRecord => {
  const seen = { since: secondsOf(at(seconds)), looks: 1 };
  const volume = { lvName: 'vm-100-disk-0', lvUuid: 'a', openCount, heldBy: [], ...seen };
  const fingerprint: Partial<Fingerprint> = {
    running: [{ vmid: 100, type: 'qemu', incoming: false, ...seen }],
    thinPools: [{ vgName: 'v', vgUuid: 'v', lvName: 'p', lvUuid: 'p', openCount: 1, ...seen }],
    fileSystems: [{ fsType: 'ext4', fsUuid: 'u', device: { kind: 'unknown' }, target: '/mnt', ...seen }],
    groups: [{ vgName: 'v', vgUuid: 'v', seqno: 1, pvs: [], volumes: [volume] }],
  };
  return aRecord('pve1', fingerprint, { takenAt: at(seconds), ...more });
};

const spans = ({ running, thinPools, fileSystems, groups }: Fingerprint) =>
  [...(running ?? []), ...(thinPools ?? []), ...(fileSystems ?? []), ...(groups?.[0]?.volumes ?? [])].map(
    ({ since, looks }) => [since - secondsOf(at(0)), looks],
  );

const four = <T>(item: T): readonly T[] => [item, item, item, item];

describe('since when a node sees what it has', () => {
  it('counts from the first look', () => {
    expect(spans(carryOn(look(900), look(0)))).toEqual(four([0, 2]));
    const later = { ...look(1800), fingerprint: carryOn(look(900), look(0)) };
    expect(spans(carryOn(look(2000), { ...later, takenAt: at(900) }))).toEqual(four([0, 3]));
  });

  it.each<[string, NodeRecord | null]>([
    ['without an earlier look', null],
    ['after a start of the node', look(0, 1, { bootId: 'another' })],
    ['of a boot that nobody knows', look(0, 1, { bootId: '' })],
    ['after a longer silence than a record counts', look(-2000)],
    ['after a record from the future', look(901)],
  ])('begins anew %s', (_, before) => {
    expect(spans(carryOn(look(900), before))).toEqual(four([900, 1]));
  });

  it('counts on from look to look of one run, whatever was published before', () => {
    const published = look(0);
    const first = { ...look(900), fingerprint: carryOn(look(900), published) };
    const second = { ...look(902), fingerprint: carryOn(look(902), published) };
    expect(spans(nextLook(second, first).fingerprint)).toEqual(four([0, 3]));
    expect(spans(nextLook(nextLook(look(4), look(2)), nextLook(look(2), look(0))).fingerprint)).toEqual(four([0, 3]));
  });

  it('begins anew for what was not there in between', () => {
    expect(spans(carryOn(look(900), aRecord('pve1', {}, { takenAt: at(0) })))).toEqual(four([900, 1]));
  });

  it('counts a volume only while it is open', () => {
    expect(spans(carryOn(look(900), look(0, 0))).at(-1)).toEqual([900, 1]);
    expect(spans(carryOn(look(900, 0), look(0))).at(-1)).toEqual([900, 1]);
  });

  it('invents no part that was not read', () => {
    const blind = { ...look(900), fingerprint: { ...look(900).fingerprint, running: null, groups: null } };
    expect(carryOn(blind, look(0))).toMatchObject({ running: null, groups: null });
  });
});
