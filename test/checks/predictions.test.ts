import { describe, expect, it } from 'vitest';
import type { Stop, TouchedVolume } from '../../src/model/before/answer.ts';
import { type Deed, judge, tableOf } from '../lab/pve/verdict.ts';

/** What the lab makes of a prediction, without the lab. */
const LOCKED: Stop = { because: 'it has a lock', text: 'VM is locked (backup)', basis: 'run' };
const GONE: Stop = { because: 'scsi0 is gone', text: 'create ioctl on … failed: busy', basis: 'run' };
const NO_TEXT: Stop = { because: 'it has a snapshot', text: '', basis: 'run' };
const DISK = 'fast:vm-100-disk-0';
const UUID = 'LV UUID abc';

const touched = (fate: TouchedVolume['fate'], more: Partial<TouchedVolume> = {}): TouchedVolume => ({
  ...{ volid: DISK, fate, lines: ['scsi0'], seen: 'there', sizeBytes: 1, identity: UUID, others: [], ...more },
});

const deed = (report: Partial<Deed['report']>, said: string, more: Partial<Deed> = {}): Deed => ({
  report: { operation: 'destroy', touched: [], stops: [], notLooked: [], ...report },
  ...{ said, before: new Map(), after: new Map(), ...more },
});

const verdict = (...of: Parameters<typeof deed>): string => judge(deed(...of)).verdict;

describe('what was said to stop it', () => {
  it.each<[string, string, Partial<Deed['report']>, string]>([
    ['nothing, and it succeeds', 'right', {}, 'done\n'],
    ['nothing, and it fails', 'wrong', {}, 'no\nexit 255\n'],
    ['nothing, and it is killed', 'wrong', {}, 'exit signal 9\n'],
    ['a lock, which is printed', 'right', { stops: [LOCKED] }, 'VM is locked (backup)\nexit 255\n'],
    ['a lock, and it succeeds', 'wrong', { stops: [LOCKED] }, 'done\n'],
    ['a lock, and it fails for another reason', 'wrong', { stops: [LOCKED] }, 'no such VM\nexit 2\n'],
    ['parts, one after the other', 'right', { stops: [GONE] }, 'create ioctl on x failed: busy\nexit 5\n'],
    ['parts in another order', 'wrong', { stops: [GONE] }, 'failed: busy, create ioctl on x\nexit 5\n'],
    ['something without a text: any failure fits', 'could not tell', { stops: [NO_TEXT] }, 'whatever\nexit 255\n'],
    ['something without a text, and it succeeds', 'wrong', { stops: [NO_TEXT] }, 'done\n'],
    ['two, of which one is printed', 'could not tell', { stops: [LOCKED, GONE] }, 'VM is locked (backup)\nexit 255\n'],
    ['two, of which none is printed', 'wrong', { stops: [LOCKED, GONE] }, 'no such VM\nexit 2\n'],
    ['nothing, and not all was looked at', 'could not tell', { notLooked: ['the archive'] }, 'no\nexit 255\n'],
  ])('%s: %s', (_, expected, report, said) => {
    expect(verdict(report, said)).toBe(expected);
  });

  it('what was printed of several, and what was not, is told', () => {
    const { because } = judge(deed({ stops: [LOCKED, GONE] }, 'VM is locked (backup)\nexit 255\n'));
    expect(because).toEqual(['not proven: scsi0 is gone']);
  });
});

describe('what becomes of volumes', () => {
  const there = new Map([[DISK, UUID]]);
  const other = new Map([[DISK, 'LV UUID other']]);
  const none: Deed['after'] = new Map();

  it.each<[string, string, TouchedVolume, Partial<Deed>]>([
    ['removed, and gone', 'right', touched('removed'), { before: there, after: none }],
    ['removed, and still there', 'wrong', touched('removed'), { before: there, after: there }],
    ['renamed, and still there', 'wrong', touched('renamed'), { before: there, after: there }],
    ['kept, and there', 'right', touched('kept'), { before: there, after: there }],
    ['kept, and gone', 'wrong', touched('kept'), { before: there, after: none }],
    ['kept, and another one under its name', 'wrong', touched('kept'), { before: there, after: other }],
    ['removed if asked, and gone unasked', 'wrong', touched('removed if asked'), { before: there, after: none }],
    ['changed, under its name', 'right', touched('changed'), { before: there, after: other }],
    ['copied, and gone', 'wrong', touched('copied'), { before: there, after: none }],
    ['there, and it was not', 'wrong', touched('changed'), { before: none, after: none }],
    ['missing, and it was there', 'wrong', touched('removed', { seen: 'missing' }), { before: there, after: none }],
    ['another identity', 'wrong', touched('removed', { identity: 'LV UUID x' }), { before: there, after: none }],
    ['unseen', 'right', touched('kept', { seen: 'unseen', identity: '' }), { before: there, after: there }],
  ])('%s: %s', (_, expected, volume, more) => {
    expect(verdict({ touched: [volume] }, 'done\n', more)).toBe(expected);
  });

  it('what goes unsaid is wrong, also where it was said to fail', () => {
    expect(verdict({}, 'done\n', { before: there, after: none })).toBe('wrong');
    const failed = 'VM is locked (backup)\nexit 255\n';
    const stops = [LOCKED];
    expect(verdict({ stops, touched: [touched('changed')] }, failed, { before: there, after: none })).toBe('wrong');
    expect(verdict({ stops, touched: [touched('removed')] }, failed, { before: there, after: there })).toBe('right');
  });

  it('a snapshot that is a volume goes with its volume only', () => {
    const before = new Map([...there, ['fast:snap_vm-100-disk-0_a', 'LV UUID s']]);
    expect(verdict({ touched: [touched('removed')] }, '', { before, after: none })).toBe('right');
    expect(verdict({ touched: [touched('kept')] }, '', { before, after: there })).toBe('wrong');
  });

  it('files are known by their inode, and linked clones by their own name', () => {
    const volid = 'local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2';
    const before = new Map([['local:101/vm-101-disk-0.qcow2', 'file 77']]);
    const one = (identity: string) => ({ touched: [touched('removed', { volid, identity })] });
    expect(verdict(one('file 8:1 77'), '', { before, after: none })).toBe('right');
    expect(verdict(one('file 8:1 78'), '', { before, after: none })).toBe('wrong');
  });
});

it('the table counts each operation', () => {
  const start = deed({ operation: 'start' }, 'no\nexit 1\n');
  expect(tableOf([judge(start), judge(deed({}, '')), judge(deed({ notLooked: ['x'] }, ''))])).toEqual([
    'destroy: 1 right, 0 wrong, 1 could not tell',
    'start: 0 right, 1 wrong, 0 could not tell',
  ]);
});
