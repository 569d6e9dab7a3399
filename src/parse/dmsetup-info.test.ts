import { describe, expect, it } from 'vitest';
import { parseDmsetupInfo, parseDmsetupStatus, parseDmsetupTable } from './dmsetup.ts';

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

describe('names that anybody may give', () => {
  /** From a real node (dmsetup 1.02.185, `--manglename none`). */
  const INFO = [
    'bad\\xffutf\t\t254\t1\t0\t1\tL--w',
    'back\\x5cslash\t\t254\t5\t0\t1\tL--w',
    'hexy\t\t254\t10\t0\t1\tL--w',
  ];
  const REST = [
    'mangled\\x20me\t\t254\t7\t0\t1\tL--w',
    'new\\x0aline\t\t254\t2\t0\t1\tL--w',
    'rawuuid\tu\\x0au\\xff\t254\t9\t0\t1\tL--w',
  ];
  const LAST = ['sp\\x20ace\t\t254\t3\t0\t1\tL--w', ''];
  const NAMES = ['bad\ufffdutf', 'back\\slash', 'hexy', 'mangled me', 'new\nline', 'rawuuid', 'sp ace'];

  it('are read from a report, whatever bytes they hold', () => {
    const { value, problems } = parseDmsetupInfo([...INFO, ...REST, ...LAST].join('\n'));
    expect([value.map(({ name }) => name), problems]).toEqual([NAMES, []]);
  });

  it('are known again in tables and status, where they stand as the kernel has them', () => {
    const raw = ['bad\ufffdutf', 'back\\slash', 'hexy', 'mangled\\x20me', 'new\nline', 'rawuuid', 'sp ace'];
    const text = raw.map((name) => `${name}: 0 8 zero\n`).join('');
    const tables = parseDmsetupTable(text, new Set(NAMES));
    expect([[...tables.value.keys()], tables.problems]).toEqual([NAMES, []]);
    const statuses = parseDmsetupStatus(text, new Set(NAMES));
    expect([[...statuses.value.keys()], statuses.problems]).toEqual([NAMES, []]);
  });

  it('take no other device’s line', () => {
    const names = new Set(['a\nok: 0 8 linear 7:0 0\nb', 'ok']);
    const text = 'a\nok: 0 8 linear 7:0 0\nb: 0 8 zero\nok: 0 16 zero\n';
    const { value, problems } = parseDmsetupTable(text, names);
    expect([value.get('ok'), problems]).toEqual([[{ start: 0, length: 16, type: 'zero', args: [] }], []]);
  });

  it('excuse no lost byte in a table', () => {
    expect(parseDmsetupTable('a: 0 8 linear 7:\ufffd 0\n', new Set(['a'])).problems).toHaveLength(1);
  });
});

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
