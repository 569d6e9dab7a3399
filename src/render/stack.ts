import type { ShownLayer, StackReport } from '../model/layers/stack-report.ts';
import { styles } from './colour.ts';
import { displayWidth } from './display-width.ts';
import { type Block, bullet, heading, type Page, row, type TextOptions } from './page.ts';
import { printable } from './printable.ts';
import { MARKS, mark, marked } from './severity-mark.ts';
import { aboveLines, headOf, kindAndSize, NOTHING_ABOVE } from './stack-words.ts';
import { renderProblemLines } from './text-problems.ts';
import { hang } from './wrap.ts';

/** `pve-doctor stack` for a terminal: a tree of plain characters, state and size beside each name. */
export function renderStack(report: StackReport, options: Pick<TextOptions, 'width' | 'colour'>): string {
  const page: Page = { width: options.width, style: styles(options.colour), verbose: false };
  const { title, where } = headOf(report);
  const blocks: readonly Block[] = [
    [
      `${page.style.bold(printable(title))}   ${mark(report.status)}`,
      ...hang('', printable(where), page.width, undefined, page.style.dim),
    ],
    report.roots.length === 0 ? ['  It has no disk in its configuration.'] : tree(report, page),
    aboveBlock(report, page),
    ...problemBlocks(report, page),
    report.notJudged.length === 0
      ? []
      : ['Not judged:', ...report.notJudged.flatMap((sentence) => bullet(printable(sentence), page))],
    report.notSeen.length === 0
      ? []
      : ['Not seen:', ...report.notSeen.flatMap((sentence) => bullet(printable(sentence), page))],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** The same lines as `check` has; what belongs to no layer is about the guest as such. */
function problemBlocks({ problems, asked }: StackReport, page: Page): readonly Block[] {
  const isOfGuest = ({ layers }: StackReport['problems'][number]) => asked === 'guest' && layers.length === 0;
  const lines = (some: StackReport['problems']) => renderProblemLines(some, () => '', Number.POSITIVE_INFINITY, page);
  const [drawn, others] = [problems.filter((one) => !isOfGuest(one)), problems.filter(isOfGuest)];
  return [
    drawn.length === 0 ? [] : [heading('Problems', page), ...lines(drawn)],
    others.length === 0 ? [] : [heading('About this guest', page), ...lines(others)],
  ];
}

function aboveBlock({ above }: StackReport, page: Page): Block {
  if (above === null) return [];
  const lines = aboveLines(above);
  return [
    heading('Above it', page),
    ...(lines.length === 0
      ? [`  ${NOTHING_ABOVE}`]
      : lines.flatMap(([label, text]) => row(2, label, printable(text), page))),
  ];
}

/** One line of the tree: a layer, or a sentence about what could not be seen there. */
interface Branch {
  /** Drawn before the name, and below it before further lines. */
  readonly lead: string;
  readonly further: string;
  readonly layer: ShownLayer | null;
  readonly sentence: string;
  /** It was drawn before, with all that is beneath it. */
  readonly again: boolean;
}

const WIDEST_NAME = 38;

function tree(report: StackReport, page: Page): Block {
  const branches = branchesOf(report);
  const nameOf = ({ lead, layer }: Branch): string => `  ${lead}${layer === null ? '?' : printable(layer.name)}`;
  const widest = Math.max(...branches.map((branch) => displayWidth(nameOf(branch))));
  const column = Math.min(widest, WIDEST_NAME, Math.floor(page.width / 2)) + 2;
  return branches.flatMap((branch) => {
    const name = nameOf(branch);
    const further = `  ${branch.further}`.padEnd(column);
    const [first = '', ...rest] = linesOf(branch, page.width - column, page);
    const isWide = displayWidth(name) + 2 > column;
    const head = isWide ? [name, `${further}${first}`] : [`${name}${' '.repeat(column - displayWidth(name))}${first}`];
    return [...head, ...rest.map((line) => `${further}${line}`)].map((line) => line.trimEnd());
  });
}

function linesOf({ layer, sentence, again }: Branch, width: number, page: Page): readonly string[] {
  if (layer === null) return hang('', printable(sentence), width, undefined, page.style.magenta);
  const paint = page.style[MARKS[layer.tone].paint];
  const what = printable(kindAndSize(layer));
  const codes = layer.codes.length === 0 ? '' : ` (${layer.codes.join(', ')})`;
  const state = printable(`${marked(layer.tone, layer.state)}${codes}`);
  if (again) return hang('', `${printable(layer.what)}, as above: ${state}`, width);
  const isShort = displayWidth(what) + 2 + displayWidth(state) <= width;
  return [
    ...(isShort
      ? [`${what}  ${paint(state)}`]
      : [...hang('', what, width), ...hang('', state, width, undefined, paint)]),
    ...hang('', printable(layer.detail), width, undefined, page.style.dim),
  ].filter((line) => line !== '');
}

function branchesOf({ roots, layers }: StackReport): readonly Branch[] {
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  const drawn = new Set<string>();
  const branches: Branch[] = [];
  const draw = (id: string, lead: string, further: string): void => {
    const layer = byId.get(id);
    if (layer === undefined) return;
    const again = drawn.has(id);
    const beneath = again
      ? []
      : [...layer.below.map((lower) => ({ lower })), ...layer.unseen.map((sentence) => ({ sentence }))];
    branches.push({ lead, further: beneath.length > 0 ? `${further}|` : further, layer, sentence: '', again });
    drawn.add(id);
    for (const [at, one] of beneath.entries()) {
      const isLast = at === beneath.length - 1;
      const [next, after] = [`${further}${isLast ? '`- ' : '|- '}`, `${further}${isLast ? '   ' : '|  '}`];
      if ('lower' in one) draw(one.lower, next, after);
      else branches.push({ lead: next, further: after, layer: null, sentence: one.sentence, again: false });
    }
  };
  for (const root of roots) draw(root, '', '');
  return branches;
}
