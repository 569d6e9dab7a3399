import { describe, expect, it } from 'vitest';
import { given, mapper, wanted } from '../../test/checks/examples.ts';
import { blocksOf, disksWith, map } from '../../test/checks/path-examples.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { ABOVE } from '../model/paths/carried.ts';
import { path009 } from './path009-multipathd.ts';

const check = given(path009);

function look(multipathd: boolean | null, devices: readonly DmDevice[] = [map()]) {
  const sections = {
    deviceMapper: mapper(...devices),
    blockDevices: blocksOf([], devices),
    disks: disksWith([], { multipathd }),
  };
  return { found: check.examine(sections, wanted(ABOVE)), unjudged: check.unjudged(sections) };
}

describe('PATH009', () => {
  it('warns where maps are and multipathd does not run', () => {
    expect(look(false).found[0]).toMatchObject({ harm: 'redundancy', title: expect.stringContaining('map mpatha') });
  });

  it('is silent where it runs, and on a node without a map', () => {
    expect(look(true)).toEqual({ found: [], unjudged: [] });
    expect(look(null, [])).toEqual({ found: [], unjudged: [] });
  });

  it('says that nobody could tell', () => {
    expect(look(null)).toEqual({ found: [], unjudged: ['whether multipathd runs could not be told'] });
  });
});
