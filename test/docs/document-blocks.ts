import { filesBelow, read, type SourceFile } from '../repo/repository.ts';

/** A fenced block of a page. */
export interface Block {
  readonly path: string;
  /** Of its first line of text. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** Pages for users: those whose commands are held by the tests here. */
export const userPages = (): readonly SourceFile[] => [
  ...['README.md', 'CONTRIBUTING.md'].map((path) => ({ path, text: read(path) })),
  ...filesBelow('docs', '.md'),
];

/** Fenced blocks, also those that are indented below an item of a list. */
export function fencedBlocks({ path, text }: SourceFile): readonly Block[] {
  return [...text.matchAll(/^([ \t]*)```([^\n]*)\n([\s\S]*?)^[ \t]*```[ \t]*$/gm)].map((match) => {
    const [, indent = '', language = '', body = ''] = match;
    const line = text.slice(0, match.index).split('\n').length + 1;
    const outdented = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    return { path, line, language: language.trim(), text: outdented };
  });
}

/** The lines without fenced blocks; empty lines stand for them, so that numbers stay. */
const unfenced = (text: string): string =>
  text.replace(/^([ \t]*)```[^\n]*\n[\s\S]*?^[ \t]*```[ \t]*$/gm, (block) => block.replace(/[^\n]/g, ''));

/** Blocks by indentation. They have no language, so no test could tell what they hold. */
export function indentedBlocks({ text }: SourceFile): readonly number[] {
  const lines = unfenced(text).split('\n');
  return lines.flatMap((line, index) => {
    const begins = /^(?: {4}|\t)\S/.test(line) && (lines[index - 1] ?? '').trim() === '';
    return begins && !belowItem(lines, index) ? [index + 1] : [];
  });
}

/** A paragraph that goes on with an item of a list is indented as well. */
function belowItem(lines: readonly string[], index: number): boolean {
  const before = lines.slice(0, index).findLast((line) => line.trim() !== '' && !/^ {2,}/.test(line)) ?? '';
  return /^(?:[-*]|\d+\.) /.test(before);
}

/** Inline code, with its line. */
export function inlineCode({ path, text }: SourceFile): readonly Block[] {
  return [...unfenced(text).matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map((match) => ({
    path,
    line: text.slice(0, match.index).split('\n').length,
    language: 'inline',
    text: (match[1] ?? '').replaceAll(/\s*\n\s*/g, ' '),
  }));
}

/** The prompt of a `console` block: `$ `, or where none stands `# `, which may begin a line of output as well. */
export const promptOf = (text: string): '$ ' | '# ' => (/^\$ /m.test(text) ? '$ ' : '# ');

/** What a reader types: all of a `sh` block, and the lines of a `console` block that begin with its prompt. */
export function typedText({ language, text }: Block): string {
  if (language === 'sh') return text;
  if (language !== 'console') return '';
  const prompt = promptOf(text);
  return text
    .split('\n')
    .filter((line) => line.startsWith(prompt))
    .map((line) => line.slice(2))
    .join('\n');
}
