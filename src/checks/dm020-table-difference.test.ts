import { describe, expect, it } from 'vitest';
import {
  active,
  device,
  factsOf,
  linear,
  lvmReport,
  mapper,
  target,
  uuid,
  volume,
} from '../../test/checks/examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { type LogicalVolume, lvDmUuid } from '../model/lvm/lvm.ts';
import { findDifference } from './dm020-stale-table.ts';

const lv = volume('san', 'vm-100-disk-0');

function difference(
  of: LogicalVolume,
  table: DmDevice['table'],
  others: readonly DmDevice[] = [],
  uuidOf = lvDmUuid(of),
) {
  const entry = active(of, 1, { table, uuid: uuidOf });
  return (
    findDifference(entry, of, '', factsOf({ deviceMapper: mapper(entry, ...others), lvm: lvmReport([of]) }))?.kind ??
    null
  );
}

describe('a live table', () => {
  it('is the one of metadata, or not', () => {
    expect(difference(lv, [linear('8:0', 2048, 8192)])).toBeNull();
    expect(difference(lv, [linear('8:0', 4096, 8192)])).toBe('extents');
    expect(difference(lv, [linear('8:0', 2048, 4096)])).toBe('length');
    expect(difference(lv, [])).toBeNull();
  });

  it('is not compared where it lies on a layer of its own VG, on any of its legs', () => {
    const layer = (of: string) => [device('layer', 9, { uuid: of, table: [linear('8:0', 2048, 8192)] })];
    const own = `${lvDmUuid(lv)}-real`;
    const upon = [linear('253:9', 0, 8192)];
    expect(difference(lv, upon, layer(own))).toBeNull();
    expect(difference(lv, [linear('8:0', 2048, 4096), linear('253:9', 0, 4096, 4096)], layer(own))).toBeNull();
    const stripes = [target('striped', 8192, '2', '128', '8:0', '0', '253:9', '0')];
    expect(difference(lv, stripes, layer(own))).toBeNull();
    for (const other of [`LVM-${uuid('nas')}${uuid('x')}`, 'mpath-1', ''])
      expect(difference(lv, upon, layer(other))).toBe('extents');
  });

  it('of a volume whose entry has a name that LVM gives none is compared, and blocks nothing', () => {
    const entry = active(lv, 1, { name: 'scratch', table: [linear('8:0', 2048, 8192)] });
    expect(findDifference(entry, lv, '', factsOf({ deviceMapper: mapper(entry), lvm: lvmReport([lv]) }))).toMatchObject(
      {
        kind: 'name',
        blocksOldName: false,
      },
    );
  });

  it.each(['snapshot', 'snapshot-merge'])('is not compared where it is a %s', (type) => {
    expect(difference(lv, [target(type, 4096, '253:9', '253:10', 'P', '8')])).toBeNull();
  });

  it('of a thin volume has the id of metadata, where both have one segment', () => {
    const segment = (thinId: number | null, segType = 'thin') => ({
      ...{ segType, startBytes: 0, sizeBytes: 4 * 1024 * 1024, devices: [], thinId },
    });
    const thin = (...ids: readonly (number | null)[]) =>
      volume('san', 'vm-1-disk-0', { segments: ids.map((id) => segment(id)) });
    const table = (...ids: readonly string[]) =>
      ids.map((id, at) => ({ ...target('thin', 8192 / ids.length, '253:9', id), start: (8192 / ids.length) * at }));
    expect([difference(thin(5), table('5')), difference(thin(5), table('6'))]).toEqual([null, 'thin-id']);
    expect([difference(thin(null), table('6')), difference(thin(5, 5), table('6'))]).toEqual([null, null]);
    expect([difference(thin(5), table('6', '7')), difference(thin(), table('6'))]).toEqual([null, null]);
    const linearly = volume('san', 'vm-1-disk-0', { segments: [segment(5, 'raid1')] });
    expect(difference(linearly, table('6'))).toBeNull();
    expect(difference(thin(5), [linear('8:0', 6, 8192)])).toBeNull();
  });
});
