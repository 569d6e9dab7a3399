import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryNode } from '../../test/apply/memory-node.ts';
import { EVERYTHING, planOn } from '../../test/apply/plan-on.ts';
import { active, device, guest, linear, mention, volume } from '../../test/checks/examples.ts';

/** Orphans of these names in VG san, in this order. */
function orphans(...lvNames: readonly string[]): MemoryNode {
  const volumes = lvNames.map((lvName) => volume('san', lvName, { segments: [] }));
  return memoryNode({ volumes, devices: volumes.map((lv, at) => active(lv, 10 + at)) });
}

/** Puts a partition map on the orphan with this minor, which it holds open. */
function withMap(node: MemoryNode, minor: number): string {
  const parent = node.devices.find((each) => each.minor === minor);
  if (parent === undefined) throw new Error('no such orphan');
  const map = device(`${parent.name}p1`, 90, {
    uuid: `part1-${parent.uuid}`,
    table: [linear(`253:${minor}`, 2048, 64)],
  });
  node.devices = [...node.devices.map((each) => (each === parent ? { ...parent, openCount: 1 } : each)), map];
  node.holders.set(`253:${minor}`, [{ kind: 'device', kernelName: 'dm-90', name: map.name }]);
  return map.name;
}

const names = (node: MemoryNode, selection = EVERYTHING) =>
  planOn(node, selection).plans.map(({ deviceName }) => deviceName);

const follows = (node: MemoryNode) => planOn(node).refusals.map((refusal) => refusal.follows);

describe('the plan', () => {
  it('goes from partition maps to orphans, by guest, then by name', () => {
    const node = orphans('vm-900-disk-0', 'vm-500-disk-1', 'vm-500-disk-0', 'vm-200-disk-0');
    const map = withMap(node, 10);
    const rest = ['san-vm--200--disk--0', 'san-vm--500--disk--0', 'san-vm--500--disk--1'];
    expect(names(node)).toEqual([map, ...rest]);
    node.devices.reverse();
    expect(names(node)).toEqual([map, ...rest]);
  });

  it('begins with duplicates, whatever guest they are of', () => {
    const node = orphans('vm-100-disk-0');
    const map = withMap(node, 10);
    const table = [linear('8:0', 2048, 8192)];
    const lv = volume('san', 'vm-900-disk-0');
    node.volumes.push(lv);
    node.devices.push(device('san-vm--700--disk--0', 2, { table }), active(lv, 1, { table }));
    expect(names(node).slice(0, 2)).toEqual(['san-vm--700--disk--0', map]);
    expect(planOn(node).plans.map(({ phase }) => phase)).toEqual(['duplicates', 'orphans', 'orphans']);
  });

  it('is only of the guest and the device that were asked for', () => {
    const node = orphans('vm-500-disk-0', 'vm-500-disk-1', 'vm-200-disk-0');
    expect(names(node, { only: null, vmid: 200 })).toEqual(['san-vm--200--disk--0']);
    expect(names(node, { only: null, vmid: null, device: 'san-vm--500--disk--1' })).toEqual(['san-vm--500--disk--1']);
    const two = ['san/vm-500-disk-0', 'san/vm-200-disk-0'];
    expect(names(node, { only: null, vmid: null, names: two })).toHaveLength(2);
    expect(planOn(node, { only: 'duplicates', vmid: null })).toMatchObject({ plans: [], refusals: [] });
  });

  it('is made from every finding that names an entry of a guest', () => {
    const node = orphans('vm-500-disk-0', 'vm-501-disk-0', 'vm-502-disk-0');
    node.configs.push(guest(501, { node: 'pve2' }), guest(502));
    expect(planOn(node).plans.map(({ codes }) => codes)).toEqual([['DM010'], ['DM011'], ['DM012']]);
  });
});

describe('what lies below a device that goes', () => {
  it('follows it', () => {
    const node = orphans('vm-500-disk-0');
    const map = withMap(node, 10);
    expect(follows(node)).toEqual([[map]]);
  });

  it.each<[string, (node: MemoryNode) => void]>([
    [
      'is suspended, too',
      (node) => {
        node.devices = node.devices.map((each) => (each.minor === 10 ? { ...each, suspended: true } : each));
      },
    ],
    [
      'is opened by something that was not seen',
      (node) => {
        node.devices = node.devices.map((each) => (each.minor === 10 ? { ...each, openCount: 2 } : each));
      },
    ],
    [
      'is held by a process beside it',
      (node) => {
        node.devices = node.devices.map((each) => (each.minor === 10 ? { ...each, openCount: 2 } : each));
        node.holders.get('253:10')?.push({ kind: 'process', pid: 9, command: 'dd', user: 'root', vmid: null });
      },
    ],
    [
      'is held by a device that stays',
      (node) => {
        node.holders.set('253:10', [{ kind: 'device', kernelName: 'dm-91', name: 'san-other' }]);
      },
    ],
  ])('does not follow it when it %s', (_, change) => {
    const node = orphans('vm-500-disk-0');
    withMap(node, 10);
    change(node);
    expect(planOn(node).refusals.map(({ deviceName }) => deviceName)).toContain('san-vm--500--disk--0');
    expect(follows(node).flat()).toEqual([]);
  });
});

