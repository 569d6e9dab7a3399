import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';

describe('printable', () => {
  it.each([
    ['pve-vm--119--disk--0', 'pve-vm--119--disk--0'],
    ['grün 磁盘 ✓', 'grün 磁盘 ✓'],
    ['\x1b[2Jgone', '\\x1b[2Jgone'],
    ['two\nlines\r\ttab', 'two\\x0alines\\x0d\\x09tab'],
    ['\x7f and \x9b31m', '\\x7f and \\x9b31m'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['\u2066isolated\u2069', '\\u2066isolated\\u2069'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['line\u2028paragraph\u2029', 'line\\u2028paragraph\\u2029'],
    ['no-break\u00a0space', 'no-break\\xa0space'],
    ['half \ud800 pair', 'half \\ud800 pair'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['no character \uffff \u{10fffe}', 'no character \\uffff \\u{10fffe}'],
  ])('shows %j as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});
