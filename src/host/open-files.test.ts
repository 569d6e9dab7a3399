import { closeSync, mkdtempSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFiles } from './open-files.ts';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'open-files-')));
afterAll(() => rmSync(directory, { recursive: true }));

const end = () => performance.now() + 5000;
const file = join(directory, 'image.raw');
writeFileSync(file, 'x');
const inode = statSync(file).ino;

describe('files that processes have open', () => {
  it('are told by their path, also by that of a directory above', async () => {
    const descriptor = openSync(file, 'r');
    for (const path of [file, directory])
      expect(await openFiles([process.pid], { inodes: [], paths: [path] }, end())).toMatchObject({
        state: 'known',
        value: [[process.pid, 0, path]],
      });
    closeSync(descriptor);
  });

  it('are told by their inode under another name', async () => {
    const descriptor = openSync(file, 'r');
    const renamed = join(directory, 'renamed.raw');
    renameSync(file, renamed);
    const reading = await openFiles([process.pid], { inodes: [inode], paths: [file] }, end());
    renameSync(renamed, file);
    closeSync(descriptor);
    expect(reading).toMatchObject({ state: 'known', value: [[process.pid, inode, renamed]] });
  });

  it('are none when they are closed, and none of a process that has ended', async () => {
    for (const pid of [process.pid, 2 ** 22 - 1])
      expect(await openFiles([pid], { inodes: [inode], paths: [file] }, end())).toMatchObject({ value: [] });
  });

  it('are not known where the time was too short', async () => {
    expect((await openFiles([process.pid], { inodes: [], paths: [] }, 0)).state).toBe('unreadable');
  });
});
