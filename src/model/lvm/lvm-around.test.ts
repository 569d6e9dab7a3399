import { describe, expect, it } from 'vitest';
import {
  active,
  device,
  linear,
  lvmReport,
  mapper,
  physicalVolume,
  target,
  uuid,
  volume,
  volumeGroup,
} from '../../../test/checks/examples.ts';
import type { BlockDevice } from '../device-mapper/block-devices.ts';
import type { DmDevice } from '../device-mapper/device-mapper.ts';
import { stackDevices } from '../device-mapper/device-stack.ts';
import type { Lvm } from './lvm.ts';
import { coverageAround, leftAsideOf } from './lvm-around.ts';
import { notAsked } from './lvm-coverage.ts';

const DEAD = device('dead', 0, { uuid: 'mpath-3a', table: [target('multipath', 8192, '8:0')] });
const on = (number: string) => ({ table: [linear(number, 2048, 8192)] });
const HELD = volume('san', 'vm-100-disk-0');
const LOCAL = volume('fast', 'vm-500-disk-0');

const DISKS = ['8:0', '8:16'].map((devNo, at): BlockDevice => {
  const kernelName = at === 0 ? 'sda' : 'sdb';
  return { devNo, kernelName, holders: [], state: 'running', disk: kernelName, wwid: '' };
});

/** What LVM proves that is shown all but the map `dead` and reports this. */
function coverageOf(lvm: Lvm, entries: readonly DmDevice[]) {
  const stack = stackDevices(mapper(DEAD, ...entries));
  const leftAside = leftAsideOf(stack, { devices: new Map(DISKS.map((disk) => [disk.devNo, disk])) }, [DEAD]);
  if (leftAside === null) throw new Error('nobody knows what is on the map');
  return coverageAround(stack, { lvm, leftAside });
}

/** Of the last of these. */
const stateOf = (lvm: Lvm, ...entries: readonly [DmDevice, ...DmDevice[]]) =>
  coverageOf(lvm, entries).stateOf(entries.at(-1) ?? entries[0]);

/** `kpartx` made it; a volume may lie on it. */
const partition = (minor: number) =>
  device(`dead-part${minor}`, minor, { uuid: `part${minor}-mpath-3a`, ...on('253:0') });

const asideOf = (...devices: readonly DmDevice[]) =>
  leftAsideOf(stackDevices(mapper(DEAD, ...devices)), { devices: new Map(DISKS.map((disk) => [disk.devNo, disk])) }, [
    DEAD,
  ]);

describe('what is left aside with a map', () => {
  it('is the map, its paths, and all above both', () => {
    const onPath = active(LOCAL, 4, on('8:0'));
    const found = asideOf(partition(3), active(HELD, 1, on('253:3')), onPath);
    expect([...(found?.numbers ?? [])].sort()).toEqual(['253:0', '253:1', '253:3', '253:4', '8:0']);
    expect([...(found?.vgUuids ?? [])].sort()).toEqual([HELD.vgUuid, LOCAL.vgUuid].sort());
    expect([...(found?.vgNames ?? [])].sort()).toEqual(['fast', 'san']);
  });

  it.each<[string, readonly DmDevice[]]>([
    ['nothing lies on it', []],
    ['nothing lies on one of its partitions', [partition(3), active(HELD, 1, on('253:0'))]],
    ['something else lies on it', [device('crypt', 5, { uuid: 'CRYPT-LUKS2-1', ...on('253:0') })]],
  ])('is not known where %s', (_, devices) => {
    expect(asideOf(...devices)).toBeNull();
  });
});

const pv = (vgName: string) => physicalVolume(vgName, '/dev/sdb', { minor: 16 });
const aside = active(HELD, 1, on('253:0'));

describe('what LVM says around a map that hangs', () => {
  it('is true of a VG that it is shown', () => {
    const entry = active(LOCAL, 2, on('8:16'));
    expect(stateOf(lvmReport([LOCAL], { pvs: [pv('fast')] }), aside, entry)).toMatchObject({ is: 'in-metadata' });
    const empty = lvmReport([], { vgs: [volumeGroup('fast')], pvs: [pv('fast')] });
    expect(stateOf(empty, aside, entry)).toMatchObject({ is: 'gone' });
  });

  it('says what it was not asked of', () => {
    expect(notAsked(coverageOf(lvmReport([]), [aside]))).toEqual([
      'LVM was not asked of dead, and what lies on it is not judged',
    ]);
  });

  it('is nothing of a VG on the map', () => {
    expect(stateOf(lvmReport([LOCAL], { pvs: [pv('fast')] }), aside)).toMatchObject({ is: 'unknown' });
  });

  it('is nothing of a volume on another disk of such a VG, whatever is reported', () => {
    const spread = volume('san', 'vm-101-disk-0');
    const report = lvmReport([HELD, spread], { pvs: [pv('san')] });
    expect(stateOf(report, aside, active(spread, 2, on('8:16')))).toEqual({
      is: 'unknown',
      because: 'LVM was not asked of dead, where its VG or one of its name lies',
    });
  });

  it('is nothing of another VG of that name', () => {
    const twin = { ...volume('san', 'vm-102-disk-0'), vgUuid: uuid('twin') };
    const vgs = [{ ...volumeGroup('san'), vgUuid: uuid('twin'), lvCount: 1 }];
    const report = lvmReport([twin], { vgs, pvs: [{ ...pv('san'), vgUuid: uuid('twin') }] });
    expect(stateOf(report, aside, active(twin, 2, on('8:16')))).toMatchObject({ is: 'unknown' });
  });
});
