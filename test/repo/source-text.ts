/** What tests of the repository read in a source text. Expressions on lines are enough: Biome has formatted it. */

/** Comments, strings and regular expressions: what is not code. A `//` inside a string is no comment. */
const NOT_CODE =
  /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[=(,:[!&|?]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[a-z]*/g;

const isComment = (token: string): boolean => token.startsWith('/*') || token.startsWith('//');

/** The text without comments and without what stands in strings, so that words in them are not code. */
export const codeOf = (text: string): string => text.replace(NOT_CODE, (token) => (isComment(token) ? '' : "''"));

export const commentsOf = (text: string): string => (text.match(NOT_CODE) ?? []).filter(isComment).join('\n');

const STATEMENT = /^(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

/** Specifiers of all imports and re-exports, dynamic ones included. */
export const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(STATEMENT)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');

/** A relative specifier as a path from the root of the repository; null for a package. */
export function resolveImport(importer: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const parts = importer.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
