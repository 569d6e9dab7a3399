import { equal, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '../../tools/build-program.ts';
import { ROOT } from '../repo/repository.ts';
import { type Artifacts, copySource, makePackage } from './artifacts.ts';
import { type Chapter, run } from './tests.ts';

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Built from the same source, program and package are the same bytes: whoever doubts a release can make it again. */
export const reproducible = ({ scratch, source, program, arm64Program, plain }: Artifacts): Chapter => ({
  name: 'reproducible',
  about: 'the same source gives the same program and the same package',
  async run(tests) {
    const place = copySource(source, join(scratch, 'somewhere else', 'with a longer name', 'pve-doctor'));
    await tests.test('the program is the same, built in another directory at another time', () => {
      utimesSync(join(place, 'src/main.ts'), 1, 1);
      const again = join(scratch, 'again', 'pve-doctor');
      ok(buildProgram('amd64', again, place));
      equal(sha256(again), sha256(program));
    });
    await tests.test('the program names no directory of the machine that built it', async () => {
      for (const file of [program, ...(arm64Program === null ? [] : [arm64Program])]) {
        for (const folder of [ROOT.replace(/\/$/, ''), scratch]) {
          const found = await run(['grep', '-c', '--text', '--fixed-strings', folder, file]);
          equal(found.stdout, '0\n', `${file} names ${folder}`);
        }
      }
    });
    await tests.test('the package is the same, made in another directory, with another umask', async () => {
      const here = await plain;
      const there = await makePackage(place, join(scratch, 'there'), 'none', { umask: '077' });
      equal(sha256(there), sha256(here));
    });
  },
});
