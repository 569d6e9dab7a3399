import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { lintianOverrides } from '../../tools/package-control.ts';
import { HUB, NODE, type Product } from '../../tools/products.ts';
import type { Artifacts } from './artifacts.ts';
import { type Chapter, run, succeed, type Tests } from './tests.ts';

/** Debian's own judgement of the packages. */
export const lintian = (artifacts: Artifacts): Chapter => ({
  name: 'lintian',
  about: 'what Debian says of the packages',
  async run(tests) {
    const file = await artifacts.shipped();
    await judge(tests, NODE, file);
    await judge(tests, HUB, artifacts.hub);
    await tests.test('is packed with xz, which dpkg of Debian 10 and 11 can unpack', async () => {
      const members = (await succeed(['ar', 't', file])).trim().split('\n');
      deepEqual(members, ['debian-binary', 'control.tar.xz', 'data.tar.xz']);
    });
  },
});

/** The package of the hub is not compressed here; nothing else of it differs from the one that is shipped. */
const UNCOMPRESSED = /: uses-no-compression-for-(?:control|data)-tarball$/;

async function judge(tests: Tests, product: Product, file: string): Promise<void> {
  const options = ['--allow-root', '--pedantic', '--display-info', '--show-overrides', '--tag-display-limit', '0'];
  const done = await run(['lintian', ...options, file]);
  const lines = done.stdout.split('\n');
  await tests.test(`${product.name}: nothing to say, pedantic or informational, beyond the overrides`, () => {
    deepEqual(
      lines.filter((line) => /^[EWIPX]:/.test(line) && !UNCOMPRESSED.test(line)),
      [],
    );
    // 2 as soon as an override covers an error; 1 is lintian's own failure.
    notEqual(done.status, 1, done.stderr);
    equal(lines.filter((line) => line.startsWith('O:')).length > 0, true, done.stdout);
  });
  await tests.test(`${product.name}: no override stands without need`, () => {
    const overrides = lintianOverrides(product);
    const tags = [...overrides.matchAll(/^[a-z-]+: (\S+)/gm)].map(([, tag = '']) => tag);
    deepEqual(
      tags.filter((tag) => !lines.some((line) => line.startsWith('O:') && line.includes(` ${tag} `))),
      [],
    );
  });
}
