import { describe, expect, it } from 'vitest';
import {
  device,
  linear,
  lvmReport,
  mapper,
  physicalVolume,
  target,
  volume,
  volumeGroup,
} from '../../../test/checks/examples.ts';
import type { LvSegment } from '../lvm/lvm.ts';
import { stackDevices } from './device-stack.ts';
import { agreeWhereBothMap, describeRun, liveRuns, metadataTables, type TableRun } from './expected-table.ts';

const MIB = 1024 * 1024;
const EXTENT = 8192;

/** A segment of this many extents of 4 MiB, from that one of the volume on, over these. */
const segment = (at: number, extents: number, devices: LvSegment['devices'], segType = 'linear'): LvSegment => ({
  ...{ segType, startBytes: at * 4 * MIB, sizeBytes: extents * 4 * MIB, devices, thinId: null },
});
const sda = (firstExtent: number) => ({ name: '/dev/sda', firstExtent });
const sdb = (firstExtent: number) => ({ name: '/dev/sdb', firstExtent });

function expected(segments: readonly LvSegment[], over: Parameters<typeof lvmReport>[1] = {}) {
  const lv = volume('san', 'vm-100-disk-0', { segments });
  const pvs = [
    physicalVolume('san'),
    physicalVolume('san', '/dev/sdb', { minor: 16 }),
    physicalVolume('nas', '/dev/sdc'),
  ];
  const runs = metadataTables(lvmReport([lv], { pvs, ...over }))(lv);
  return runs?.map(describeRun) ?? null;
}

describe('what metadata says of a table', () => {
  it('is where its extents begin on each disk, after what LVM keeps for itself', () => {
    expect(expected([segment(0, 1, [sda(0)])])).toEqual(['0 8192 linear 8:0 2048']);
    expect(expected([segment(0, 2, [sda(10)]), segment(2, 1, [sdb(0)])])).toEqual([
      `0 ${2 * EXTENT} linear 8:0 ${2048 + 10 * EXTENT}`,
      `${2 * EXTENT} ${EXTENT} linear 8:16 2048`,
    ]);
  });

  it('joins segments that go on without a gap, and no others', () => {
    expect(expected([segment(0, 1, [sda(0)]), segment(1, 2, [sda(1)])])).toEqual([`0 ${3 * EXTENT} linear 8:0 2048`]);
    expect(expected([segment(0, 1, [sda(0)]), segment(1, 1, [sda(2)])])).toHaveLength(2);
    expect(expected([segment(0, 1, [sda(0)]), segment(2, 1, [sda(1)])])).toHaveLength(2);
    expect(expected([segment(0, 1, [sda(0)]), segment(1, 1, [sdb(1)])])).toHaveLength(2);
    const stripes = [segment(0, 2, [sda(0), sdb(0)], 'striped'), segment(2, 2, [sda(1), sdb(1)], 'striped')];
    expect(expected(stripes)).toEqual([
      `0 ${2 * EXTENT} striped 2 … 8:0 2048 8:16 2048`,
      `${2 * EXTENT} ${2 * EXTENT} striped 2 … 8:0 ${2048 + EXTENT} 8:16 ${2048 + EXTENT}`,
    ]);
    expect(expected([segment(0, 1, [sda(0)]), segment(1, 2, [sda(1), sdb(0)], 'striped')])).toHaveLength(2);
    expect(expected([segment(0, 2, [sda(0), sdb(0)], 'striped'), segment(2, 1, [sda(2)])])).toHaveLength(2);
  });

  it('is not known of anything but plain segments over disks of the VG', () => {
    const plain = segment(0, 1, [sda(0)]);
    expect(expected([])).toBeNull();
    for (const type of ['thin', 'raid1', 'error']) expect(expected([plain, segment(1, 1, [sda(1)], type)])).toBeNull();
    expect(expected([segment(0, 1, [])])).toBeNull();
    for (const name of ['pool_tdata', '/dev/sdc'])
      expect(expected([segment(0, 2, [sda(0), { name, firstExtent: 0 }], 'striped')])).toBeNull();
  });

  it('is not known while a disk is missing, or the VG is not reported', () => {
    const plain = [segment(0, 1, [sda(0)])];
    expect(expected(plain, { vgs: [volumeGroup('san', { missingPvCount: 1 })] })).toBeNull();
    expect(expected(plain, { vgs: [volumeGroup('nas')] })).toBeNull();
    for (const gone of [{ missing: true }, { major: -1 }])
      expect(expected(plain, { pvs: [physicalVolume('san', '/dev/sda', gone)] })).toBeNull();
  });
});

