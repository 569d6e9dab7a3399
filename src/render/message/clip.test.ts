import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNPRINTABLE } from '../printable.ts';
import { bytesOf, clip } from './clip.ts';

describe('clip', () => {
  it('leaves alone what is short, and says where it cut', () => {
    expect(clip('pve1', 4)).toBe('pve1');
    expect(clip('pve12', 4)).toBe('pve…');
  });

  it('cuts between characters, not in them', () => {
    expect(clip('😀😀😀', 2)).toBe('😀…');
  });

  it('gives printable text of at most so many characters, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, most) => {
        const clipped = clip(text, most);
        expect([...clipped].length).toBeLessThanOrEqual(most);
        expect(clipped.search(UNPRINTABLE)).toBe(-1);
      }),
    );
  });
});

describe('bytesOf', () => {
  it('counts UTF-8', () => {
    expect(bytesOf('aé€😀')).toBe(1 + 2 + 3 + 4);
  });
});
