import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsThatFit } from './fit.ts';

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

describe('rowsThatFit', () => {
  it('takes every row where there is room', () => {
    expect(
      rowsThatFit(
        [
          { sizes: [5, 5], share: 0 },
          { sizes: [3], share: 0 },
        ],
        13,
      ),
    ).toEqual([2, 1]);
  });

  it('takes first rows only, and stops at the first that does not fit', () => {
    expect(rowsThatFit([{ sizes: [5, 9, 1], share: 0 }], 10)).toEqual([1]);
  });

  it('keeps the share of a later list, and gives away what that one does not need', () => {
    expect(
      rowsThatFit(
        [
          { sizes: [6, 6, 6], share: 6 },
          { sizes: [4, 4], share: 8 },
        ],
        20,
      ),
    ).toEqual([2, 2]);
    expect(
      rowsThatFit(
        [
          { sizes: [6, 6, 6], share: 6 },
          { sizes: [2], share: 8 },
        ],
        20,
      ),
    ).toEqual([3, 1]);
  });

  it('never takes more than there is room, and never less than a share that the room holds', () => {
    const list = fc.record({ sizes: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 20 }), share: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(list, { maxLength: 6 }), fc.nat(400), (lists, room) => {
        const counts = rowsThatFit(lists, room);
        const taken = lists.map(({ sizes }, at) => sum(sizes.slice(0, counts[at])));
        expect(sum(taken)).toBeLessThanOrEqual(room);
        const shares = sum(lists.map(({ share }) => share));
        if (shares > room) return;
        lists.forEach(({ sizes, share }, at) => {
          const next = sizes[counts[at] ?? 0];
          if (next !== undefined) expect((taken[at] ?? 0) + next).toBeGreaterThan(share);
        });
      }),
    );
  });
});
