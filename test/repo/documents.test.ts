import { describe, expect, it } from 'vitest';
import { decisionProblems, linkedPaths, namedPaths, noteProblems } from './documents.ts';
import { exists, filesBelow, read } from './repository.ts';

const PAGES = filesBelow('', '.md');
const NOTES = filesBelow('changelog.d', '.md').filter(({ path }) => path !== 'changelog.d/README.md');

const page = (path: string) => ({ path, text: read(path) });

interface Package {
  readonly [kind: string]: unknown;
}

function dependencies(): readonly string[] {
  const manifests = ['package.json', 'test/node24/package.json'].map((path): Package => JSON.parse(read(path)));
  return manifests.flatMap((manifest) =>
    ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {})),
  );
}

describe('documents', () => {
  it('begin with a README that says how to start and how to test', () => {
    expect(exists('README.md')).toBe(true);
    expect(read('README.md')).toContain('npm start');
    expect(read('README.md')).toContain('npm test');
  });

  it.each(PAGES)('link only to what exists: $path', (file) => {
    expect(linkedPaths(file).filter((target) => !exists(target))).toEqual([]);
  });

  it.each(['CONTRIBUTING.md', 'STYLE.md'])('name only files that exist: %s', (path) => {
    expect(namedPaths(page(path)).filter((named) => !exists(named))).toEqual([]);
  });

  it.each(NOTES)('tell a change in the form of changelog.d/README.md: $path', (note) => {
    expect(noteProblems(note)).toEqual([]);
  });

  it.each(filesBelow('docs/decisions', '.md'))('record a decision with its cost: $path', (record) => {
    expect(decisionProblems(record)).toEqual([]);
  });

  it('say of every dependency why it is here', () => {
    const record = read('docs/decisions/0002-dependencies.md');
    expect(dependencies().filter((name) => !record.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the tests of documents see', () => {
  it('links relative to the page, and none in code or to the web', () => {
    const text =
      '[a](x.md#top) ![b](../y.png "title") [c](https://example.org/z) [d](#here) `[e](e.md)`\n```\n[f](f.md)\n```\n';
    expect(linkedPaths({ path: 'docs/checks/DM001.md', text })).toEqual(['docs/checks/x.md', 'docs/y.png']);
  });

  it('paths in code, and no patterns', () => {
    const text = '`src/main.ts` `src/parse/<command>.ts` `docs/checks/CODE.md` `changelog.d/NNNN-words.md` `npm test`';
    expect(namedPaths({ path: 'STYLE.md', text })).toEqual(['src/main.ts']);
  });

  it.each([
    ['changelog.d/note.md', 'Added\n\nThe problem was there; now it is found and told.\n'],
    ['changelog.d/0002-x.md', 'New\n\nThe problem was there; now it is found and told.\n'],
    ['changelog.d/0002-x.md', 'Added\nThe problem was there; now it is found and told.\n'.repeat(2)],
    ['changelog.d/0002-x.md', 'Added\n\nFixed it\n'],
    ['changelog.d/0002-x.md', `Added\n\n${'Long. '.repeat(300)}\n`],
  ])('a note that has not the form: %s %j', (path, text) => {
    expect(noteProblems({ path, text })).toHaveLength(1);
  });

  it('a decision without its cost', () => {
    expect(decisionProblems({ path: 'docs/decisions/0009-x.md', text: '## Context\n## Decision\n' })).toHaveLength(1);
  });
});
