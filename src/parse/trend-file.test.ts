import { describe, expect, it } from 'vitest';
import type { TrendLook } from '../model/trend/trend.ts';
import { trendText } from '../model/trend/trend-text.ts';
import { parseTrend } from './trend-file.ts';

const look = (takenAt: string): TrendLook => ({
  takenAt,
  bootId: '0b7c9d1e-1111-4222-8333-444455556666',
  disks: new Map([
    ['2:0:0:1 naa.6001405', { ioErrors: 2, ioTimeouts: null }],
    ['3:0:0:0 ', { ioErrors: null, ioTimeouts: 7 }],
    ['4:0:0:0 t10.ATA     QEMU HARDDISK  QM1', { ioErrors: 0, ioTimeouts: 0 }],
  ]),
  maps: new Map([['mpath-36001405', 4]]),
  pools: new Map([['LVM-abc-tpool', { data: 81_920, metadata: 512 }]]),
  groups: new Map([['a1'.repeat(16), 'san']]),
});

const LOOKS = [look('2026-11-19T02:00:00.000Z'), { ...look('2026-11-20T02:00:00.000Z'), bootId: '' }];
const TEXT = trendText(LOOKS);

describe('parseTrend', () => {
  it('reads what was written', () => {
    expect(parseTrend(TEXT)).toEqual({ value: LOOKS, problems: [] });
    expect(parseTrend(trendText([]))).toEqual({ value: [], problems: [] });
  });

  it.each([
    ['nothing', '', /not what pve-doctor keeps/],
    ['another file', '{}\n', /not what pve-doctor keeps/],
    ['one of a later version', TEXT.replace('trend 1', 'trend 2'), /another version/],
    ['one without its end', TEXT.replace(/end\n$/, ''), /cut off/],
    ['one whose last line is cut', TEXT.slice(0, -1), /cut off/],
    ['lost bytes', TEXT.replace('mpath-3', 'mpath-\uFFFD'), /no UTF-8/],
    ['a word that is no count', TEXT.replace('map 4', 'map x'), /a line of it is damaged: "map x/],
    ['a count that no number holds', TEXT.replace('81920', '9'.repeat(20)), /a line of it is damaged/],
    ['a disk twice', TEXT.replace('3:0:0:0 ', '2:0:0:1 naa.6001405'), /a line of it is damaged/],
    ['a time that is none', TEXT.replace('2026-11-19T02', '2026-11-19T99'), /a line of it is damaged/],
    ['a thing before the first look', TEXT.replace(/look .*\n/, ''), /a line of it is damaged/],
    ['looks in disorder', trendText(LOOKS.toReversed()), /order of time/],
  ])('believes nothing of %s', (_, text, problem) => {
    expect(parseTrend(text)).toEqual({ value: [], problems: [expect.stringMatching(problem)] });
  });
});
