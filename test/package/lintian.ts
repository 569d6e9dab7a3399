import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../repo/repository.ts';
import type { Artifacts } from './artifacts.ts';
import { type Chapter, run, succeed } from './tests.ts';

/** Debian's own judgement of the package that is shipped. */
export const lintian = (artifacts: Artifacts): Chapter => ({
  name: 'lintian',
  about: 'what Debian says of the package',
  async run(tests) {
    const file = await artifacts.shipped;
    const options = ['--allow-root', '--pedantic', '--display-info', '--show-overrides', '--tag-display-limit', '0'];
    const done = await run(['lintian', ...options, file]);
    const lines = done.stdout.split('\n');
    await tests.test('lintian has nothing to say, pedantic or informational, beyond the overrides', () => {
      deepEqual(
        lines.filter((line) => /^[EWIPX]:/.test(line)),
        [],
      );
      // 2 as soon as an override covers an error; 1 is lintian's own failure.
      notEqual(done.status, 1, done.stderr);
      equal(lines.filter((line) => line.startsWith('O:')).length > 0, true, done.stdout);
    });
    await tests.test('no override stands without need', () => {
      const overrides = readFileSync(join(ROOT, 'packaging/debian/lintian-overrides'), 'utf8');
      const tags = [...overrides.matchAll(/^pve-doctor: (\S+)/gm)].map(([, tag = '']) => tag);
      deepEqual(
        tags.filter((tag) => !lines.some((line) => line.startsWith('O:') && line.includes(` ${tag} `))),
        [],
      );
    });
    await tests.test('is packed with xz, which dpkg of Debian 10 and 11 can unpack', async () => {
      const members = (await succeed(['ar', 't', file])).trim().split('\n');
      deepEqual(members, ['debian-binary', 'control.tar.xz', 'data.tar.xz']);
    });
  },
});
