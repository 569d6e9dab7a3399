import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from './display-width.ts';
import { hang, wrap } from './wrap.ts';

describe('wrap', () => {
  it('breaks at blanks', () => {
    expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
  });

  it('keeps a command between backticks in one piece', () => {
    expect(wrap('run `lvchange -aln pve/vm-119-disk-0`, then look', 20)).toEqual([
      'run',
      '`lvchange -aln pve/vm-119-disk-0`,',
      'then look',
    ]);
  });

  it('keeps a backtick that has no partner', () => {
    expect(wrap('a ` b', 80)).toEqual(['a ` b']);
  });

  it('shows the blanks of a name as they are', () => {
    expect(wrap('the entry my  disk', 80)).toEqual(['the entry my  disk']);
  });

  it('counts columns, not characters', () => {
    expect(wrap('磁盘 磁盘 磁盘', 9)).toEqual(['磁盘 磁盘', '磁盘']);
    expect(displayWidth('e\u0301')).toBe(1);
  });

  it('loses no word and exceeds the width with single words only', () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9-]{1,12}$/), { maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 90 }), (all, width) => {
        const lines = wrap(all.join(' '), width);
        expect(lines.join(' ')).toBe(all.join(' '));
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
      }),
    );
  });
});

describe('hang', () => {
  it('continues below where the text began', () => {
    expect(hang('  - ', 'one two three', 12)).toEqual(['  - one two', '    three']);
  });

  it('puts the text below a lead that leaves no room beside it', () => {
    expect(hang('  a-very-long-name-of-a-device  ', 'open count 1, DM001', 40)).toEqual([
      '  a-very-long-name-of-a-device',
      '      open count 1, DM001',
    ]);
  });
});
