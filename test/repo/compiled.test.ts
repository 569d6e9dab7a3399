import { describe, expect, it } from 'vitest';
import { filesBelow, isTest } from './repository.ts';
import { codeOf } from './source-text.ts';

/** Where a source file lies, and which program runs it, is something else once it is compiled. */
const PLACE = /\bimport\.meta\b|\bprocess\.(?:argv0|execPath)\b|\bprocess\.argv\[[01]\]|\b__(?:dirname|filename)\b/;

/** tools/build-program.ts embeds what they read, or the thread that they begin. */
const EMBEDDED = ['src/host/pages.ts', 'src/hub/receive/report-reader.ts'];

const asksForItsPlace = (text: string): boolean => PLACE.test(codeOf(text));

describe('the source, which is compiled into one file', () => {
  it('reads no file of the repository but those that are embedded', () => {
    const asking = filesBelow('src', '.ts').filter(({ path, text }) => !isTest(path) && asksForItsPlace(text));
    expect(asking.map(({ path }) => path)).toEqual(EMBEDDED);
  });

  it.each(["new URL('../a.json', import.meta.url)", 'spawn(process.execPath)', 'process.argv[1]', '__dirname'])(
    'would not pass: %s',
    (text) => {
      expect(asksForItsPlace(text)).toBe(true);
    },
  );

  it('may name them in words', () => {
    expect(asksForItsPlace('// as import.meta.url would\nconst argv = process.argv.slice(2);')).toBe(false);
  });
});
