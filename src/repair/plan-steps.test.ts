import { describe, expect, it } from 'vitest';
import { memoryNode } from '../../test/apply/memory-node.ts';
import { firstPlan, planOn } from '../../test/apply/plan-on.ts';
import { active, device, guest, linear, mention, volume } from '../../test/checks/examples.ts';
import { hyphenated } from '../model/device-mapper/dm-uuid.ts';
import { lvDmUuid } from '../model/lvm/lvm.ts';
import { identityOf } from '../model/repair/plan.ts';

const lv = volume('san', 'vm-100-disk-0');
const entry = active(lv, 5);
const uuid = lvDmUuid(lv);
const anyLock = (vmid: number) => [`/var/lock/qemu-server/lock-${vmid}.conf`, `/run/lock/lxc/pve-config-${vmid}.lock`];

/** The volume with its own entry and another one over the same sectors. */
function beside(name: string, over: Parameters<typeof device>[2] = {}) {
  const table = [linear('8:0', 2048, 8192)];
  return memoryNode({
    volumes: [lv],
    devices: [active(lv, 1, { table }), device(name, 2, { table, ...over })],
    configs: [guest(100, { mentions: [mention('scsi0', 'san', 'vm-100-disk-0')] })],
  });
}

describe('a step', () => {
  it('of an entry whose volume is in metadata deactivates it, and the volume stays', () => {
    const { finding, step, volume: of, keep } = firstPlan(memoryNode({ volumes: [lv], devices: [entry] }));
    expect([of, keep]).toEqual(['san/vm-100-disk-0', null]);
    const inMetadata = { is: 'volume-in-metadata', vgName: 'san', lvName: 'vm-100-disk-0', dmUuid: uuid };
    expect(step).toEqual({
      kind: 'deactivate-volume',
      device: identityOf(entry),
      mutation: { does: 'deactivate-volume', vgName: 'san', lvName: 'vm-100-disk-0', dmUuid: uuid },
      argv: [
        'lvchange',
        '-aln',
        '--config',
        'global/wait_for_locks=0',
        '--select',
        `lv_uuid=${hyphenated(lv.lvUuid)}`,
        'san/vm-100-disk-0',
      ],
      guests: [100],
      locks: anyLock(100),
      before: [{ is: 'device-present', device: identityOf(entry) }, inMetadata],
      after: [{ is: 'device-gone', name: entry.name, uuid }],
      undo: { by: 'activate-volume', vgName: 'san', lvName: 'vm-100-disk-0' },
    });
    const subject = { kind: 'device', id: entry.name };
    expect(finding).toEqual({ code: 'DM010', subject, vmid: 100, title: expect.stringContaining('100') });
  });

  it('of a ghost removes the entry, which must have no volume until then', () => {
    const { step } = firstPlan(memoryNode({ volumes: [volume('san', 'other')], devices: [entry] }));
    expect(step).toEqual({
      kind: 'remove-device',
      device: identityOf(entry),
      mutation: { does: 'remove-device', uuid },
      argv: ['dmsetup', 'remove', '--retry', '--uuid', uuid],
      guests: [100],
      locks: anyLock(100),
      before: [
        { is: 'device-present', device: identityOf(entry) },
        { is: 'volume-not-in-metadata', dmUuid: uuid },
      ],
      after: [{ is: 'device-gone', name: entry.name, uuid }],
      undo: { by: 'create-device' },
    });
  });

  it('of a hand-made extra goes by its name, and the entry that is kept stays', () => {
    const node = beside('san-vm--100--disk--0-dup');
    const [kept, extra] = node.devices.map(identityOf);
    const stays = { is: 'device-present', device: kept };
    expect(firstPlan(node).step).toMatchObject({
      mutation: { does: 'remove-device', handMadeName: 'san-vm--100--disk--0-dup', minor: 2 },
      locks: ['/var/lock/qemu-server/lock-100.conf'],
      before: [{ is: 'device-present', device: extra }, stays],
      after: [{ is: 'device-gone', name: 'san-vm--100--disk--0-dup', uuid: '' }, stays],
    });
  });

  it.each([
    ['by kpartx', { uuid: `part1-${uuid}` }, { does: 'remove-device', uuid: `part1-${uuid}` }],
    ['by hand', { uuid: '' }, { does: 'remove-device', handMadeName: 'san-vm--100--disk--0p1', minor: 7 }],
  ])('of a partition map made %s leaves the volume below', (_, made, mutation) => {
    const map = device('san-vm--100--disk--0p1', 7, { ...made, table: [linear('253:5', 2048, 4096)] });
    const node = memoryNode({ volumes: [lv], devices: [active(lv, 5, { openCount: 1 }), map] });
    const below = { is: 'device-present', device: identityOf(entry) };
    expect(firstPlan(node)).toMatchObject({
      ...{ phase: 'orphans', volume: 'san/vm-100-disk-0', keep: null },
      step: {
        ...{ kind: 'remove-partition-map', device: identityOf(map), mutation, undo: { by: 'create-device' } },
        before: [{ is: 'device-present', device: identityOf(map) }, below],
        after: [{ is: 'device-gone', name: map.name, uuid: map.uuid }, below],
      },
    });
  });
});

