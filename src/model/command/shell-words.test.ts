import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_CHARACTER } from '../../../test/data/any-text.ts';
import { trials } from '../../../test/sample.ts';
import { shellWords } from './shell-words.ts';

describe('shellWords', () => {
  it.each([
    [['lvchange', '-aln', 'pve/vm-119-disk-0'], 'lvchange -aln pve/vm-119-disk-0'],
    [['dmsetup', 'remove', '--retry', 'my disk'], "dmsetup remove --retry 'my disk'"],
    [['echo', ''], "echo ''"],
    [['echo', "it's"], "echo 'it'\\''s'"],
    [['echo', '$(reboot)', '`id`', '*', '~', '#x'], "echo '$(reboot)' '`id`' '*' '~' '#x'"],
    [['A=1', 'A=1', '=ls'], "'A=1' A=1 '=ls'"],
    [['echo', 'a\nb'], "echo $'a\\012b'"],
    [['echo', "\x1b[0m'\\!"], "echo $'\\033[0m\\'\\\\\\041'"],
    [['echo', '\u202e'], "echo $'\\342\\200\\256'"],
  ])('writes %j as %s', (argv, line) => {
    expect(shellWords(argv)).toBe(line);
  });

  it('gives every word back when bash reads the line', () => {
    // Without NUL, which no argument can hold.
    const word = fc.string({ unit: ANY_CHARACTER }).map((text) => text.replaceAll('\0', ''));
    const words = fc.array(word, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, (argv) => {
        const line = shellWords(['printf', '%s\\0', ...argv]);
        const read = execFileSync('bash', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1);
        expect(read).toEqual(argv);
      }),
      { numRuns: trials(60) },
    );
  });
});
