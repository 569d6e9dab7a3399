import { dirname, join, normalize } from 'node:path';
import type { SourceFile } from './repository.ts';

/** Fenced and inline code: what looks like a link there is none. */
const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** Paths that a page links to, from the root of the repository. */
export const linkedPaths = ({ path, text }: SourceFile): readonly string[] =>
  [...withoutCode(text).matchAll(/\]\(<?([^)#\s>]*)(?:#[^)\s]*)?>?(?:\s+"[^"]*")?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => target !== '' && !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .map((target) => normalize(join(dirname(path), decodeURI(target))).replace(/\/$/, ''));

/** Paths of this repository that a page names in code, without those that stand for many (`<code>`, `*`, `NNNN`). */
export const namedPaths = ({ text }: SourceFile): readonly string[] =>
  [...text.matchAll(/`((?:src|test|tools|docs|changelog\.d)\/[^`\s]*)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => !/[<>*…]|\.\.\.|[A-Z]{4}/.test(path.replace(/README|CHANGELOG/g, '')));

const KINDS = ['Added', 'Changed', 'Fixed', 'Removed'];

/** What is wrong with a note in changelog.d; the form is in its README. */
export function noteProblems({ path, text }: SourceFile): readonly string[] {
  const [kind = '', blank = '', ...rest] = text.split('\n');
  const body = rest.join('\n').trim();
  return [
    ...(/^changelog\.d\/\d{4}-[a-z0-9]+(?:-[a-z0-9]+)*\.md$/.test(path) ? [] : [`${path}: the name is NNNN-words.md`]),
    ...(KINDS.includes(kind) ? [] : [`${path}: the first line is one of ${KINDS.join(', ')}`]),
    ...(blank === '' ? [] : [`${path}: the second line is empty`]),
    ...(/[.`]$/.test(body) && body.length >= 40 ? [] : [`${path}: a note is a sentence or several, for a user`]),
    ...(body.length <= 1200 ? [] : [`${path}: a note is short; the rest belongs into the documents`]),
  ];
}

/** What is wrong with a decision record: one decision a page, with what it costs. */
export function decisionProblems({ path, text }: SourceFile): readonly string[] {
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  const missing = ['Context', 'Decision', 'What it costs'].filter((heading) => !headings.includes(heading));
  return [
    ...(/\/\d{4}-[a-z0-9-]+\.md$/.test(path) ? [] : [`${path}: the name is NNNN-words.md`]),
    ...missing.map((heading) => `${path}: "${heading}" is missing`),
  ];
}
