import { deepEqual, equal, ok } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../src/checks/index.ts';
import { allForms, programForm } from '../../tools/package-commands.ts';
import { renderManual } from '../../tools/package-manual.ts';
import type { Artifacts } from './artifacts.ts';
import { type Chapter, run } from './tests.ts';

export const manual = ({ scratch }: Artifacts): Chapter => ({
  name: 'manual',
  about: 'the manual page, made of what --help shows',
  async run(tests) {
    const page = join(scratch, 'pve-doctor.8');
    writeFileSync(page, renderManual('2026-11-21'));
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', MANROFFSEQ: '', MANWIDTH: '80' };
    await tests.test('groff has no warning about it', async () => {
      const man = ['man', '--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', page];
      const done = await run(man, { env });
      equal(done.status, 0, done.stderr);
      equal(done.stderr, '');
      const all = await run(['groff', '-ww', '-man', '-Tutf8', '-z', page], { env });
      equal(all.stderr, '');
    });
    await tests.test('it shows every command, option and check, as help has them', async () => {
      const text = (await run(['man', '-l', page], { env })).stdout.replace(/\s+/g, ' ');
      const wanted = [
        ...allForms(programForm()).flatMap(({ words, options }) => [
          words.join(' '),
          ...options.slice(0, -1).flatMap(({ names }) => names),
        ]),
        ...CHECKS.map(({ code }) => code),
      ];
      // The program's own options are in no list of a command.
      const shown = (word: string): boolean => text.includes(word) || ['-V', '--version'].includes(word);
      deepEqual(
        wanted.filter((word) => !shown(word)),
        [],
      );
      ok(['EXIT STATUS', 'FILES', 'ENVIRONMENT', 'Examples:'].every((heading) => text.includes(heading)));
    });
  },
});
