import { describe, expect, it } from 'vitest';
import { readExposition } from './exposition.ts';
import { readLocalCheck } from './local-check.ts';
import { readPluginOutput } from './plugin-output.ts';

const HEAD = '# HELP a b\n# TYPE a gauge\n';

describe('our strict readers refuse what the real ones refuse, or would read otherwise', () => {
  it.each([
    ['no end of line', `${HEAD}a 1`],
    ['no TYPE', '# HELP a b\na 1\n'],
    ['no HELP', '# TYPE a gauge\na 1\n'],
    ['a family without a sample', HEAD],
    ['a sample of another family', `${HEAD}b 1\n`],
    ['a family in two pieces', `${HEAD}a 1\n# HELP b c\n# TYPE b gauge\nb 1\n# HELP a b\n# TYPE a gauge\na{x="y"} 1\n`],
    ['a series twice', `${HEAD}a{x="y"} 1\na{x="y"} 2\n`],
    ['a label twice', `${HEAD}a{x="y",x="z"} 1\n`],
    ['a lone quote', `${HEAD}a{x="y"z"} 1\n`],
    ['a wrong escape', `${HEAD}a{x="\\x"} 1\n`],
    ['a value that is none', `${HEAD}a NaN\n`],
    ['a timestamp', `${HEAD}a 1 1700000000\n`],
    ['an empty line', `${HEAD}a 1\n\n`],
  ])('Prometheus: %s', (_, text) => {
    expect(() => readExposition(text)).toThrow();
  });

  it('Prometheus: escapes are undone', () => {
    expect(readExposition(`${HEAD}a{x="\\\\n\\"\\n"} 1\n`)[0]?.series[0]?.labels).toEqual({ x: '\\n"\n' });
  });

  it.each([
    ['a word of its own', "STORAGE FINE - x | 'a'=1\n"],
    ['no text', "STORAGE OK | 'a'=1\n"],
    ['a bar in the text', "STORAGE OK - a | b | 'a'=1\n"],
    ['an equals sign in a label', "STORAGE OK - a | 'a=b'=1\n"],
    ['a label twice', "STORAGE OK - a | 'a'=1 'a'=2\n"],
    ['an exponent', "STORAGE OK - a | 'a'=1e5\n"],
    ['a second bar in the long text', "STORAGE OK - a\nb | c\nd | 'a'=1\n"],
  ])('Nagios: %s', (_, text) => {
    expect(() => readPluginOutput(text)).toThrow();
  });

  it.each([
    ['a state of its own', '4 "a" - b\n'],
    ['a quote in the service', '0 "a"b" - c\n'],
    ['a metric twice', '0 "a" b=1|b=2 c\n'],
    ['a metric without a value', '0 "a" b= c\n'],
    ['an empty line', '0 "a" - b\n\n'],
    ['no text', '0 "a" -\n'],
  ])('Checkmk: %s', (_, text) => {
    expect(() => readLocalCheck(text)).toThrow();
  });
});
