import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBulk } from './bulk-read.ts';
import { errorCode, readingOfError } from './errors.ts';
import { deviceNumber, fileStat, link, names, type PathReader, wholeText } from './files.ts';

let root = '';
const at = (name: string): string => join(root, name);
const allowed = { deadlineMs: 5000 };

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pve-doctor-files-'));
  mkdirSync(at('dir'));
  for (const name of ['b', 'a', 'ä']) writeFileSync(at(`dir/${name}`), name);
  writeFileSync(at('plain'), 'vm: 1\n');
  writeFileSync(at('bytes'), Buffer.from([0x61, 0xff, 0x62]));
  symlinkSync('../somewhere/dm-3', at('link'));
  for (const name of ['big', 'cmdline']) writeFileSync(at(name), '');
  truncateSync(at('big'), 65 * 1024 * 1024);
  execFileSync('mkfifo', [at('fifo')]);
});

afterAll(() => rmSync(root, { recursive: true }));

describe('readBulk', () => {
  it('answers in the order of the paths, whatever each is', async () => {
    const paths = ['plain', 'none', 'plain/below', 'bytes', 'dir'].map(at);
    const readings = await readBulk(paths, wholeText, allowed);
    expect(readings).toMatchObject([
      { state: 'known', value: 'vm: 1\n' },
      { state: 'absent' },
      { state: 'absent' },
      { state: 'known', value: 'a\uFFFDb' },
      { state: 'unreadable', problem: { kind: 'failed', source: at('dir') } },
    ]);
  });

  it('reads files of the kernel, which have no size, whole', async () => {
    const [info, cpu] = await readBulk(['/proc/self/mountinfo', '/proc/cpuinfo'], wholeText, allowed);
    expect(info).toMatchObject({ state: 'known', value: expect.stringMatching(/\n$/) });
    expect(cpu).toMatchObject({ state: 'known', value: expect.stringContaining('processor') });
  });

  it('does not wait for a writer of a pipe, and does not read without end', async () => {
    const [pipe, big] = await readBulk([at('fifo'), at('big')], wholeText, allowed);
    expect(pipe).toMatchObject({ state: 'unreadable', problem: { kind: 'failed' } });
    expect(big).toMatchObject({
      state: 'unreadable',
      problem: { kind: 'failed', detail: expect.stringContaining('EFBIG') },
    });
  });

  it('stops in a file of the kernel that takes longer than a moment, and reads the others', async () => {
    const slow: PathReader<string> = {
      atOnce: (path, until) => {
        expect(until - performance.now()).toBeLessThanOrEqual(1000);
        return path.includes('/9/') ? wholeText.atOnce('/dev/zero', 0) : path;
      },
      later: () => Promise.resolve(''),
    };
    expect(await readBulk(['/proc/9/mountinfo', '/proc/10/mountinfo'], slow, allowed)).toMatchObject([
      { state: 'unreadable', problem: { kind: 'timed-out', detail: 'no answer within 1 s' } },
      { state: 'known', value: '/proc/10/mountinfo' },
    ]);
  });

  it('reads no more of a command line than the kernel allows: any user may make one of terabytes', async () => {
    truncateSync(at('cmdline'), 9 * 1024 * 1024);
    expect(await readBulk([at('cmdline')], wholeText, allowed)).toMatchObject([
      { state: 'unreadable', problem: { detail: expect.stringContaining('EFBIG') } },
    ]);
  });

  it('does not take a file that gives less than its size for whole', async () => {
    // A sysfs attribute says that it has a page, and has a line.
    symlinkSync('/sys/kernel/uevent_seqnum', at('short'));
    expect(await readBulk([at('short')], wholeText, allowed)).toMatchObject([
      { state: 'unreadable', problem: { detail: expect.stringContaining('shorter than its size') } },
    ]);
  });

  it('lists names sorted, reads links as text, and describes what a path is', async () => {
    expect(await readBulk([at('dir')], names, allowed)).toEqual([{ state: 'known', value: ['a', 'b', 'ä'] }]);
    expect(await readBulk([at('link')], link, allowed)).toEqual([{ state: 'known', value: '../somewhere/dm-3' }]);
    expect(await readBulk([at('plain')], link, allowed)).toMatchObject([{ state: 'unreadable' }]);
    chmodSync(at('plain'), 0o640);
    const [stat] = await readBulk([at('plain')], fileStat, allowed);
    expect(stat).toMatchObject({ state: 'known', value: { mode: 0o100640, inode: statSync(at('plain')).ino } });
  });

  it('answers at the deadline for what hangs, and keeps what came in time', async () => {
    const reader: PathReader<string> = {
      atOnce: () => '',
      later: (path) => (path.includes('hung') ? new Promise(() => undefined) : Promise.resolve(path)),
    };
    const paths = [...Array.from({ length: 15 }, (_, number) => `/hung${number}`), '/a', '/b'];
    const readings = await readBulk(paths, reader, { ...allowed, deadlineMs: 100 });
    expect(readings.slice(15)).toEqual([
      { state: 'known', value: '/a' },
      { state: 'known', value: '/b' },
    ]);
    expect(readings[0]).toMatchObject({ state: 'unreadable', problem: { kind: 'timed-out', source: '/hung0' } });
  });

  const answering = (ms: number): PathReader<string> => ({
    atOnce: () => '',
    later: (path) => new Promise((resolve) => setTimeout(() => resolve(path), ms)),
  });
  const many = Array.from({ length: 120 }, (_, index) => `/slow/${index}`);

  it('goes on for longer than the deadline while answers come', async () => {
    const readings = await readBulk(many, answering(60), { ...allowed, deadlineMs: 250 });
    expect(readings.filter(({ state }) => state === 'known')).toHaveLength(many.length);
  });

  it('ends in the end, whatever comes', async () => {
    const readings = await readBulk(many, answering(60), { ...allowed, mostMs: 200 });
    expect(readings.some(({ state }) => state === 'known')).toBe(true);
    expect(readings.at(-1)).toMatchObject({ state: 'unreadable', problem: { kind: 'timed-out' } });
  });

  it('does not take for unanswered what came while this process had other work', async () => {
    const reading = readBulk(['/slow/one'], answering(20), { ...allowed, deadlineMs: 100 });
    execFileSync('sleep', ['0.4']);
    expect(await reading).toEqual([{ state: 'known', value: '/slow/one' }]);
  });

  it('reads at once only what cannot wait', async () => {
    const reader: PathReader<string> = { atOnce: () => 'at once', later: async () => 'later' };
    const paths = ['/sys/block/dm-0/size', '/proc/swaps', '/proc/1/stat', '/proc/1/ns/mnt', '/proc'];
    const waiting = [
      '/proc/1/cmdline',
      '/proc/1/root/mnt/x',
      '/proc/self/cwd/x',
      '/sys/../mnt/x',
      '/etc/pve/x',
      '/mnt',
    ];
    const readings = await readBulk([...paths, ...waiting], reader, allowed);
    expect(readings.map((reading) => reading.state === 'known' && reading.value)).toEqual([
      ...paths.map(() => 'at once'),
      ...waiting.map(() => 'later'),
    ]);
  });
});

