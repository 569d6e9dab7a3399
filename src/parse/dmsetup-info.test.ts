import { describe, expect, it } from 'vitest';
import { parseDmsetupInfo } from './dmsetup.ts';

const ROOT = 'LVM-VWemFfnoVfkcEjxwC6pIPOcLDTfsW1JejLwRCW4NUA9buzNocC9eS4foyf1HShW4';

/** From a real node (dmsetup 1.02.185). */
const REAL = [
  'errdev\t\t254\t24\t0\t1\tL--w',
  'inact\t\t254\t28\t0\t1\tLI-w',
  'notable\t\t254\t23\t0\t0\t---w',
  'pve-data\tLVM-VWemFfnoVfkcEjxwC6pIPOcLDTfsW1JelN9rlx3qNGaz0TDCuMRMpZV75sQyNB0Q-pool\t254\t6\t0\t1\tL--r',
  `pve-root\t${ROOT}\t254\t0\t1\t1\tL--w`,
  'sp ace\t\t254\t27\t0\t1\tL--w',
  'susp\t\t254\t14\t0\t1\tL-sw',
  '',
].join('\n');

describe('parseDmsetupInfo', () => {
  it('reads every device, with an empty UUID for one made by hand', () => {
    const { value, problems } = parseDmsetupInfo(REAL);
    expect(problems).toEqual([]);
    expect(value.map((device) => device.name)).toEqual([
      ...['errdev', 'inact', 'notable', 'pve-data', 'pve-root', 'sp ace', 'susp'],
    ]);
    expect(value[4]).toEqual({
      ...{ name: 'pve-root', uuid: ROOT, major: 254, minor: 0, openCount: 1, segments: 1 },
      ...{ suspended: false, readOnly: false },
    });
    expect(value[0]?.uuid).toBe('');
  });

  it('tells suspended and read-only devices, and one without a live table', () => {
    const { value } = parseDmsetupInfo(REAL);
    expect(value.filter((device) => device.suspended).map((device) => device.name)).toEqual(['susp']);
    expect(value.filter((device) => device.readOnly).map((device) => device.name)).toEqual(['pve-data']);
    expect(value.filter((device) => device.segments === 0).map((device) => device.name)).toEqual(['notable']);
  });

  it('reads an empty node from the sentence that dmsetup prints', () => {
    expect(parseDmsetupInfo('No devices found\n')).toEqual({ value: [], problems: [] });
  });

  it('does not take an empty output for an empty node', () => {
    expect(parseDmsetupInfo('').problems).toEqual(['the output is empty']);
  });

  it('notices a cut at every place within the text', () => {
    const boundaries = new Set([...REAL].flatMap((letter, index) => (letter === '\n' ? [index + 1] : [])));
    for (let end = 0; end < REAL.length; end++)
      if (!boundaries.has(end)) expect(parseDmsetupInfo(REAL.slice(0, end)).problems).not.toEqual([]);
  });

  it.each([
    ['a tab in the name', 'a\tb\t\t254\t1\t0\t1\tL--w\n'],
    ['a negative open count', 'a\t\t254\t1\t-1\t1\tL--w\n'],
    ['unknown attributes', 'a\t\t254\t1\t0\t1\t????\n'],
    ['no name', '\t\t254\t1\t0\t1\tL--w\n'],
    ['the sentence among devices', 'a\t\t254\t1\t0\t1\tL--w\nNo devices found\n'],
  ])('refuses %s', (_, text) => {
    expect(parseDmsetupInfo(text).problems).toHaveLength(1);
  });

  it('refuses a name or a number that is listed twice', () => {
    expect(parseDmsetupInfo('a\t\t254\t1\t0\t1\tL--w\na\t\t254\t2\t0\t1\tL--w\n').problems).toHaveLength(1);
    expect(parseDmsetupInfo('a\t\t254\t1\t0\t1\tL--w\nb\t\t254\t1\t0\t1\tL--w\n').problems).toHaveLength(1);
  });
});
