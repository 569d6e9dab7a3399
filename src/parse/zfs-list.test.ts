import { describe, expect, it } from 'vitest';
import { parseZfsList } from './zfs-list.ts';

const row = (...fields: readonly (string | number)[]): string => `${fields.join('\t')}\n`;

const SNAPSHOT = row('tank/vm-1-disk-0@a', 'snapshot', 5, '-', '-', '-', 1790000000, '-');
const VOLUME = row('tank/vm-1-disk-0', 'volume', 10, 20, '-', 'tank/base-2-disk-0@__base__', 1790000000, '-');
const POOL = row('tank', 'filesystem', 99, '-', 0, '-', 1700000000, '-');

describe('parseZfsList', () => {
  it('reads volumes, file systems and snapshots', () => {
    expect(parseZfsList(SNAPSHOT + VOLUME + POOL)).toEqual([
      {
        ...{ name: 'tank/vm-1-disk-0@a', type: 'snapshot', usedBytes: 5, volsizeBytes: null, refquotaBytes: null },
        ...{ origin: null, creation: 1790000000, partlyReceived: false },
      },
      {
        ...{ name: 'tank/vm-1-disk-0', type: 'volume', usedBytes: 10, volsizeBytes: 20, refquotaBytes: null },
        ...{ origin: 'tank/base-2-disk-0@__base__', creation: 1790000000, partlyReceived: false },
      },
      {
        ...{ name: 'tank', type: 'filesystem', usedBytes: 99, volsizeBytes: null, refquotaBytes: 0 },
        ...{ origin: null, creation: 1700000000, partlyReceived: false },
      },
    ]);
  });

  it('tells a receive that broke off', () => {
    const [one] = parseZfsList(row('t/vm-1-disk-0', 'volume', 1, 2, '-', '-', 3, '1-e604-e0')) ?? [];
    expect(one?.partlyReceived).toBe(true);
  });

  it('takes no output for no pool', () => expect(parseZfsList('')).toEqual([]));

  it.each([
    ['a cut line', (SNAPSHOT + VOLUME).slice(0, -3)],
    ['another order, in which a cut would not show', POOL + VOLUME],
    ['a column too few', row('tank', 'filesystem', 99, '-', 0, '-', 1)],
    ['a column too many', row('tank', 'filesystem', 99, '-', 0, '-', 1, '-', '-')],
    ['no number', row('tank', 'filesystem', '99G', '-', 0, '-', 1, '-')],
    ['a type of its own', row('tank', 'bookmark', 99, '-', 0, '-', 1, '-')],
    ['a snapshot without a name', row('tank', 'snapshot', 99, '-', 0, '-', 1, '-')],
    ['lost bytes', row('ta\ufffdk', 'filesystem', 99, '-', 0, '-', 1, '-')],
  ])('believes nothing of %s', (_, text) => expect(parseZfsList(text)).toBeNull());
});
