import { describe, expect, it } from 'vitest';
import { parseDmsetupTable } from './dmsetup.ts';

/** From a real node (dmsetup 1.02.185). */
const REAL = `a b: 0 8 linear 7:2 450016
a b: c: 0 8 linear 7:2 450008
errdev: 0 8192 error${' '}
mp: 0 8192 multipath 1 queue_if_no_path 0 1 1 service-time 0 1 2 7:2 1 1${' '}
notable:${' '}
pve-data-tpool: 0 1048576 thin-pool 254:3 254:4 128 0 0${' '}
ssd--ha01-base--900--disk--0: 0 65536 linear 7:1 329728
ssd--ha01-base--900--disk--0: 65536 65536 linear 7:1 460800
`;
const NAMES = new Set(['a b', 'a b: c', 'errdev', 'mp', 'notable', 'pve-data-tpool', 'ssd--ha01-base--900--disk--0']);

const linear = (start: number, length: number, ...args: string[]) => ({ start, length, type: 'linear', args });

describe('parseDmsetupTable', () => {
  it('reads the segments of every device', () => {
    const { value, problems } = parseDmsetupTable(REAL, NAMES);
    expect(problems).toEqual([]);
    expect([...value.keys()]).toEqual([...NAMES]);
    expect(value.get('ssd--ha01-base--900--disk--0')).toEqual([
      linear(0, 65536, '7:1', '329728'),
      linear(65536, 65536, '7:1', '460800'),
    ]);
    expect(value.get('errdev')).toEqual([{ start: 0, length: 8192, type: 'error', args: [] }]);
    expect(value.get('pve-data-tpool')?.[0]?.args).toEqual(['254:3', '254:4', '128', '0', '0']);
  });

  it('gives an empty table to a device without a live one', () => {
    expect(parseDmsetupTable(REAL, NAMES).value.get('notable')).toEqual([]);
  });

  it('splits at the longest known name when names hold blanks and colons', () => {
    const { value } = parseDmsetupTable(REAL, NAMES);
    expect(value.get('a b')).toEqual([linear(0, 8, '7:2', '450016')]);
    expect(value.get('a b: c')).toEqual([linear(0, 8, '7:2', '450008')]);
  });

  it('reads an empty node from the sentence that dmsetup prints', () => {
    expect(parseDmsetupTable('No devices found\n', new Set()).problems).toEqual([]);
    expect(parseDmsetupTable('', new Set()).problems).toEqual(['the output is empty']);
  });

  it('has a problem with a device that it was not told of', () => {
    expect(parseDmsetupTable('new: 0 8 linear 7:2 0\n', new Set(['old'])).problems).toHaveLength(1);
  });

  it.each([
    ['a gap', 'a: 0 8 linear 7:2 0\na: 16 8 linear 7:2 100\n'],
    ['a first segment that does not start at 0', 'a: 8 8 linear 7:2 0\n'],
    ['a segment twice', 'a: 0 8 linear 7:2 0\na: 0 8 linear 7:2 0\n'],
    ['an empty table and a segment', 'a: 0 8 linear 7:2 0\na: \n'],
    ['a length that no double holds', 'a: 0 99999999999999999999 linear 7:2 0\n'],
    ['a line without newline', 'a: 0 8 linear 7:2 4500'],
  ])('refuses %s', (_, text) => {
    expect(parseDmsetupTable(text, new Set(['a'])).problems).not.toEqual([]);
  });

  it('keeps no key, whoever printed the line', () => {
    const text = [
      'c: 0 8 crypt aes-xts-plain64 0123456789abcdef 0 7:2 0',
      'i: 0 8 integrity 7:2 0 32 J 2 internal_hash:hmac(sha256):c0ffee journal_watermark:50',
      'k: 0 8 crypt aes-xts-plain64 :32:logon:cryptsetup:a-d0 0 7:2 0',
      '',
    ].join('\n');
    const { value, problems } = parseDmsetupTable(text, new Set(['c', 'i', 'k']));
    expect(problems).toEqual([]);
    expect(value.get('c')?.[0]?.args).toEqual(['aes-xts-plain64', '0000000000000000', '0', '7:2', '0']);
    expect(value.get('i')?.[0]?.args).toContain('internal_hash:hmac(sha256):0');
    expect(value.get('k')?.[0]?.args).toContain(':32:logon:cryptsetup:a-d0');
  });
});
