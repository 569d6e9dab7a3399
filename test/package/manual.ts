import { deepEqual, equal, ok } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../src/checks/index.ts';
import { allForms, programForm } from '../../tools/package-commands.ts';
import { renderManual } from '../../tools/package-manual.ts';
import { NODE, PRODUCTS, type Product } from '../../tools/products.ts';
import type { Artifacts } from './artifacts.ts';
import { type Chapter, run } from './tests.ts';

const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', MANROFFSEQ: '', MANWIDTH: '80' };

export const manual = ({ scratch }: Artifacts): Chapter => ({
  name: 'manual',
  about: 'the manual pages, made of what --help shows',
  async run(tests) {
    for (const product of PRODUCTS) {
      const page = join(scratch, `${product.name}.8`);
      writeFileSync(page, renderManual(product, '2026-11-21'));
      await tests.test(`groff has no warning about ${product.name}(8)`, () => withoutWarning(page));
      await tests.test(`${product.name}(8) shows every command and option, as help has them`, () =>
        isWhole(product, page),
      );
    }
  },
});

async function withoutWarning(page: string): Promise<void> {
  const man = ['man', '--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', page];
  const done = await run(man, { env: ENVIRONMENT });
  equal(done.status, 0, done.stderr);
  equal(done.stderr, '');
  const all = await run(['groff', '-ww', '-man', '-Tutf8', '-z', page], { env: ENVIRONMENT });
  equal(all.stderr, '');
}

async function isWhole(product: Product, page: string): Promise<void> {
  const text = (await run(['man', '-l', page], { env: ENVIRONMENT })).stdout.replace(/\s+/g, ' ');
  const wanted = [
    ...allForms(programForm(product)).flatMap(({ words, options }) => [
      words.join(' '),
      ...options.slice(0, -1).flatMap(({ names }) => names),
    ]),
    ...(product === NODE ? CHECKS.map(({ code }) => code) : []),
  ];
  // The program's own options are in no list of a command.
  const shown = (word: string): boolean => text.includes(word) || ['-V', '--version'].includes(word);
  deepEqual(
    wanted.filter((word) => !shown(word)),
    [],
  );
  const headings = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'FILES', 'SEE ALSO'];
  const ofTheNode = ['EXIT STATUS', 'ENVIRONMENT', 'Examples:'];
  ok([...headings, ...(product === NODE ? ofTheNode : [])].every((heading) => text.includes(heading)));
}
