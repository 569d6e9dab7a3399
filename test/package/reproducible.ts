import { deepEqual, equal, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lutimesSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../repo/repository.ts';
import { type Artifacts, copySource, makeRelease } from './artifacts.ts';
import { type Chapter, run } from './tests.ts';

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** What only somebody with the key can make. */
const SIGNATURE = /(?:^|\/)(?:InRelease|Release\.gpg|SHA256SUMS\.asc|pve-doctor\.gpg)$/;

function sumsOf(release: string): readonly (readonly [string, string])[] {
  const entries = readdirSync(release, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files
    .filter((path) => !SIGNATURE.test(path))
    .map((path) => [path.slice(release.length), sha256(path)] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** Everything in a folder gets another time than it has. */
function makeOld(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    lutimesSync(join(entry.parentPath, entry.name), 1, 1);
}

/** Built from the same source, a release is the same bytes: whoever doubts one can make it again. */
export const reproducible = ({ scratch, source, release, program, hubProgram, arm64Program }: Artifacts): Chapter => ({
  name: 'reproducible',
  about: 'the same source gives the same programs and the same packages',
  async run(tests) {
    await tests.test(
      'a release is the same, made in another directory at another time with another umask',
      async () => {
        const place = copySource(source, join(scratch, 'somewhere else', 'with a longer name', 'pve-doctor'));
        makeOld(join(place, 'src'));
        const again = await makeRelease(place, join(scratch, 'there'), [], { umask: '077' });
        const sums = sumsOf(again);
        ok(sums.filter(([path]) => path.endsWith('.deb')).length >= 2, 'there is no package to compare');
        deepEqual(sums, sumsOf(release));
      },
    );
    await tests.test('no program names a directory of the machine that built it', async () => {
      for (const file of [program, hubProgram, ...(arm64Program === null ? [] : [arm64Program])]) {
        for (const folder of [ROOT.replace(/\/$/, ''), scratch]) {
          const found = await run(['grep', '-c', '--text', '--fixed-strings', folder, file]);
          equal(found.stdout, '0\n', `${file} names ${folder}`);
        }
      }
    });
  },
});
