import { describe, expect, it } from 'vitest';
import { bytesOf, clip } from './clip.ts';

describe('clip', () => {
  it('leaves alone what is short, and says where it cut', () => {
    expect(clip('pve1', 4)).toBe('pve1');
    expect(clip('pve12', 4)).toBe('pve…');
  });

  it('cuts between characters, not in them', () => {
    expect(clip('😀😀😀', 2)).toBe('😀…');
  });
});

describe('bytesOf', () => {
  it('counts UTF-8', () => {
    expect(bytesOf('aé€😀')).toBe(1 + 2 + 3 + 4);
  });
});