describe('readingOfError', () => {
  const error = (code: string, errno: number) => Object.assign(new Error('x'), { code, errno });

  it('knows errors by number where the runtime has no name', () => {
    expect(errorCode(error('Unknown system error -116', -116))).toBe('ESTALE');
    expect(errorCode(error('EWHATEVER', 0))).toBe('EWHATEVER');
  });

  it.each([
    ['ENOENT', 2, { state: 'absent' }],
    ['ENOTDIR', 20, { state: 'absent' }],
    ['ESRCH', 3, { state: 'absent' }],
    ['EACCES', 13, { state: 'unreadable', problem: { kind: 'denied' } }],
    ['EPERM', 1, { state: 'unreadable', problem: { kind: 'denied' } }],
    ['ENODEV', 19, { state: 'unreadable', problem: { kind: 'vanished' } }],
    ['EIO', 5, { state: 'unreadable', problem: { kind: 'failed', detail: 'could not be read (EIO)' } }],
  ])('answers for %s', (code, errno, reading) => {
    expect(readingOfError('/x', error(code, -errno))).toMatchObject(reading);
  });
});

describe('deviceNumber', () => {
  it('splits a number as the C library does', () => {
    expect(deviceNumber(0xfe00)).toBe('254:0');
    expect(deviceNumber(0x10_fe_ff)).toBe('254:511');
    expect(deviceNumber(0x801)).toBe('8:1');
    const rdev = statSync('/dev/null').rdev;
    expect(deviceNumber(rdev)).toBe('1:3');
  });

  it('agrees with stat about the device of a file', () => {
    const text = execFileSync('stat', ['-c', '%Hd:%Ld', tmpdir()], { encoding: 'utf8' }).trim();
    expect(deviceNumber(statSync(tmpdir()).dev)).toBe(text);
  });
});
