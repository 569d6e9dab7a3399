import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ownUid, readSmallFile } from './small-file.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-small-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const file = join(scratch, 'file');
writeFileSync(file, 'twelve bytes');
chmodSync(file, 0o640);

describe('readSmallFile', () => {
  it('gives bytes, mode and owner of the file itself, through a link too', async () => {
    const link = join(scratch, 'link');
    symlinkSync(file, link);
    for (const path of [file, link]) {
      const read = await readSmallFile(path, 1024);
      expect(read).toMatchObject({ state: 'read', mode: 0o640, ownerUid: ownUid() });
      expect(read.state === 'read' && new TextDecoder().decode(read.bytes)).toBe('twelve bytes');
    }
  });

  it('tells what is not there from what it does not take', async () => {
    symlinkSync(join(scratch, 'nowhere'), join(scratch, 'dangling'));
    mkdirSync(join(scratch, 'folder'));
    expect(await readSmallFile(join(scratch, 'nothing'), 1024)).toEqual({ state: 'absent' });
    expect(await readSmallFile(join(scratch, 'dangling'), 1024)).toEqual({
      state: 'unreadable',
      because: 'is a link to something that does not exist',
    });
    expect(await readSmallFile(join(scratch, 'folder'), 1024)).toEqual({
      state: 'unreadable',
      because: 'is a directory',
    });
    expect(await readSmallFile(join(file, 'below'), 1024)).toMatchObject({ state: 'unreadable' });
    expect(await readSmallFile('\0', 1024)).toMatchObject({ state: 'unreadable' });
  });

  it('opens neither a FIFO, which would wait, nor a device', async () => {
    const fifo = join(scratch, 'fifo');
    execFileSync('mkfifo', [fifo]);
    for (const path of [fifo, '/dev/null', '/dev/zero'])
      expect(await readSmallFile(path, 1024)).toEqual({ state: 'unreadable', because: 'is not a regular file' });
  });

  it('takes exactly as much as is allowed', async () => {
    expect(await readSmallFile(file, 12)).toMatchObject({ state: 'read' });
    expect(await readSmallFile(file, 11)).toMatchObject({ state: 'unreadable' });
  });

  it('takes no more of a file of the kernel, whose size says nothing', async () => {
    expect(await readSmallFile('/proc/self/mountinfo', 16)).toMatchObject({ state: 'unreadable' });
    expect(await readSmallFile('/proc/self/comm', 1024)).toMatchObject({ state: 'read' });
  });
});
