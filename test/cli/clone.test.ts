import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeComplaint } from '../../tools/setup.mjs';
import { ROOT } from '../repo/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-clone-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a fresh clone', () => {
  it('says what it needs where there is no Node', () => {
    for (const name of ['bin', 'path']) mkdirSync(join(folder, name));
    for (const tool of ['sh', 'dirname', 'readlink', 'uname'])
      symlinkSync(`/usr/bin/${tool}`, join(folder, 'path', tool));
    copyFileSync(join(ROOT, 'bin', 'pve-doctor'), join(folder, 'bin', 'pve-doctor'));
    const { status, stderr } = spawnSync(join(folder, 'bin', 'pve-doctor'), ['check'], {
      encoding: 'utf8',
      env: { PATH: join(folder, 'path') },
    });
    expect(stderr).toMatch(
      /^pve-doctor: a clone needs Node 20 or newer and npm, once, .*; the package needs neither\n$/,
    );
    expect(status).toBe(70);
  });

  it('refuses a Node for which npm would leave out packages', () => {
    expect(nodeComplaint('18.20.4')).toContain('needs Node 20 or newer, and this is Node 18.20.4');
    for (const version of ['20.0.0', '20.20.2', '24.19.2', '100.0.0']) expect(nodeComplaint(version)).toBeNull();
  });
});
