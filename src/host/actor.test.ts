import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readActor } from './actor.ts';

describe('who runs this', () => {
  it('is told by the kernel, not by the environment', () => {
    const name = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
    const before = process.env['USER'];
    try {
      for (const claimed of ['somebody-else', undefined]) {
        if (claimed === undefined) delete process.env['USER'];
        else process.env['USER'] = claimed;
        expect(readActor({})).toMatchObject({ uid: process.getuid?.(), user: name, sudoUser: null, sudoUid: null });
      }
    } finally {
      if (before === undefined) delete process.env['USER'];
      else process.env['USER'] = before;
    }
  });
});
