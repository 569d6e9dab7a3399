import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Base64 } from './sha256.ts';

const reference = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64');

describe('the digest of a text', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 20_000])('is that of FIPS 180-4 for %i bytes', (length) => {
    expect(sha256Base64('a'.repeat(length))).toBe(reference('a'.repeat(length)));
  });

  it('is that of FIPS 180-4 for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(sha256Base64(text)).toBe(reference(text));
      }),
    );
  });
});
