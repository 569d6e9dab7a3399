import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { clusterSituations } from '../goldens/cluster-goldens.ts';
import { type Catalogue, HEADINGS, pageProblems, parityProblems } from './parity.ts';
import { exists, filesBelow, foldersOf, read } from './repository.ts';

const CAPTURES = foldersOf('test/captures').filter((name) => exists(`test/captures/${name}/capture.json`));
const SITUATIONS = [...CAPTURES, ...clusterSituations];

const nameOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.\w+$/, '');

const goldens = filesBelow('test/goldens', '.txt').map(({ path, text }) => ({
  name: nameOf(path),
  codes: CHECKS.map(({ code }) => code).filter((code) =>
    new RegExp(`^ +${code} +(?:\\d+ finding|found )`, 'm').test(text),
  ),
}));

const catalogue: Catalogue = {
  checks: CHECKS,
  files: filesBelow('src/checks', '.ts').map(({ path }) => path.replace('src/checks/', '')),
  pages: new Map(filesBelow('docs/checks', '.md').map(({ path, text }) => [nameOf(path), text])),
  firing: new Set(goldens.filter(({ name }) => SITUATIONS.includes(name)).flatMap(({ codes }) => codes)),
  unpaired: [
    ...SITUATIONS.filter((name) => !goldens.some((golden) => golden.name === name)).map(
      (name) => `test/captures/${name} has no golden: run \`npm run goldens\` and read the diff`,
    ),
    ...goldens
      .filter(({ name }) => !SITUATIONS.includes(name))
      .map(({ name }) => `test/goldens/${name}.txt is of no capture`),
  ],
};

const PAGE = `# DM001: duplicate by name\n\n${HEADINGS.map((heading) => `## ${heading}\n\nWords.\n`).join('\n')}`;

const SOUND: Catalogue = {
  checks: [{ code: 'DM001' }],
  files: ['dm001-duplicate-name.test.ts', 'dm001-duplicate-name.ts', 'index.ts'],
  pages: new Map([['DM001', PAGE]]),
  firing: new Set(['DM001']),
  unpaired: [],
};

describe('checks', () => {
  it('stand in the registry, in a file, on a page, in a unit test and in a capture', () => {
    expect(parityProblems(catalogue)).toEqual([]);
  });

  it('have captures that say how the situation came about, in them or beside them', () => {
    expect(CAPTURES.filter((name) => !exists(`test/captures/${name}/README.md`) && !hasNote(name))).toEqual([]);
  });
});

/** A capture says itself how the situation came about, or a README beside it does. */
function hasNote(name: string): boolean {
  const capture: { readonly note?: string } = JSON.parse(read(`test/captures/${name}/capture.json`));
  return (capture.note ?? '') !== '';
}

describe('parity', () => {
  it('is content with a sound catalogue', () => {
    expect(parityProblems(SOUND)).toEqual([]);
  });

  const broken: readonly (readonly [string, Partial<Catalogue>])[] = [
    ['a missing file', { files: ['dm001-duplicate-name.test.ts', 'index.ts'] }],
    ['a missing unit test', { files: ['dm001-duplicate-name.ts', 'index.ts'] }],
    ['a file of no check', { files: [...SOUND.files, 'dm002-other.ts'] }],
    ['a missing page', { pages: new Map() }],
    ['a page of no check', { pages: new Map([...SOUND.pages, ['DM002', PAGE]]) }],
    ['no capture in which it fires', { firing: new Set() }],
    ['a golden with a code of no check', { firing: new Set(['DM001', 'DM099']) }],
    ['a code listed twice', { checks: [...SOUND.checks, ...SOUND.checks] }],
    ['a capture without a golden', { unpaired: ['x'] }],
  ];
  it.each(broken)('sees %s', (_, part) => {
    expect(parityProblems({ ...SOUND, ...part })).toHaveLength(1);
  });

  it('lets the page of a retired check stand', () => {
    const retired = PAGE.replace('replaced by\n\nWords.', 'replaced by\n\nSince 0.1, replaced by DM001 in 0.3.');
    expect(parityProblems({ ...SOUND, pages: new Map([...SOUND.pages, ['DM002', retired]]) })).toEqual([]);
  });
});

describe('the page of a check', () => {
  it.each([
    ['without the code in its title', PAGE.replace('# DM001', '# DM002')],
    ['without a heading', PAGE.replace('## Impact\n\nWords.\n', '')],
    ['with headings in another order', PAGE.replace('## Cause', '## Effect').replace('## Impact', '## Cause')],
    ['with nothing under a heading', PAGE.replace('## Fix\n\nWords.', '## Fix\n')],
    ['with a placeholder', PAGE.replace('Words.', 'TODO')],
  ])('is refused %s', (_, page) => {
    expect(pageProblems('DM001', page)).toHaveLength(1);
  });

  it('may have comments in code that look like headings', () => {
    expect(pageProblems('DM001', PAGE.replace('Words.', '```sh\n## not a heading\n```'))).toEqual([]);
  });
});
