import { describe, expect, it } from 'vitest';
import type { Refusal } from './plan.ts';
import { groupRepairs } from './repair-groups.ts';

/** Of a plan or refusal nothing else decides where it is shown. */
const item = (phase: Refusal['phase'], vmid: number, volume: string, deviceName: string): Refusal =>
  ({ phase, volume, deviceName, keep: null, finding: { vmid } }) as unknown as Refusal;

const grouped = (...refusals: readonly Refusal[]) =>
  groupRepairs({ plans: [], refusals }).map(({ volume, vmid, items }) => ({
    ...{ volume, vmid },
    names: items.map(({ deviceName }) => deviceName),
  }));

describe('what is shown together', () => {
  it('is one set of duplicates, never two volumes of a guest: each has its own entry to keep', () => {
    const sets = grouped(
      item('duplicates', 100, 'pve/vm-100-disk-0', 'a'),
      item('duplicates', 100, 'pve/vm-100-disk-1', 'b'),
      item('duplicates', 100, 'pve/vm-100-disk-0', 'c'),
    );
    expect(sets).toEqual([
      { volume: 'pve/vm-100-disk-0', vmid: 100, names: ['a', 'c'] },
      { volume: 'pve/vm-100-disk-1', vmid: 100, names: ['b'] },
    ]);
  });

  it('is each duplicate for itself where nobody knows its volume', () => {
    expect(grouped(item('duplicates', 100, '', 'a'), item('duplicates', 100, '', 'b'))).toEqual([
      { volume: 'a', vmid: 100, names: ['a'] },
      { volume: 'b', vmid: 100, names: ['b'] },
    ]);
  });

  it('are the leftovers of one guest, whatever their volumes, behind all duplicates and in the order of guests', () => {
    const groups = grouped(
      item('orphans', 200, 'pve/vm-200-disk-0', 'a'),
      item('orphans', 100, 'pve/vm-100-disk-0', 'b'),
      item('orphans', 200, 'pve/vm-200-disk-1', 'c'),
      item('duplicates', 300, 'pve/vm-300-disk-0', 'd'),
    );
    expect(groups).toEqual([
      { volume: 'pve/vm-300-disk-0', vmid: 300, names: ['d'] },
      { volume: '', vmid: 100, names: ['b'] },
      { volume: '', vmid: 200, names: ['a', 'c'] },
    ]);
  });
});
