import type { SourceFile } from './repository.ts';
import { codeOf, commentsOf } from './source-text.ts';

const KEBAB = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*)(?:(?:\.system)?\.test|\.config)?\.(?:ts|mjs)$/;

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\bexport\s+default\b/, 'has a default export: name it'],
  [/(?:[:<,|&(]|\bas|=>)\s*any\b(?!\s*[:(])/, 'uses `any`: say what it is, or `unknown`'],
  [/\benum\s+\w+\s*\{/, 'has an enum: a union of strings says the same'],
  [/[\w)\]]!(?:[.;,)\][]|$)/m, 'says `!`: show that it is there, or say what happens when it is not'],
];

/** `TODO(#12)` or a link to the issue. */
const TODO = /\b(?:TODO|FIXME|XXX|HACK)\b(?!\s*\(#\d+\))(?!.*\bhttps?:\/\/)/;

export function nameProblems({ path, text }: SourceFile): readonly string[] {
  const name = path.split('/').at(-1) ?? '';
  const code = codeOf(text);
  return [
    ...(KEBAB.test(name) ? [] : [`${path} is not named in kebab-case`]),
    ...FORBIDDEN.filter(([pattern]) => !path.endsWith('.config.ts') && pattern.test(code)).map(
      ([, what]) => `${path} ${what}`,
    ),
    ...(TODO.test(commentsOf(text)) ? [`${path} has a TODO without an issue: write TODO(#12)`] : []),
  ];
}
