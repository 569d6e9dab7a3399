import { columnWidths, padCells } from './display-width.ts';
import { joinBlocks, type Page, pageOf } from './page.ts';
import { printable } from './printable.ts';
import { hang, wrap } from './wrap.ts';

type Lines = readonly string[];

/** Emphasis and links between pages as plain words; code keeps its backticks, so that it stays in one piece. */
const inline = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`') ? part : part.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\*\*([^*]+)\*\*/g, '$1'),
    )
    .join('');

/** Cells in columns as wide as their longest; a table is never wrapped, so that its columns stay. */
function table(lines: Lines, { style }: Page): Lines {
  const rows = lines
    .filter((line) => !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => inline(cell.trim())),
    );
  const widths = columnWidths(rows);
  return rows.map((row, index) => {
    const line = `  ${padCells(row, widths).join('  ')}`.trimEnd();
    return index === 0 ? style.bold(line) : line;
  });
}

/** The lines of a list item or paragraph that the source broke, as one text. */
const joined = (lines: Lines): string => inline(lines.map((line) => line.trim()).join(' '));

function list(lines: Lines, { width }: Page): Lines {
  const items: string[][] = [];
  for (const line of lines) {
    const begins = /^\s*(?:[-*]|\d+\.)\s/.test(line);
    if (begins) items.push([line]);
    else items.at(-1)?.push(line);
  }
  return items.flatMap((item) => {
    const [, indent = '', bullet = '-', first = ''] = /^(\s*)([-*]|\d+\.)\s+(.*)$/.exec(item[0] ?? '') ?? [];
    const lead = `  ${indent}${bullet === '*' ? '-' : bullet} `;
    return hang(lead, joined([first, ...item.slice(1)]), width);
  });
}

/** One block of a page: what stands between two empty lines. */
function block(lines: Lines, page: Page): Lines {
  const [first = ''] = lines;
  if (first.startsWith('#')) return [page.style.bold(inline(first.replace(/^#+\s+/, '')).toUpperCase())];
  if (first.startsWith('|')) return table(lines, page);
  if (/^\s*(?:[-*]|\d+\.)\s/.test(first)) return list(lines, page);
  return wrap(joined(lines), page.width);
}

/** Fenced code apart from prose: code is shown as it stands, indented by four. */
const sections = (markdown: string): readonly { readonly code: boolean; readonly text: string }[] =>
  markdown.split(/^```.*\n?/m).map((text, index) => ({ code: index % 2 === 1, text }));

/** The page of a check, readable in a terminal. Of Markdown it knows what these pages use; a test holds that they use no more. */
export function renderPage(markdown: string, options: { readonly width: number; readonly colour: boolean }): string {
  const page = pageOf(options);
  const blocks = sections(markdown).flatMap(({ code, text }): readonly Lines[] => {
    const lines = text.split(/\r?\n/).map(printable);
    if (code) return [lines.slice(0, -1).map((line) => `    ${line}`.trimEnd())];
    return lines
      .join('\n')
      .split(/\n\s*\n|^\n|\n$/)
      .filter((part) => part.trim() !== '')
      .map((part) =>
        block(
          part.split('\n').filter((line) => line.trim() !== ''),
          page,
        ),
      );
  });
  return joinBlocks(blocks);
}
