import { describe, expect, it } from 'vitest';
import { given, mapper, textOf, wanted } from '../../test/checks/examples.ts';
import { blocksOf, entryOn, map, WWID } from '../../test/checks/path-examples.ts';
import { lookOf, trendOf } from '../../test/checks/trend-examples.ts';
import { ABOVE } from '../model/paths/carried.ts';
import type { TrendLook } from '../model/trend/trend.ts';
import { path011 } from './path011-fewer-paths.ts';

const check = given(path011);

const seen = (hoursAgo: number, paths: number, over: Partial<TrendLook> = {}) =>
  lookOf(hoursAgo, { maps: new Map([[`mpath-${WWID}`, paths]]), ...over });

function find(looks: readonly TrendLook[], paths = ['8:0', '8:16'], uuid = `mpath-${WWID}`) {
  const devices = [map(paths, { uuid }), entryOn('253:0')];
  const sections = { deviceMapper: mapper(...devices), blockDevices: blocksOf([], devices), trend: trendOf(...looks) };
  return check.examine(sections, wanted(ABOVE, sections));
}

describe('PATH011', () => {
  it('warns of a map that had more, with the last time that it had them', () => {
    const [finding] = find([seen(100, 4), seen(50, 4), seen(2, 2)]);
    expect(finding).toMatchObject({
      harm: 'redundancy',
      title: 'multipath map mpatha has 2 paths, and had 4',
      headline: expect.stringContaining('less is left for guest 100'),
    });
    expect(finding && textOf(finding)).toContain('it had 4 on 2026-11-20 10:00 UTC');
  });

  it('says that the last path is left, and that none is', () => {
    expect(find([seen(2, 2)], ['8:0'])[0]?.headline).toContain('the next failure stops guest 100');
    expect(find([seen(2, 2)], [])[0]?.headline).toContain('has no path, where it had 2');
  });

  it('remembers it over a start of the node', () => {
    expect(find([seen(2, 4, { bootId: 'another' })])).toHaveLength(1);
  });

  it.each([
    ['as many as ever', [seen(100, 2), seen(2, 2)]],
    ['more than before', [seen(2, 1)]],
    ['had more longer ago than is remembered', [seen(200, 4), seen(2, 2)]],
    ['had more by a clock that was set back since', [seen(-5, 4)]],
    ['was not seen before', [lookOf(2)]],
  ])('is silent about a map that has %s', (_, looks) => {
    expect(find(looks)).toEqual([]);
  });

  it('is silent about a map without an identity, and one that has another', () => {
    expect(find([seen(2, 4, { maps: new Map([['', 4]]) })], ['8:0'], '')).toEqual([]);
    expect(find([seen(2, 4)], ['8:0'], 'mpath-other')).toEqual([]);
  });
});