describe('a refusal', () => {
  const refusal = (node: MemoryNode) => planOn(node).refusals[0];

  it.each<[string, (node: MemoryNode) => void, RegExp, string]>([
    [
      'closing what uses it',
      (node) => node.holders.set('253:10', [{ kind: 'swap', path: '/dev/dm-10' }]),
      /swap/,
      'Close what uses it, then run clean again.',
    ],
    [
      'waiting for a task',
      (node) => {
        const task = { upid: 'UPID:x', type: 'vzdump', id: '', vmids: [], user: 'root@pam' };
        node.activity = { tasks: [task], locks: [] };
      },
      /vzdump/,
      'Wait until it is done, then run clean again.',
    ],
    [
      'to leave alone what a configuration names',
      (node) => {
        node.volumes = [volume('san', 'other')];
        node.configs.push(
          guest(101, { mentions: [{ ...mention('scsi0', 'san', 'vm-500-disk-0'), certainty: 'maybe' }] }),
        );
      },
      /may refer to it/,
      'A configuration names it, so pve-doctor leaves it alone.',
    ],
    [
      'nothing where there is nothing to do',
      (node) => {
        node.devices = node.devices.map((each) => ({ ...each, suspended: true }));
      },
      /suspended/,
      '',
    ],
  ])('advises %s', (_, change, because, advice) => {
    const node = orphans('vm-500-disk-0');
    change(node);
    expect(refusal(node)).toMatchObject({ because: expect.stringMatching(because), advice });
  });

  it('advises to stop the guest that runs, which need not be the one of the volume’s name', () => {
    const table = [linear('8:0', 2048, 8192)];
    const lv = volume('san', 'vm-100-disk-0');
    const node = memoryNode({
      volumes: [lv],
      devices: [active(lv, 1, { table }), device('san-vm--100--disk--0-dup', 2, { table })],
      configs: [guest(100), guest(170, { mentions: [mention('scsi0', 'san', 'vm-100-disk-0')] })],
      running: [{ vmid: 170, type: 'qemu', pid: 4711, incoming: false }],
    });
    expect(refusal(node)).toMatchObject({
      because: 'guest 170 is running here',
      advice: 'Stop that guest or leave the entry alone, then run clean again.',
    });
  });

  it('names who holds the device, and says so when nobody was seen', () => {
    const node = orphans('vm-500-disk-0');
    node.devices = node.devices.map((each) => ({ ...each, openCount: 1 }));
    expect(refusal(node)?.holders).toEqual(['open count 1, holder not seen']);
    node.holders.set('253:10', [{ kind: 'loop', kernelName: 'loop7' }]);
    expect(refusal(node)?.holders).toEqual(['loop device loop7']);
    node.devices = node.devices.map((each) => ({ ...each, openCount: 0, suspended: true }));
    node.holders.clear();
    expect(refusal(node)?.holders).toEqual([]);
  });

  it('of what is no guest’s volume gives the finding’s own advice and all eight gates', () => {
    const node = memoryNode({ volumes: [volume('san', 'other')], devices: [active(volume('san', 'root'), 5)] });
    expect(refusal(node)).toMatchObject({
      ...{ codes: ['DM013'], because: 'pve-doctor gives guidance only for this' },
      ...{ volume: '', keep: null, holders: [], follows: [], advice: expect.stringContaining('LVM cannot') },
    });
    expect(refusal(node)?.gates).toHaveLength(8);
  });

  it('holds a whole set of duplicates while two of it are open, whatever else one of them is', () => {
    const [lv, other] = [volume('san', 'vm-100-disk-0'), volume('san', 'vm-700-disk-0')];
    const [first, second] = [[linear('8:0', 2048, 8192)], [linear('8:0', 500_000, 8192)]];
    const node = memoryNode({
      volumes: [lv, other],
      devices: [
        active(lv, 1, { table: first, openCount: 1 }),
        device('san-vm--100--disk--0-a', 2, { table: first, openCount: 1 }),
        active(other, 3, { table: second }),
        device('san-vm--100--disk--0-b', 4, { table: second }),
      ],
    });
    const refusals = planOn(node).refusals.filter(({ deviceName }) => deviceName.endsWith('-b'));
    expect(refusals).toMatchObject([
      {
        ...{ codes: ['DM001', 'DM002'], because: 'pve-doctor gives guidance only for this' },
        advice: expect.stringMatching(/open at the same time/),
      },
    ]);
  });

  it('is given when one of several findings is not certain', () => {
    const ghost = volume('san', 'vm-500-disk-0');
    const node = memoryNode({ volumes: [volume('san', 'other')], devices: [active(ghost, 5)] });
    const path = { kind: 'path', path: '/dev/dm-5' } as const;
    node.configs.push(guest(170, { mentions: [{ ...mention('args', '', ''), target: path, certainty: 'maybe' }] }));
    expect(planOn(node).plans).toEqual([]);
    expect(refusal(node)).toMatchObject({
      codes: ['DM013'],
      because: expect.stringMatching(/may refer to it/),
    });
    expect(refusal(node)?.gates.map(({ holds }) => holds)).toEqual([true, true, true, true, true, false, true, true]);
  });
});
