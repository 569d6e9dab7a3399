import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openJournalFile, readJournalText } from './journal-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a journal that others may write', () => {
  it('is neither read nor written, and neither is one in a directory of theirs', async () => {
    const path = join(directory, 'shared', 'journal.jsonl');
    await (await openJournalFile(path)).close();
    for (const [shared, mode] of [
      [path, 0o620],
      [path, 0o602],
      [join(directory, 'shared'), 0o770],
      [join(directory, 'shared'), 0o707],
    ] as const) {
      const before = statSync(shared).mode;
      chmodSync(shared, mode);
      await expect(readJournalText(path)).rejects.toThrow(/other users may write/);
      await expect(openJournalFile(path)).rejects.toThrow(/other users may write/);
      chmodSync(shared, before);
    }
    expect(await readJournalText(path)).toBe('');
  });
});

describe('openJournalFile', () => {
  it('makes directory and file for root alone, and appends whole lines', async () => {
    const path = join(directory, 'new', 'journal.jsonl');
    const first = await openJournalFile(path);
    await first.append('{"a":1}');
    await first.close();
    const second = await openJournalFile(path);
    await second.append('{"b":2}');
    await second.close();
    expect(await readJournalText(path)).toBe('{"a":1}\n{"b":2}\n');
    expect([statSync(path).mode & 0o777, statSync(join(directory, 'new')).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('never writes into a line that a crash cut', async () => {
    const path = join(directory, 'cut.jsonl');
    writeFileSync(path, '{"a":1}\n{"half');
    const file = await openJournalFile(path);
    await file.append('{"b":2}');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"half\n{"b":2}\n');
  });

  it('appends behind what another process wrote meanwhile', async () => {
    const path = join(directory, 'two.jsonl');
    const file = await openJournalFile(path);
    await file.append('1');
    appendFileSync(path, '2\n');
    await file.append('3');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('1\n2\n3\n');
  });

  it('follows no link and takes no record of two lines', async () => {
    const target = join(directory, 'elsewhere');
    writeFileSync(target, '');
    symlinkSync(target, join(directory, 'link.jsonl'));
    await expect(openJournalFile(join(directory, 'link.jsonl'))).rejects.toThrow();
    const file = await openJournalFile(join(directory, 'one.jsonl'));
    await expect(file.append('a\nb')).rejects.toThrow('one line');
    await file.close();
  });
});

describe('readJournalText', () => {
  it('is empty where there is no journal, and throws where it cannot be read', async () => {
    expect(await readJournalText(join(directory, 'none'))).toBe('');
    await expect(readJournalText(directory)).rejects.toThrow('is a directory');
  });

  it('opens no FIFO, which would wait, follows no link, and reads no journal that fills the memory', async () => {
    const [fifo, link, huge] = ['fifo', 'zero', 'huge'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    execFileSync('mkfifo', [fifo]);
    symlinkSync('/dev/zero', link);
    writeFileSync(huge, '');
    truncateSync(huge, 2 ** 32);
    await expect(readJournalText(fifo)).rejects.toThrow('is a FIFO, not a regular file');
    await expect(readJournalText(link)).rejects.toThrow('is a symbolic link, not a regular file');
    await expect(readJournalText(huge)).rejects.toThrow('is larger than 256 MiB');
  });
});
