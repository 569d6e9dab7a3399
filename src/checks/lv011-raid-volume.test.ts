import { describe, expect, it } from 'vitest';
import { given, wanted } from '../../test/checks/examples.ts';
import { entryWithStatus } from '../../test/checks/path-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { lv011 } from './lv011-raid-volume.ts';

const check = given(lv011);

function look(type: string, words: string | null) {
  const sections = entryWithStatus(type, words);
  return { found: check.examine(sections, wanted(ABOVE)), unjudged: check.unjudged(sections) };
}

describe('LV011', () => {
  it.each([
    ['raid', 'raid1 2 AA 98304/98304 idle 0 0 -', undefined],
    ['raid', 'raid1 2 aa 6272/98304 resync 0 0 -', 'redundancy'],
    ['raid', 'raid1 2 Aa 12672/98304 recover 0 0 -', 'redundancy'],
    ['raid', 'raid1 2 AA 98304/98304 idle 512 0 -', 'redundancy'],
    ['raid', 'raid1 2 AD 98304/98304 idle 0 0 -', 'redundancy'],
    ['raid', 'raid1 2 DA 98304/98304 idle 0 0 -', 'redundancy'],
    ['raid', 'raid5_ls 3 DDA 98304/98304 idle 0 0 -', 'data'],
    ['raid', 'raid6_zr 4 ADDA 98304/98304 idle 0 0 -', 'redundancy'],
    ['mirror', '2 7:0 7:2 32/32 1 AA 1 core', undefined],
    ['mirror', '2 7:0 7:2 31/32 1 AD 1 core', 'redundancy'],
  ])('of %s %s is %s', (type, words, severity) => {
    expect(look(type, words).found[0]?.harm).toBe(severity);
  });

  it('names the volume and its guest, and shows the line', () => {
    const [finding] = look('raid', 'raid1 2 AD 98304/98304 idle 0 0 -').found;
    expect(finding).toMatchObject({ vmid: 100, title: 'raid1 volume san/vm-100-disk-0 has lost 1 of 2 legs' });
    expect(finding?.evidence[0]?.fact).toContain('raid raid1 2 AD');
  });

  it('does not judge a line that is missing or not in its form', () => {
    expect(look('raid', 'raid1 2').unjudged).toEqual([expect.stringContaining('not understood: "raid1 2"')]);
    expect(look('raid', null)).toEqual({
      found: [],
      unjudged: ['the status of san-vm--100--disk--0 could not be read'],
    });
  });
});
