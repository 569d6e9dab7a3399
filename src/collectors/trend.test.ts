import { describe, expect, it } from 'vitest';
import { BOOT, lookOf, NOW } from '../../test/checks/trend-examples.ts';
import { memoryHost } from '../host/memory-host.ts';
import { NOTHING_KEPT, TREND_PATH } from '../model/trend/trend.ts';
import { trendText } from '../model/trend/trend-text.ts';
import { collectTrend } from './trend.ts';

const LOOKS = [lookOf(30), lookOf(1)];
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

const collect = (files: Parameters<typeof memoryHost>[0]['files']) =>
  collectTrend(memoryHost({ files: { [BOOT_ID]: `${BOOT}\n`, ...files }, takenAt: NOW }));

describe('collectTrend', () => {
  it('knows what earlier runs kept, and which boot this is', async () => {
    expect(await collect({ [TREND_PATH]: trendText(LOOKS) })).toMatchObject({
      state: 'known',
      value: { bootId: BOOT, looks: LOOKS },
    });
  });

  it('says that nothing was kept', async () => {
    expect(await collect({})).toEqual({ state: 'absent', reason: NOTHING_KEPT });
    expect(await collect({ [TREND_PATH]: trendText([]) })).toEqual({ state: 'absent', reason: NOTHING_KEPT });
  });

  it('takes a damaged file for none, and says so', async () => {
    expect(await collect({ [TREND_PATH]: trendText(LOOKS).slice(0, 90) })).toEqual({
      state: 'absent',
      reason: `${TREND_PATH}: it is cut off; the next run that is kept begins anew`,
    });
  });

  it.each([
    ['cut', 'abcd-ef'],
    ['garbled', '\ufffd\ufffd\ufffd\ufffd\ufffd\n'],
  ])('knows no boot by an id that is %s', async (_, id) => {
    const reading = await collect({ [TREND_PATH]: trendText(LOOKS), [BOOT_ID]: id });
    expect(reading).toMatchObject({ value: { bootId: '' } });
  });
});
