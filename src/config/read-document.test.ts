import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { ANY_CHARACTER } from '../../test/data/any-text.ts';
import { trials } from '../../test/sample.ts';
import { isTable } from '../model/config/kind.ts';
import { type KeyLine, keyLines } from './read-document.ts';

const pathKey = (path: readonly string[]): string => JSON.stringify(path);

function flat(key: KeyLine, path: readonly string[] = []): readonly (readonly [string, number])[] {
  return [...key.below].flatMap(([name, inner]) => [
    [pathKey([...path, name]), inner.line] as const,
    ...flat(inner, [...path, name]),
  ]);
}

const found = (text: string): ReadonlyMap<string, number> => new Map(flat(keyLines(text)));

/** The names of every key and table that the parser sees; lists are passed through. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => pathsOf(entry, path));
  if (!isTable(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    pathKey([...path, name]),
    ...pathsOf(inner, [...path, name]),
  ]);
}

const linesOf = (text: string) => Object.fromEntries(found(text));

describe('keyLines', () => {
  it('finds keys of every form, and none in strings and comments', () => {
    const text = [
      'a = 1 # b = 2',
      '  "c d" . e = "f = 3"',
      "g = '''",
      "h = 4'' ''''",
      'i = """',
      'j = 5 \\""" k = 6',
      '"""""',
      '[ l . m ] # n',
      'o = [ # p = 1',
      '  { q = 1, r = { s = "]" } },',
      '  2, "t = 1" ]',
      '[[u]]',
      'v = 1979-05-27 07:32:00',
      '[[u]]',
      'v = {',
      '  w = 1, # comment',
      '}',
      '"\\u0078".y = 1',
    ].join('\n');
    expect(new Set(found(text).keys())).toEqual(new Set(pathsOf(parse(text))));
    expect(linesOf(text)).toMatchObject({
      '["a"]': 1,
      '["c d","e"]': 2,
      '["g"]': 3,
      '["i"]': 5,
      '["l","m"]': 8,
      '["l","m","o"]': 9,
      '["l","m","o","r","s"]': 9,
      '["u"]': 12,
      '["u","v"]': 13,
      '["u","v","w"]': 15,
      '["u","x","y"]': 18,
    });
  });

  it.each(['\r\n', '\n'])('counts lines that end in %j, after a byte order mark', (end) => {
    expect(linesOf(`\uFEFF# x${end}${end}a = 1${end}[b]${end}c = 2`)).toEqual({
      '["a"]': 3,
      '["b"]': 4,
      '["b","c"]': 5,
    });
  });

  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 8, unit: ANY_CHARACTER }),
    fc.constantFrom('__proto__', 'a', 'b'),
  );
  const leaf = fc.oneof(fc.string({ unit: ANY_CHARACTER }), fc.integer(), fc.boolean(), fc.double({ noNaN: true }));
  const { tree } = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      tie('tree'),
      fc.array(tie('tree'), { maxLength: 2 }),
    ),
    tree: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  }));

  it('finds exactly the keys that the parser sees, each on a line where it stands', () => {
    fc.assert(
      fc.property(tree, (document) => {
        fc.pre(document !== undefined);
        const text = stringify(document);
        const lines = found(text);
        expect(new Set(lines.keys())).toEqual(new Set(pathsOf(parse(text))));
        const rows = text.split('\n');
        for (const [key, line] of lines) {
          const last = (JSON.parse(key) as string[]).at(-1) ?? '';
          if (/^[a-z]+$/.test(last)) expect(rows[line - 1]).toContain(last);
        }
      }),
      { numRuns: trials(150) },
    );
  });

  it('agrees with the parser on whatever text it accepts', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b.c',
        '"d"',
        "'e f'",
        ' = ',
        '1',
        '"x"',
        '"""',
        "'''",
        "'",
        '"',
        '\\',
        '[',
        ']',
        '{',
        '}',
        ',',
        '\n',
        '\r\n',
      ],
      ...[
        '#',
        ' ',
        '\t',
        '.',
        'true',
        '-1.5',
        '1979-05-27',
        '07:00:00',
        '[t]\n',
        '[[u]]\n',
        'k = [1, {z = 2}]\n',
        'm = {\n n = 1 }\n',
      ],
    );
    let accepted = 0;
    const line = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
      fc
        .tuple(
          fc.constantFrom('a', 'b', 'g.h', '"i"', "'j'"),
          fc.constantFrom('1', '"#"', "'''\nx=1'''", '[\n[1],[]]', '{y={z=1},}'),
        )
        .map(([key, value]) => `${key} = ${value}\n`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (parts) => {
        const text = parts.join('');
        let document: unknown;
        try {
          document = parse(text);
        } catch {
          return;
        }
        accepted += 1;
        expect(new Set(found(text).keys())).toEqual(new Set(pathsOf(document)));
      }),
      { numRuns: trials(1200) },
    );
    expect(accepted).toBeGreaterThan(trials(100));
  });
});