describe('the live table', () => {
  const live = (...table: readonly Parameters<typeof linear>[]) =>
    liveRuns(device('x', 1, { table: table.map((args) => linear(...args)) }))?.map(describeRun) ?? null;

  it('is joined in the same way', () => {
    expect(live(['8:0', 0, 8], ['8:0', 8, 8, 8], ['8:0', 32, 8, 16])).toEqual([
      '0 16 linear 8:0 0',
      '16 8 linear 8:0 32',
    ]);
    expect(live(['8:0', 0, 8], ['8:0', 8, 8, 8], ['8:0', 16, 8, 16])).toEqual(['0 24 linear 8:0 0']);
  });

  it('is not known when it is empty or not plain', () => {
    expect(live()).toBeNull();
    const mixed = device('x', 1, { table: [linear('8:0', 0, 8), target('error', 8)] });
    expect(liveRuns(mixed)).toBeNull();
  });
});

describe('two tables agree', () => {
  const run = (start: number, length: number, ...legs: readonly (readonly [string, number])[]): TableRun => ({
    ...{ start, length, legs: legs.map(([devNo, offset]) => ({ devNo, offset })) },
  });
  const paths = mapper(
    device('mpatha', 7, { uuid: 'mpath-1', table: [target('multipath', 8, '8:0', '8:16')] }),
    device('y', 8),
  );
  const agree = (a: readonly TableRun[], b: readonly TableRun[]) => {
    const stack = stackDevices(paths);
    const [one, other] = [agreeWhereBothMap(a, b, stack), agreeWhereBothMap(b, a, stack)];
    expect(one).toBe(other);
    return one;
  };
  const whole = [run(0, 16, ['8:0', 2048])];

  it('where both map, however much longer one is', () => {
    expect(agree(whole, whole)).toBe(true);
    expect(agree(whole, [run(0, 8, ['8:0', 2048])])).toBe(true);
    expect(agree(whole, [...whole, run(16, 8, ['8:16', 0])])).toBe(true);
    expect(agree(whole, [run(0, 8, ['8:0', 2048]), run(8, 8, ['8:0', 4096])])).toBe(false);
  });

  it('in every run of several, the last of them as far as both go', () => {
    const first = run(0, 8, ['8:0', 0]);
    expect(agree([first, run(8, 16, ['8:32', 64])], [first, run(8, 8, ['8:32', 64])])).toBe(true);
    expect(agree([first, run(8, 8, ['8:32', 64])], [first, run(8, 8, ['8:32', 128])])).toBe(false);
  });

  it('on the same sectors of the same disk, whichever path leads to it', () => {
    expect(agree(whole, [run(0, 16, ['253:7', 2048])])).toBe(true);
    expect(agree(whole, [run(0, 16, ['8:16', 2048])])).toBe(false);
    expect(agree(whole, [run(0, 16, ['253:8', 2048])])).toBe(false);
    expect(agree(whole, [run(0, 16, ['8:0', 2049])])).toBe(false);
    expect(agree([run(8, 16, ['8:0', 2048])], whole)).toBe(false);
  });

  it('on every leg', () => {
    const stripes = [run(0, 16, ['8:0', 0], ['8:32', 0])];
    expect(agree(stripes, stripes)).toBe(true);
    expect(agree(stripes, [run(0, 16, ['8:0', 0])])).toBe(false);
    expect(agree(stripes, [run(0, 16, ['8:0', 0], ['8:32', 8])])).toBe(false);
  });
});
