import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescapeHex, unescapeOctal } from './escaped-bytes.ts';

const bytes = (text: string): readonly number[] => [...new TextEncoder().encode(text)];

describe('escaped bytes', () => {
  it('decodes what the kernel and device-mapper wrote', () => {
    expect(unescapeOctal('a\\040b\\134c')).toBe('a b\\c');
    expect(unescapeHex('sp\\x20ace n\\xc3\\xa4me')).toBe('sp ace näme');
  });

  it('leaves other backslashes alone', () => {
    expect(unescapeOctal('\\9 \\777 \\04')).toBe('\\9 \\777 \\04');
    expect(unescapeHex('\\x2 \\xzz x20')).toBe('\\x2 \\xzz x20');
  });

  it('gives back any text of which every byte was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const octal = bytes(text).map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
        const hex = bytes(text).map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
        expect(unescapeOctal(octal.join(''))).toBe(text);
        expect(unescapeHex(hex.join(''))).toBe(text);
      }),
    );
  });
});
