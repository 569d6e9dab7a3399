import { describe, expect, it } from 'vitest';
import { nameProblems } from './names.ts';
import { filesBelow } from './repository.ts';

const SOURCES = [
  ...['src', 'test', 'tools'].flatMap((folder) => [...filesBelow(folder, '.ts'), ...filesBelow(folder, '.mjs')]),
];

describe('names', () => {
  it('follow the rules everywhere', () => {
    expect(SOURCES.flatMap(nameProblems)).toEqual([]);
  });

  it.each([
    ['src/parse/dmTable.ts', ''],
    ['src/parse/dm_table.ts', ''],
    ['src/parse/a.ts', 'export default 1;'],
    ['src/parse/a.ts', 'const x: any = 1;'],
    ['src/parse/a.ts', 'const x = y as any;'],
    ['src/parse/a.ts', 'const x = new Map<string, any>();'],
    ['src/parse/a.ts', 'enum Kind { A }'],
    ['src/parse/a.ts', 'const x = list[0]!;'],
    ['src/parse/a.ts', 'const x = row!.name;'],
    ['src/parse/a.ts', '// TODO: later'],
    ['src/parse/a.ts', '/* FIXME */'],
  ])('would not pass: %s %s', (path, text) => {
    expect(nameProblems({ path, text })).toHaveLength(1);
  });

  it.each([
    ['src/parse/dm-table.test.ts', ''],
    ['src/store/history.system.test.ts', ''],
    ['vitest.config.ts', 'export default {};'],
    ['src/parse/a.ts', "const any = 'as any'; // at any time"],
    ['src/parse/a.ts', 'if (a !== b && !c) d();'],
    ['src/parse/a.ts', '// TODO(#12): later'],
    ['src/parse/a.ts', 'const re = /TODO!/;'],
  ])('pass: %s %s', (path, text) => {
    expect(nameProblems({ path, text })).toEqual([]);
  });
});
