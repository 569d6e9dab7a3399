import { describe, expect, it } from 'vitest';
import { active, device, given, linear, mapper, target, textOf, volume } from '../../test/checks/examples.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import { dm001 as check } from './dm001-duplicate-name.ts';

const dm001 = given(check);

const examine = (deviceMapper: DeviceMapper) => dm001.examine({ deviceMapper }, {});
const subjects = (deviceMapper: DeviceMapper) => examine(deviceMapper).map(({ subject }) => subject.id);

const NAME = 'test--ha01-vm--999--disk--0';

describe('DM001', () => {
  it('reports the hand-made copy of an entry, and keeps the entry with the name of the volume', () => {
    const [finding, ...others] = examine(mapper(device(`${NAME}-dup`, 0), device(NAME, 1)));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      harm: 'data',
      subject: { kind: 'device', id: `${NAME}-dup` },
      title: `${NAME}-dup is a second entry for test-ha01/vm-999-disk-0, beside ${NAME}`,
      repairAction: 'remove-device',
      vmid: 999,
    });
  });

  it('names both entries with UUID, open count and table', () => {
    const [finding] = examine(
      mapper(device(NAME, 0), device(`${NAME}-copy`, 1, { table: [linear('7:2', 2048, 65536)] })),
    );
    expect(finding && textOf(finding)).toContain(`${NAME}-copy is 253:1, no UUID (made by hand), open count 0`);
    expect(finding && textOf(finding)).toContain(`${NAME}-copy maps 0 65536 linear 7:2 2048`);
  });

  it('keeps what LVM made before what was made by hand', () => {
    const lv = volume('pve', 'vm-100-disk-0');
    const named = device('pve-vm--100--disk--0-old', 0);
    expect(subjects(mapper(named, active(lv, 5)))).toEqual(['pve-vm--100--disk--0-old']);
  });

  it('keeps what is in use before anything else, and then offers to deactivate the volume of LVM', () => {
    const lv = volume('pve', 'vm-100-disk-0');
    const [finding] = examine(mapper(active(lv, 0), device('pve-vm--100--disk--0-old', 1, { openCount: 1 })));
    expect(finding).toMatchObject({ subject: { id: 'pve-vm--100--disk--0' }, repairAction: 'deactivate-volume' });
    expect(finding?.remedy.text).toContain('Keep pve-vm--100--disk--0-old and remove pve-vm--100--disk--0;');
  });

  it('offers no repair in a set of which more than one is open, and says which guest to stop', () => {
    const open = { openCount: 1 };
    const findings = examine(mapper(device(NAME, 0, open), device(`${NAME}-dup`, 1, open), device(`${NAME}-copy`, 2)));
    expect(findings.map(({ repairAction }) => repairAction)).toEqual([null, null]);
    expect(findings[0]?.remedy.text).toContain('Stop guest 999');
    expect(findings.map(({ remedy }) => remedy.commands)).toEqual([[], []]);
  });

  it('is silent about layers, snapshots, partitions and the same disk number on another VG', () => {
    const lv = volume('pve', 'vm-100-disk-0');
    const { uuid } = active(lv, 0);
    const silent = mapper(
      active(lv, 0, { table: [target('snapshot-origin', 8192, '253:1')] }),
      device('pve-vm--100--disk--0-real', 1, { uuid: `${uuid}-real` }),
      device('pve-vm--100--disk--0-cow', 2, { uuid: `${uuid}-cow` }),
      device('pve-vm--100--disk--0-part1', 3, { uuid: `part1-${uuid}`, table: [linear('253:0', 2048, 1024)] }),
      device('pve-vm--100--disk--0p1', 4, { uuid: `part1-${uuid}`, table: [linear('253:0', 2048, 1024)] }),
      active(volume('ssd', 'vm-100-disk-0'), 5),
      active(volume('pve', 'snap_vm-100-disk-0_x'), 6),
      active(volume('pve', 'del-vm-100-disk-0'), 7),
      active(volume('pve', 'vm-100-disk-0.qcow2'), 8),
      active(volume('pve', 'vm-100-disk-01'), 9),
    );
    expect(subjects(silent)).toEqual([]);
  });

  it('is silent about a hand-made partition that lies on the volume, and about a multipath map of such a name', () => {
    const lv = volume('pve', 'vm-100-disk-0');
    const silent = mapper(
      active(lv, 0),
      device('pve-vm--100--disk--0-part1', 1, { table: [linear('253:0', 2048, 1024)] }),
      device('pve-vm--100--disk--0-mp', 2, { uuid: 'mpath-3600' }),
    );
    expect(subjects(silent)).toEqual([]);
  });
});