describe('the entry that is kept', () => {
  it.each([
    ['is the one in use', 'san-vm--100--disk--0-dup', { openCount: 1 }, 'in use'],
    ['is LVM’s own', 'san-vm--100--disk--0-dup', {}, 'LVM’s own entry'],
  ])('%s', (_, name, over, because) => {
    const node = beside(name);
    node.devices = node.devices.map((each) => (each.uuid === '' ? each : { ...each, ...over }));
    expect(firstPlan(node).keep).toEqual({ name: 'san-vm--100--disk--0', because });
  });

  it('has the name that LVM gives the volume, or the lowest minor number, where both were made by hand', () => {
    const node = (...names: readonly string[]) =>
      memoryNode({
        volumes: [volume('san', 'other')],
        devices: names.map((name, at) => device(name, 2 + at)),
      });
    expect(planOn(node('san-vm--100--disk--0-b', 'san-vm--100--disk--0')).plans[0]?.keep).toEqual({
      ...{ name: 'san-vm--100--disk--0', because: 'has the name that LVM gives the volume' },
    });
    expect(planOn(node('san-vm--100--disk--0-b', 'san-vm--100--disk--0-a')).plans[0]?.keep).toEqual({
      ...{ name: 'san-vm--100--disk--0-b', because: 'lowest minor number' },
    });
  });

  it('is the one below the same sectors, whatever volume the extra is named for', () => {
    const node = beside('san-vm--700--disk--0');
    node.devices.push(device('san-vm--800--disk--0', 3, { table: node.devices[0]?.table ?? [] }));
    const [kept] = node.devices.map(identityOf);
    const extras = planOn(node).plans.filter(({ phase }) => phase === 'duplicates');
    expect(extras.map(({ deviceName }) => deviceName)).toEqual(['san-vm--700--disk--0', 'san-vm--800--disk--0']);
    for (const { keep, step } of extras) {
      expect(keep).toEqual({ name: 'san-vm--100--disk--0', because: 'LVM’s own entry' });
      expect(step.before.at(-1)).toEqual({ is: 'device-present', device: kept });
    }
  });

  it('is each extra’s own', () => {
    const node = beside('san-vm--700--disk--0');
    const other = volume('san', 'vm-200-disk-0');
    const table = [linear('8:0', 500_000, 64)];
    node.volumes.push(other);
    node.devices.unshift(active(other, 3, { table }), device('san-vm--900--disk--0', 4, { table }));
    const kept = planOn(node).plans.map(({ deviceName, keep }) => [deviceName, keep?.name]);
    expect(kept.slice(0, 2)).toEqual([
      ['san-vm--700--disk--0', 'san-vm--100--disk--0'],
      ['san-vm--900--disk--0', 'san-vm--200--disk--0'],
    ]);
  });

  it('is none for an orphan of LVM that overlaps another volume', () => {
    const other = volume('san', 'vm-700-disk-0');
    const node = beside('', { name: 'san-vm--700--disk--0', uuid: lvDmUuid(other) });
    node.volumes.push(other);
    const [plan] = planOn(node).plans;
    expect(plan).toMatchObject({ phase: 'duplicates', codes: ['DM002', 'DM010'], keep: null });
    expect(plan?.step.argv.at(-1)).toBe('san/vm-700-disk-0');
    expect(plan?.step.before.filter(({ is }) => is === 'device-present')).toHaveLength(1);
  });
});
