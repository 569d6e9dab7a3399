import { describe, expect, it } from 'vitest';
import {
  active,
  device,
  given,
  groupsWith,
  guest,
  guests,
  lvmReport,
  mapper,
  mention,
  storage,
  storages,
  textOf,
  uuid,
  volume,
} from '../../test/checks/examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { nextFreeVmids } from '../model/guests/leftover-impact.ts';
import type { Guests } from '../model/guests/pve.ts';
import type { LogicalVolume } from '../model/lvm/lvm.ts';
import { id001 as check } from './id001-next-vmid.ts';

const id001 = given(check);

const range = { nextIdLower: 600, nextIdUpper: 700 };
const other = volume('san', 'vm-100-disk-0');

const facts = (volumes: readonly LogicalVolume[], devices: readonly DmDevice[] = [], configs: Guests = guests()) => ({
  guests: configs,
  datacenter: range,
  deviceMapper: mapper(...devices),
  lvm: lvmReport([other, ...volumes]),
  storage: storages(storage('fast', 'san'), storage('slow', 'san')),
  groups: groupsWith(),
});

const examine = (...given: Parameters<typeof facts>) => id001.examine(facts(...given), {});

describe('ID001', () => {
  it('is silent about volumes and entries of a VG that no storage can mean', () => {
    const leftover = volume('san', 'vm-600-disk-0');
    const ghost = active(volume('san', 'vm-601-disk-0'), 0);
    const given = facts([leftover], [ghost]);
    expect(id001.examine(given, {})).toHaveLength(2);
    const groups = groupsWith({ [leftover.vgUuid]: { why: 'on-guest', because: '' } });
    expect(id001.examine({ ...given, groups }, {})).toEqual([]);
  });

  it('says which storages of guests it does not know', () => {
    const on = (storeid: string, volname: string) =>
      id001.unjudged?.(facts([], [], guests(guest(100, { mentions: [mention('scsi0', storeid, volname)] }))));
    expect(on('fast', 'vm-100-disk-0')).toEqual([]);
    expect(on('lost', 'vm-100-disk-0')).toEqual(['storage lost keeps volumes of guests and is not configured']);
    expect(on('lost', 'iso/debian.iso')).toEqual([]);
  });

  it('reports a ghost that stands where the next guest’s disk would go, with storage and error', () => {
    const ghost = active(volume('san', 'vm-601-disk-0', { lvUuid: uuid('gone') }), 0);
    const [finding, ...others] = examine([], [ghost]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'operation',
      subject: { kind: 'vmid', id: '601' },
      repairAction: null,
      vmid: 601,
    });
    expect(finding?.title).toBe('VMID 601 is free, but san/vm-601-disk-0 is in its way: "Device or resource busy"');
    expect(finding && textOf(finding)).toContain(
      'san/vm-601-disk-0, storage fast, slow: activating a new vm-601-disk-0 on this node fails',
    );
    expect(finding && textOf(finding)).toContain('VMID 601 is number 2 of those');
  });

  it('says what a volume that still exists does instead: a number skipped, or "already exists"', () => {
    const [finding] = examine([volume('san', 'vm-602-disk-0'), volume('san', 'vm-602-cloudinit')]);
    const text = finding ? textOf(finding) : '';
    expect(finding?.title).not.toContain('busy');
    expect(text).toContain('PVE skips the number of vm-602-disk-0');
    expect(text).toContain('vm-602-cloudinit "already exists"');
  });

  it('says that creating fails where one of several is in the way, and lists them by name', () => {
    const ghost = active(volume('san', 'vm-602-disk-1', { lvUuid: uuid('gone') }), 0);
    const [finding] = examine(
      ['vm-602-disk-3', 'vm-602-disk-0', 'vm-602-disk-2'].map((lvName) => volume('san', lvName)),
      [ghost],
    );
    expect(finding?.title).toContain('"Device or resource busy"');
    const listed = finding?.evidence.flatMap(({ fact }) => /^san.(vm-602-disk-.), storage/.exec(fact)?.[1] ?? []);
    expect(listed).toEqual([0, 1, 2, 3].map((disk) => `vm-602-disk-${disk}`));
  });

  it('is silent about LVM’s own parts of a volume', () => {
    expect(examine([volume('san', 'vm-601-disk-0', { role: ['private'] })])).toEqual([]);
  });

  it('counts an active volume once, as the volume that it is', () => {
    const lv = volume('san', 'vm-603-disk-0');
    expect(examine([lv], [active(lv, 0)])[0]?.evidence).toHaveLength(2);
  });

  it('is silent about leftovers of VMIDs that are taken, far away or out of range', () => {
    const taken = guests(guest(600));
    expect(examine([volume('san', 'vm-600-disk-0')], [], taken)).toEqual([]);
    expect(examine([volume('san', 'vm-650-disk-0'), volume('san', 'vm-101-disk-0')])).toEqual([]);
  });

  it('is silent about VGs without a storage, and entries whose name no new volume would have', () => {
    expect(examine([volume('attic', 'vm-600-disk-0')])).toEqual([]);
    expect(examine([], [device('san-vm--600--disk--0-dup', 0), device('attic-vm--600--disk--0', 1)])).toEqual([]);
  });
});

describe('the next free VMIDs', () => {
  it('are the lowest of the range without a configuration; the upper end is not one of them', () => {
    const configs = guests(guest(600), guest(602));
    expect(nextFreeVmids(configs, range, 3)).toEqual([601, 603, 604]);
    expect(nextFreeVmids(configs, { nextIdLower: 602, nextIdUpper: 604 }, 3)).toEqual([603]);
  });
});
