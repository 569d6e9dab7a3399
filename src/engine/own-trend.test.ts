import { describe, expect, it } from 'vitest';
import { readCapture } from '../../test/capture-files.ts';
import { memoryHost } from '../host/memory-host.ts';
import type { Capture } from '../model/capture.ts';
import { TREND_PATH } from '../model/trend/trend.ts';
import { trendText } from '../model/trend/trend-text.ts';
import { lookAtNode } from './check-node.ts';
import { EVERYTHING } from './narrowing.ts';
import { trendAfter } from './own-trend.ts';

const CAPTURE = readCapture('trend-of-paths');
const MAP = 'mpath-1Linux_scsi_debug_2000';

/** The look of a node, and what is kept after it. */
async function run(capture: Capture) {
  const host = memoryHost(capture);
  const { snapshot, report } = await lookAtNode(host, 'test', EVERYTHING);
  return { looks: await trendAfter(host, snapshot), codes: report.findings.map(({ code }) => code) };
}

const withTrend = (over: Partial<Capture>, entry: NonNullable<Capture['files']>[string] | null): Capture => {
  const { [TREND_PATH]: _, ...files } = CAPTURE.files ?? {};
  return { ...CAPTURE, ...over, files: entry === null ? files : { ...files, [TREND_PATH]: entry } };
};

describe('what is kept after a run', () => {
  it('is its look behind those of the last days, in the place of one that is too near', async () => {
    const { looks } = await run(CAPTURE);
    expect(looks?.map(({ takenAt, maps }) => [takenAt.slice(0, 13), maps.get(MAP)])).toEqual([
      ['2026-11-19T18', 4],
      ['2026-11-22T06', 2],
      ['2026-11-22T18', 2],
    ]);
    expect(looks?.at(-1)?.takenAt).toBe(CAPTURE.takenAt);
  });

  it('is its look alone where nothing was kept, or what was kept is damaged', async () => {
    for (const entry of [null, ['of somebody else']]) {
      const { looks, codes } = await run(withTrend({}, entry));
      expect(looks).toHaveLength(1);
      expect(looks?.[0]?.disks.size).toBe(2);
      expect(codes).toEqual([]);
    }
  });

  it('finds the same again by what it kept, an hour later', async () => {
    const { looks, codes } = await run(CAPTURE);
    const text = trendText(looks ?? [])
      .replace(/\n$/, '')
      .split('\n');
    const later = await run(withTrend({ takenAt: '2026-11-22T19:29:00.000Z' }, text));
    expect(codes).toEqual(['PATH010', 'PATH011']);
    expect(later.codes).toEqual(codes);
  });

  it('is left as it is where nobody could read it', async () => {
    expect((await run(withTrend({}, { unreadable: 'failed', detail: 'EIO' }))).looks).toBeNull();
  });
});
