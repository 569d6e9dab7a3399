import { describe, expect, it } from 'vitest';
import { exists, filesBelow } from './repository.ts';
import { MOST_LINES, sizeProblems, TABLES } from './sizes.ts';

const SOURCES = ['src', 'test', 'tools'].flatMap((folder) => filesBelow(folder, '.ts'));

describe('source files', () => {
  it('are short, and named for their idea', () => {
    expect(SOURCES.flatMap(sizeProblems)).toEqual([]);
  });

  it('are excepted only while they exist and need it', () => {
    const long = (path: string) =>
      filesBelow(path.replace(/\/[^/]*$/, ''), path).some(({ text }) => text.split('\n').length > MOST_LINES);
    expect(Object.keys(TABLES).filter((path) => !exists(path) || !long(path))).toEqual([]);
  });

  it.each([
    ['src/parse/a.ts', 'x\n'.repeat(401)],
    ['src/parse/utils.ts', ''],
    ['src/parse/lvm-helpers.ts', ''],
    ['src/parse/common.test.ts', ''],
  ])('would not pass: %s', (path, text) => {
    expect(sizeProblems({ path, text })).toHaveLength(1);
  });

  it.each([
    ['src/parse/a.ts', 'x\n'.repeat(400)],
    ['src/parse/common-names.ts', ''],
  ])('pass: %s', (path, text) => {
    expect(sizeProblems({ path, text })).toEqual([]);
  });
});
