import { describe, expect, it } from 'vitest';
import { given, mapper, textOf, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disk, disksWith, entryOn, map, WWID } from '../../test/checks/path-examples.ts';
import { lookOf, trendOf } from '../../test/checks/trend-examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { ABOVE } from '../model/paths/carried.ts';
import type { Disk, IoCounts } from '../model/paths/disks.ts';
import type { Trend } from '../model/trend/trend.ts';
import { path010 } from './path010-growing-counters.ts';

const check = given(path010);

const KEY = `0:0:0:0 ${WWID}`;
const counts = (ioErrors: number | null, ioTimeouts: number | null): IoCounts => ({ ioErrors, ioTimeouts });
const seen = (hoursAgo: number, before: IoCounts, over = {}) =>
  lookOf(hoursAgo, { disks: new Map([[KEY, before]]), ...over });

function look(now: Partial<Disk>, trend: Trend, devices: readonly DmDevice[] = [entryOn('8:0')]) {
  const disks = [disk('sda', now)];
  const sections = {
    deviceMapper: mapper(...devices),
    blockDevices: blocksOf(disks, devices),
    disks: disksWith(disks),
    trend,
  };
  return { found: check.examine(sections, wanted(ABOVE, sections)), unjudged: check.unjudged(sections) };
}

describe('PATH010', () => {
  it('warns of one timeout since the run before, and names the guests', () => {
    const { found, unjudged } = look(counts(9, 3), trendOf(seen(1, counts(9, 2))));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      harm: 'redundancy',
      title: 'disk sda (LIO lun): 1 timeout since 2026-11-22 11:00 UTC',
      headline: expect.stringContaining('guest 100 waits for it'),
      about: 'disks/san',
    });
    expect(found[0] && textOf(found[0])).toContain('iotmo_cnt is 3, 1 more than then');
    expect(unjudged).toEqual([]);
  });

  it('says for a day what happened, whatever a timer kept meanwhile', () => {
    const runs = [seen(23, counts(0, 0)), seen(2, counts(0, 1)), seen(1, counts(0, 1))];
    expect(look(counts(0, 1), trendOf(...runs)).found).toHaveLength(1);
    expect(look(counts(0, 1), trendOf(seen(50, counts(0, 0)), ...runs.slice(1))).found).toEqual([]);
    expect(look(counts(0, 1), trendOf(seen(70, counts(0, 0)))).found).toHaveLength(1);
  });

  it('gives notice of failed commands only where they are more than monitoring makes', () => {
    expect(look(counts(499, 0), trendOf(seen(20, counts(0, 0)))).found).toEqual([]);
    expect(look(counts(500, 0), trendOf(seen(20, counts(0, 0)))).found).toMatchObject([{ harm: 'housekeeping' }]);
  });

  it('leaves errors of a path to multipathd, and judges its timeouts', () => {
    expect(look(counts(90_000, 0), trendOf(seen(20, counts(0, 0))), [map(['8:0'])]).found).toEqual([]);
    expect(look(counts(0, 1), trendOf(seen(20, counts(0, 0))), [map(['8:0'])]).found).toMatchObject([
      { about: 'mpatha' },
    ]);
  });

  it.each([
    ['nothing grew', counts(9, 3), trendOf(seen(1, counts(9, 3)))],
    ['the counters began anew with a start of the node', counts(9, 3), trendOf(seen(1, counts(0, 0), { bootId: 'a' }))],
    ['the disk came anew', counts(0, 1), trendOf(seen(1, counts(800, 4)))],
    ['another disk was there', { ...counts(9, 3), wwid: 'naa.6' }, trendOf(seen(1, counts(0, 0)))],
    ['nobody ever saw the disk', counts(9, 3), trendOf(lookOf(1))],
    ['the clock was set back', counts(9, 3), trendOf(seen(-1, counts(0, 0)))],
    ['the kernel has no such counters', counts(null, null), trendOf(seen(1, counts(null, null)))],
  ])('is silent where %s', (_, now, trend) => {
    expect(look(now, trend)).toEqual({ found: [], unjudged: [] });
  });

  it('says that a counter could not be read that could be before, and that the boot is not known', () => {
    const trend = trendOf(seen(1, counts(0, 0)));
    expect(look(counts(0, null), trend).unjudged).toEqual(['the I/O counters of sda could not be read']);
    expect(look(counts(9, 9), { ...trend, bootId: '' })).toEqual({
      found: [],
      unjudged: ['which boot this is could not be read, so no counter is compared'],
    });
  });
});
