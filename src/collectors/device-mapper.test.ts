import { describe, expect, it } from 'vitest';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { collectDeviceMapper } from './device-mapper.ts';

const INFO = ['a\tLVM-x\t253\t0\t1\t2\tL--w', 'b c\t\t253\t1\t0\t1\tL--r', 'notable\t\t253\t7\t0\t0\t---w'];
const TABLE = ['a: 0 8 linear 8:0 0', 'a: 8 8 linear 8:0 100', 'b c: 0 8 linear 253:0 0', 'notable: '];
const BLOCKS = ['dm-0', 'dm-1', 'sda'];

const node = (change: { info?: readonly string[]; table?: readonly string[]; blocks?: readonly string[] | null }) => ({
  commands: {
    'dmsetup-info': { stdout: change.info ?? INFO },
    'dmsetup-table': { stdout: change.table ?? TABLE },
  },
  directories: change.blocks === null ? {} : { '/sys/block': change.blocks ?? BLOCKS },
});

const read = (contents: HostContents) => collectDeviceMapper(memoryHost(contents));

const without = <T>(list: readonly T[], at: number): readonly T[] => list.filter((_, index) => index !== at);

describe('collectDeviceMapper', () => {
  it('puts information and table of each device together', async () => {
    const reading = await read(node({}));
    expect(reading).toMatchObject({ state: 'known', value: { changedMeanwhile: [] } });
    const devices = reading.state === 'known' ? reading.value.devices : [];
    expect(devices.map((device) => [device.name, device.table.length, device.readOnly])).toEqual([
      ['a', 2, false],
      ['b c', 1, true],
      ['notable', 0, false],
    ]);
    expect(devices[0]).toMatchObject({ uuid: 'LVM-x', major: 253, minor: 0, openCount: 1, suspended: false });
  });

  it('does without sysfs in a capture made by hand', async () => {
    expect((await read(node({ blocks: null }))).state).toBe('known');
  });

  it.each([
    ['info lacks its last device', { info: without(INFO, 2) }],
    ['info lacks a device in the middle', { info: without(INFO, 1) }],
    ['the table lacks a device', { table: without(TABLE, 2) }],
    ['the table lacks the device without segments', { table: without(TABLE, 3) }],
    ['the table lacks the last segment of a device', { table: without(TABLE, 1) }],
    ['sysfs lacks a device', { blocks: without(BLOCKS, 1) }],
    ['both commands lack what sysfs has', { info: without(INFO, 1), table: without(TABLE, 2) }],
  ])('is unreadable when %s', async (_, change) => {
    expect(await read(node(change))).toMatchObject({ state: 'unreadable' });
  });

  it('is unreadable wherever one of the outputs ends early, also without sysfs', async () => {
    for (const [name, lines] of [
      ['info', INFO],
      ['table', TABLE],
    ] as const) {
      for (let count = 0; count < lines.length; count++)
        expect((await read(node({ [name]: lines.slice(0, count), blocks: null }))).state).toBe('unreadable');
    }
  });

  it('names which source lacks what', async () => {
    expect(await read(node({ table: without(TABLE, 1) }))).toMatchObject({
      problem: { kind: 'truncated', source: 'dmsetup table', detail: 'has 1 of the 2 segments of a' },
    });
    expect(await read(node({ info: INFO.slice(1), table: TABLE.slice(2) }))).toMatchObject({
      problem: { kind: 'truncated', source: 'dmsetup info', detail: 'lacks dm-0, which is in /sys/block' },
    });
  });

  it('reads again when devices came or went between the sources', async () => {
    const contents = node({});
    const first = { stdout: without(INFO, 1) };
    const commands = { ...contents.commands, 'dmsetup-info': [first, first, contents.commands['dmsetup-info']] };
    expect((await read({ ...contents, commands })).state).toBe('known');
    expect((await read({ ...contents, commands: { ...commands, 'dmsetup-info': first } })).state).toBe('unreadable');
  });

  it('knows an empty node from the sentence that dmsetup prints, not from silence', async () => {
    const empty = { info: ['No devices found'], table: ['No devices found'], blocks: ['sda'] };
    expect(await read(node(empty))).toEqual({ state: 'known', value: { devices: [], changedMeanwhile: [] } });
    expect(await read(node({ ...empty, info: [], table: [] }))).toMatchObject({ problem: { kind: 'malformed' } });
    expect(await read(node({ ...empty, blocks: ['dm-0'] }))).toMatchObject({ problem: { kind: 'truncated' } });
    expect((await read(node({ ...empty, table: TABLE }))).state).toBe('unreadable');
  });

  const both = (run: object) => ({ commands: { 'dmsetup-info': run, 'dmsetup-table': run } });

  it('is absent on a machine without dmsetup or without the driver', async () => {
    const stderr = [
      '/dev/mapper/control: open failed: No such device',
      'Failure to communicate with kernel device-mapper driver.',
      'Check that device-mapper is available in the kernel.',
      'Command failed.',
    ];
    const directories = { '/sys/block': ['sda'] };
    expect((await read({ ...both({ outcome: 'not-found' }), directories })).state).toBe('absent');
    expect((await read({ ...both({ exitCode: 1, stderr }), directories })).state).toBe('absent');
    // Without /sys nobody knows whether there are devices.
    expect((await read(both({ outcome: 'not-found' }))).state).toBe('unreadable');
    expect((await read(both({ exitCode: 1, stderr }))).state).toBe('unreadable');
  });

  it('is not absent when there are devices, or when only one command says so', async () => {
    const directories = { '/sys/block': ['dm-0'] };
    expect((await read({ ...both({ outcome: 'not-found' }), directories })).state).toBe('unreadable');
    const { commands } = node({});
    expect((await read({ commands: { ...commands, 'dmsetup-info': { outcome: 'not-found' } } })).state).toBe(
      'unreadable',
    );
  });

  it('is denied without root rights', async () => {
    const stderr = [
      '/dev/mapper/control: open failed: Permission denied',
      'Failure to communicate with kernel device-mapper driver.',
      'Command failed.',
    ];
    expect(await read(both({ exitCode: 1, stderr }))).toMatchObject({ problem: { kind: 'denied' } });
  });

  it('is unreadable when sysfs may not be listed', async () => {
    const hidden = { '/sys/block': { unreadable: 'denied', detail: 'EACCES' } } as const;
    expect((await read({ ...node({}), directories: hidden })).state).toBe('unreadable');
  });

  const suspended = INFO.map((line) => line.replace('L--', 'L-s'));
  const suspendedNode = (second: readonly string[] | null) => ({
    ...node({}),
    commands: {
      ...node({}).commands,
      'dmsetup-info': [{ stdout: suspended }, second === null ? { outcome: 'timed-out' as const } : { stdout: second }],
    },
  });

  it('calls a device suspended that is so in two reads', async () => {
    const flags = async (second: readonly string[]) => {
      const reading = await read(suspendedNode(second));
      return reading.state === 'known' && reading.value.devices.map((device) => device.suspended);
    };
    expect(await flags(suspended)).toEqual([true, true, false]);
    expect(await flags(INFO)).toEqual([false, false, false]);
    expect(await flags([suspended[0] ?? '', ...INFO.slice(1)])).toEqual([true, false, false]);
    expect(await flags(suspended.map((line) => line.replace('LVM-x', 'LVM-y')))).toEqual([false, true, false]);
  });

  it('is unreadable when the second read fails, since LVM could hang', async () => {
    expect(await read(suspendedNode(null))).toMatchObject({ problem: { kind: 'timed-out' } });
  });
});
