import { describe, expect, it } from 'vitest';
import { readCapture, reportOf } from '../../test/capture-files.ts';
import type { Capture } from '../model/capture.ts';
import { redactCapture } from './redact-capture.ts';
import { tokenBook } from './token-book.ts';
import { redactVolumeLine, redactZfsList } from './volume-lists.ts';

const found = async (capture: Capture): Promise<readonly string[]> =>
  (await reportOf(capture)).findings.map(({ code, vmid, bytes }) => `${code} ${vmid} ${bytes}`).toSorted();

describe('volumes with tokens for their names', () => {
  it.each(['volumes-left-behind-whole', 'zfs-left-behind', 'rbd-left-behind'])(
    'are judged as before: %s',
    async (situation) => {
      const capture = readCapture(situation);
      const redacted = redactCapture(capture);
      expect(await found(redacted)).toEqual(await found(capture));
      expect((await reportOf(redacted)).checks.filter(({ outcome }) => outcome === 'unknown')).toEqual([]);
    },
  );

  it('keep what their names mean, and nothing that says whose they are', () => {
    const lines = [
      'D 8:1 12',
      'F 100 vm-100-customerdb.qcow2 f 1 2 3 4',
      'Q 1 =../9000/base-9000-disk-0.qcow2',
      'S 1790000000 acme%20before',
      'B acme%3A%20Permission%20denied',
      'F 100 tmp_4711_0 d 1 2 3 4',
      'E 5 acme',
    ];
    const book = tokenBook(lines.join('\n'));
    const redacted = lines.map((line) => redactVolumeLine(book, line));
    expect(redacted.join('\n')).not.toMatch(/customerdb|acme/);
    expect(redacted[0]).toBe(lines[0]);
    expect(redacted[1]).toMatch(/^F 100 vm-100-\w+\.qcow2 f 1 2 3 4$/);
    expect([redacted[2], redacted[5]]).toEqual([lines[2], lines[5]]);
  });

  it('keep the order that shows a list of zfs to be whole, and who made a snapshot', () => {
    const row = (name: string, type: string) => `${name}\t${type}\t1\t-\t-\t-\t1790000000\t-\n`;
    const text = [
      row('zoo/vm-1-disk-0@zfs-auto-snap_daily-acme', 'snapshot'),
      row('zoo/vm-1-disk-0@rep_acme_2026-11-01_02:00:00', 'snapshot'),
      row('zoo/vm-1-disk-0@acme-20261101020000', 'snapshot'),
      row('zoo/vm-1-disk-0@__migration__', 'snapshot'),
      row('zoo', 'filesystem'),
      row('acme', 'filesystem'),
    ].join('');
    const redacted = redactZfsList(tokenBook(text), text);
    expect(redacted).not.toMatch(/acme|zoo/);
    const names = redacted
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0] ?? '');
    expect(names).toEqual([...names].sort().reverse());
    expect(redacted).toMatch(/@zfs-auto-snap_\w+\t/);
    expect(redacted).toMatch(/@__migration__\t/);
    expect(redacted).toMatch(/@rep_xsnap\d+_2000-01-01_00:00:00\t/);
    expect(redacted).toMatch(/@xsnap\d+-20000000000000\t/);
  });
});
