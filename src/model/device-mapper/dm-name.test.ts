import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_CHARACTER } from '../../../test/data/any-text.ts';
import { trials } from '../../../test/sample.ts';
import { buildDmName, splitDmName } from './dm-name.ts';

describe('splitDmName', () => {
  // Each pair was confirmed with `dmsetup splitname`.
  it.each([
    ['pve-vm--100--disk--0', 'pve', 'vm-100-disk-0', ''],
    ['vg---lv', 'vg-', 'lv', ''],
    ['a---b---c', 'a-', 'b-', 'c'],
    ['my--vg-lv---real', 'my-vg', 'lv-', 'real'],
    ['ssd--ha01-vm--120--disk--0-part1', 'ssd-ha01', 'vm-120-disk-0', 'part1'],
    ['ssd--ha01-vm--120--disk--0p1', 'ssd-ha01', 'vm-120-disk-0p1', ''],
    ['pve-data-tpool', 'pve', 'data', 'tpool'],
    ['pve-data_tdata', 'pve', 'data_tdata', ''],
    ['test--ha01-vm--999--disk--0-dup', 'test-ha01', 'vm-999-disk-0', 'dup'],
    ['vg-lv-a-b', 'vg', 'lv', 'a-b'],
    ['vg-lv-', 'vg', 'lv', ''],
  ])('splits %s', (name, vgName, lvName, layer) => {
    expect(splitDmName(name)).toEqual({ vgName, lvName, layer });
  });

  it.each(['mpatha', '', 'trailing-', '-leading'])('says that %j has no volume in it', (name) => {
    expect(splitDmName(name)).toBeNull();
  });

  it('is the inverse of buildDmName for every name that LVM allows', () => {
    const lvmName = fc.stringMatching(/^[A-Za-z0-9._+][A-Za-z0-9._+-]{0,40}$/);
    fc.assert(
      fc.property(lvmName, lvmName, fc.constantFrom('', 'real', 'cow', 'tpool'), (vgName, lvName, layer) => {
        expect(splitDmName(buildDmName(vgName, lvName, layer))).toEqual({ vgName, lvName, layer });
      }),
      { numRuns: trials(300) },
    );
  });

  it('never throws, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: ANY_CHARACTER }), (name) => void splitDmName(name)),
      { numRuns: trials(300) },
    );
  });
});
