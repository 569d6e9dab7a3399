import { describe, expect, it } from 'vitest';
import {
  cluster,
  given,
  guest,
  guests,
  lvmReport,
  mapper,
  mention,
  physicalVolume,
  storage,
  storages,
  volume,
  volumeGroup,
  wanted,
} from '../../test/checks/examples.ts';
import { blocksOf, disk, entryOn } from '../../test/checks/path-examples.ts';
import { changesOf } from '../../test/data/commands.ts';
import { ABOVE } from '../model/paths/carried.ts';
import type { Sections } from '../model/snapshot.ts';
import { lv013 } from './lv013-physical-volume-size.ts';

const check = given(lv013);

const MIB = 1024 * 1024;
const SIZES = { sizeBytes: 60 * MIB, deviceBytes: 1024 * MIB };

const ABOVE_IT: Partial<Sections> = { cluster, storage: storages(storage('san', 'san')), guests: guests() };

/** The disk as one of guest 100. */
const given100 = guests(
  guest(100, {
    mentions: [{ ...mention('scsi1', '', ''), target: { kind: 'path', path: '/dev/sda', resolved: '/dev/sda' } }],
  }),
);

function look(
  sizeBytes: number | undefined,
  deviceBytes: number | undefined,
  missing = false,
  isOnVolume = false,
  above = ABOVE_IT,
) {
  const sizes = { ...(sizeBytes !== undefined && { sizeBytes }), ...(deviceBytes !== undefined && { deviceBytes }) };
  const below = entryOn('8:0');
  const place = isOnVolume ? { major: below.major, minor: below.minor } : {};
  const pvs = [physicalVolume('san', '/dev/mapper/mpatha', { missing, ...sizes, ...place })];
  const sections = {
    deviceMapper: mapper(below),
    lvm: lvmReport([volume('san', 'vm-100-disk-0')], { pvs }),
    blockDevices: blocksOf([disk('sda')], [below]),
  };
  return check.examine(sections, wanted([...ABOVE, 'storage'], above));
}

describe('LV013', () => {
  it('is silent where less than an extent is left, where it is missing, and in an older report', () => {
    expect(look(60 * MIB, 64 * MIB)).toEqual([]);
    expect(look(60 * MIB, 0, true)).toEqual([]);
    expect(look(undefined, undefined)).toEqual([]);
  });

  it('leaves a guest’s own physical volume alone, which lies on its disk', () => {
    expect(look(60 * MIB, 1024 * MIB, false, true)).toEqual([]);
  });

  it('leaves one alone that lies on a LUN of a guest, whatever its VG is called', () => {
    expect(look(60 * MIB, 1024 * MIB, false, false, { ...ABOVE_IT, guests: given100 })).toEqual([]);
    expect(look(1020 * MIB, 32 * MIB, false, false, { ...ABOVE_IT, guests: given100 })).toEqual([]);
  });

  it.each([
    ['through an iSCSI storage', 'pve1', '/dev/sda'],
    ['through an iSCSI storage, and lives on another node', 'pve2', '/dev/sda'],
    ['by a name that leads nowhere, so that it may be any disk', 'pve1', null],
  ])('leaves one alone on a LUN that a guest has %s', (_, node, resolved) => {
    const lun = { kind: 'volid', storeid: 'lun', volname: '0.0.1.scsi-36001405a', resolved } as const;
    const above = guests(guest(205, { node, mentions: [{ ...mention('scsi1', '', ''), target: lun }] }));
    expect(look(60 * MIB, 1024 * MIB, false, false, { ...ABOVE_IT, guests: above })).toEqual([]);
  });

  it('leaves one alone whose VG no storage means and of which nothing is active: it may be a guest’s', () => {
    const report = lvmReport([], { vgs: [volumeGroup('guests')], pvs: [physicalVolume('guests', '/dev/sdb', SIZES)] });
    const sections = { deviceMapper: mapper(), lvm: report, blockDevices: blocksOf([], []) };
    expect(check.examine(sections, wanted([...ABOVE, 'storage'], ABOVE_IT))).toEqual([]);
    expect(
      check.examine(
        sections,
        wanted([...ABOVE, 'storage'], { ...ABOVE_IT, storage: storages(storage('x', 'guests')) }),
      ),
    ).toHaveLength(1);
  });

  it('notes room that pvresize would bring', () => {
    const [finding] = look(60 * MIB, 1024 * MIB);
    expect(finding).toMatchObject({ harm: 'housekeeping', bytes: 963 * MIB, about: 'san' });
    expect(changesOf(finding?.remedy.commands)).toEqual(['resize-physical-volume']);
  });

  it('prints no pvresize for a VG that other nodes write to', () => {
    const shared = { ...ABOVE_IT, storage: storages(storage('san', 'san', { shared: true })) };
    const [finding] = look(60 * MIB, 1024 * MIB, false, false, shared);
    expect(finding?.remedy).toMatchObject({ text: expect.stringContaining('LVM has no lock'), commands: [] });
  });

  it('is critical about a device that is smaller than LVM believes', () => {
    expect(look(1020 * MIB, 32 * MIB)[0]).toMatchObject({ harm: 'data', bytes: null });
  });
});
