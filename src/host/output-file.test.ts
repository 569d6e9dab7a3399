import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeAtomically, writeNew } from './output-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'output-file-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('writeAtomically', () => {
  it('replaces a regular file whole and leaves nothing beside it', async () => {
    const place = join(directory, 'regular');
    mkdirSync(place);
    const path = join(place, 'report');
    writeFileSync(path, 'old');
    await writeAtomically(path, 'new');
    expect([readFileSync(path, 'utf8'), readdirSync(place)]).toEqual(['new', ['report']]);
  });

  it('leaves a file closed to those to whom it was closed, and opens none', async () => {
    const path = join(directory, 'closed');
    const modeOf = () => statSync(path).mode & 0o777;
    writeFileSync(path, 'old', { mode: 0o600 });
    await writeAtomically(path, 'new');
    expect(modeOf()).toBe(0o600);
    chmodSync(path, 0o666);
    await writeAtomically(path, 'newer');
    expect(modeOf()).toBe(0o644);
    chmodSync(path, 0o600);
    await writeAtomically(path, 'for others', 0o644, 'exact');
    expect(modeOf()).toBe(0o644);
  });

  // A device stands for /dev/null, over which root may rename; only root can make one.
  const isRoot = process.getuid?.() === 0;
  it.runIf(isRoot)('never puts a file in the place of a device', async () => {
    const path = join(directory, 'null');
    spawnSync('mknod', [path, 'c', '1', '3']);
    await expect(writeAtomically(path, 'report')).rejects.toThrow(`cannot write ${path}: ${path} is a device`);
    expect(lstatSync(path).isCharacterDevice()).toBe(true);
  });

  it('replaces no link, FIFO or directory, and writes to nothing that they lead to', async () => {
    const target = join(directory, 'target');
    writeFileSync(target, 'kept');
    const [link, fifo, folder] = ['link', 'fifo', 'folder'].map((name) => join(directory, name));
    symlinkSync(target, `${link}`);
    spawnSync('mkfifo', [`${fifo}`]);
    mkdirSync(`${folder}`);
    const before = readdirSync(directory);
    await expect(writeAtomically(`${link}`, 'report')).rejects.toThrow(/is a symbolic link/);
    await expect(writeAtomically(`${fifo}`, 'report')).rejects.toThrow(/is a FIFO/);
    await expect(writeAtomically(`${folder}`, 'report')).rejects.toMatchObject({ exitCode: 73 });
    expect([readFileSync(target, 'utf8'), readdirSync(directory)]).toEqual(['kept', before]);
  });
});

describe('writeNew', () => {
  it('makes a file for its owner alone', async () => {
    const path = join(directory, 'script');
    await writeNew(path, 'text', 0o700);
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['text', 0o700]);
  });

  it('replaces nothing, and follows no link, not even one that leads nowhere', async () => {
    const [there, link] = [join(directory, 'there'), join(directory, 'dangling')];
    writeFileSync(there, 'kept');
    symlinkSync(join(directory, 'nowhere'), link);
    for (const path of [there, link])
      await expect(writeNew(path, 'text', 0o700)).rejects.toMatchObject({ exitCode: 73, message: /is not replaced/ });
    expect(readFileSync(there, 'utf8')).toBe('kept');
    expect(readdirSync(directory)).not.toContain('nowhere');
  });
});
