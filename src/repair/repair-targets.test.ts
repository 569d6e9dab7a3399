import { describe, expect, it } from 'vitest';
import { type MemoryNode, memoryNode, snapshotOf } from '../../test/apply/memory-node.ts';
import { active, device, linear, volume } from '../../test/checks/examples.ts';
import { sectionsOf } from '../model/derived.ts';
import type { RepairAction } from '../model/finding.ts';
import { repairTargets } from './repair-subject.ts';

const entry = active(volume('san', 'vm-100-disk-0'), 1, { openCount: 2 });
const other = active(volume('san', 'vm-200-disk-0'), 9, { openCount: 1 });
const map = (number: number, on = entry) =>
  device(`${on.name}p${number}`, on.minor + number, {
    uuid: `part${number}-${on.uuid}`,
    table: [linear(`253:${on.minor}`, 2048 * number, 64)],
  });
const node = (...devices: MemoryNode['devices']) => memoryNode({ devices });

function targets(on: MemoryNode, id: string, repairAction: RepairAction | null) {
  const subject = { kind: 'device', id } as const;
  return repairTargets({ subject, repairAction }, sectionsOf(snapshotOf(on))).map(({ name }) => name);
}

describe('repairTargets', () => {
  const [first, second] = [map(1), map(2)];
  const on = node(other, map(1, other), entry, first, second);

  it('are the device that a finding is about', () => {
    expect(targets(on, entry.name, 'remove-device')).toEqual([entry.name]);
    expect(targets(on, first.name, 'remove-partition-map')).toEqual([first.name]);
  });

  it('are of a volume that is held its partition maps, the highest first', () => {
    expect(targets(on, entry.name, 'remove-partition-map')).toEqual([second.name, first.name]);
  });

  it('are no device that only lies there', () => {
    const byHand = device('san-vm--100--disk--0-x', 20, { table: [linear('253:1', 0, 64)] });
    expect(targets(node(entry, first, byHand), entry.name, 'remove-partition-map')).toEqual([first.name]);
  });

  it('are none where the device is not there, nothing holds it, or it is no device', () => {
    expect(targets(on, 'gone', 'remove-device')).toEqual([]);
    expect(targets(node(entry), entry.name, 'remove-partition-map')).toEqual([]);
    const subject = { kind: 'volume', id: entry.name } as never;
    expect(repairTargets({ subject, repairAction: 'remove-device' }, sectionsOf(snapshotOf(on)))).toEqual([]);
    const unseen = { ...on, hidden: new Set(['deviceMapper'] as const) };
    expect(targets(unseen, entry.name, 'remove-device')).toEqual([]);
  });
});
