import { AREAS, type ClusterNode, type ClusterProblem, type ClusterReport } from '../../model/report/cluster-report.ts';
import { isUnjudged } from '../../model/report/report.ts';
import { findingKey } from '../../model/report/report-history.ts';
import { counted, minute } from '../counted.ts';
import { displayWidth, padEnd, padStart } from '../display-width.ts';
import { stepOf } from '../next-words.ts';
import { type Block, heading, joinBlocks, type Page, pageOf, row, type TextOptions } from '../page.ts';
import { printable } from '../printable.ts';
import { markedCounts } from '../problem-lines.ts';
import { MARKS, mark } from '../severity-mark.ts';
import { renderProblem, renderProblemLines } from '../text-problems.ts';
import { renderStatusLine } from '../text-screen.ts';
import { hang, wrap } from '../wrap.ts';
import { ageText, cellMark, TONES, unjudgedLines, waitingLines } from './cell-words.ts';

/** Problems with their next step: more of them would not fit on a screen. */
const MOST_STEPS = 8;
const MOST_LINES = 20;
const MOST_REASONS = 4;

/** The cluster for a terminal: nodes by areas, and its problems below; all of it with `--verbose`. */
export function renderClusterText(report: ClusterReport, options: TextOptions): string {
  const { verbose, quiet } = options;
  const page = pageOf(options);
  if (quiet)
    return joinBlocks([
      renderProblemLines(report.problems, onNode, Number.POSITIVE_INFINITY, page),
      unjudged(report, page, true),
    ]);
  const head = [...statusLine(report, page), '', ...matrix(report, page)];
  if (!verbose)
    return joinBlocks([
      [...head, ...unjudged(report, page, false)],
      [...problemLines(report, page), ...verdict(report, page)],
      steps(report, page),
    ]);
  return joinBlocks([
    head,
    unjudged(report, page, true),
    ...report.problems.map((problem) => wholeProblem(problem, report, page)),
    verdict(report, page),
    checks(report, page),
  ]);
}

function statusLine(report: ClusterReport, page: Page): Block {
  const { clusterName, status, summary, takenAt, self, source } = report;
  const parts = [
    clusterName === '' ? 'cluster' : `cluster ${printable(clusterName)}`,
    mark(status),
    `${summary.judged} of ${counted(summary.nodes, 'node')} judged`,
    minute(takenAt),
    `seen from ${printable(self)}`,
    ...(source === 'live' ? [] : [`recorded in ${printable(source)}`]),
  ];
  return renderStatusLine(parts, report, page);
}

/** Names that are longer take the room of their column and no more. */
const WIDEST_NAME = 16;

/** From so many nodes on, those that look alike and have no problem stand in one row. */
const FOLDED_FROM = 10;

/** `27 alike` stands for them, as old as the oldest. */
function rowsOf(nodes: readonly ClusterNode[], { verbose }: Page): readonly ClusterNode[] {
  if (verbose || nodes.length < FOLDED_FROM) return nodes;
  const quiet = (node: ClusterNode) =>
    node.isJudged && AREAS.every((area) => ['clean', 'waiting', 'partly'].includes(node.areas[area].state));
  const groups = Map.groupBy(nodes.filter(quiet), ({ areas }) => AREAS.map((area) => areas[area].state).join());
  const folded = [...groups.values()].filter(({ length }) => length > 2);
  const hidden = new Set(folded.flat());
  return [
    ...nodes.filter((node) => !hidden.has(node)),
    ...folded.flatMap((alike) => {
      const [oldest] = alike.toSorted((a, b) => (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0));
      return oldest === undefined ? [] : [{ ...oldest, name: `${alike.length} alike` }];
    }),
  ];
}

function matrix(report: ClusterReport, page: Page): Block {
  const nodes = rowsOf(report.nodes, page);
  const nameWidth = Math.min(WIDEST_NAME, Math.max(4, ...nodes.map(({ name }) => displayWidth(printable(name)))));
  const ageWidth = Math.max(3, ...nodes.map((node) => ageText(node).length));
  const widths = AREAS.map((area) =>
    Math.max(
      area.length,
      ...nodes.filter(({ isJudged }) => isJudged).map((node) => displayWidth(cellMark(node.areas[area]))),
    ),
  );
  const head = [
    'node'.padEnd(nameWidth),
    'age'.padStart(ageWidth),
    ...AREAS.map((area, at) => area.padEnd(widths[at] ?? 0)),
  ];
  return [
    page.style.bold(head.join('  ').trimEnd()),
    ...nodes.flatMap((node) => nodeRow(node, nameWidth, ageWidth, widths, page)),
  ];
}

function nodeRow(node: ClusterNode, nameWidth: number, ageWidth: number, widths: readonly number[], page: Page): Block {
  const full = printable(node.name);
  const isLong = displayWidth(full) > nameWidth;
  const start = `${padEnd(isLong ? '' : full, nameWidth)}  ${padStart(ageText(node), ageWidth)}  `;
  const above = isLong ? [full] : [];
  if (!node.isJudged) {
    const { symbol, paint } = MARKS.unknown;
    return [...above, ...hang(start, `${symbol} not judged: ${printable(node.because)}`, page.width)].map((line) =>
      line.replace(`${symbol} not judged`, page.style[paint](`${symbol} not judged`)),
    );
  }
  const cells = AREAS.map((area, at) => {
    const cell = node.areas[area];
    const text = padEnd(cellMark(cell), widths[at] ?? 0);
    return page.style[MARKS[TONES[cell.state]].paint](text);
  });
  return [...above, `${start}${cells.join('  ')}`.trimEnd()];
}

/** What lies behind "in part", "not judged" and "waiting", and which checks across nodes could not compare everything. */
function unjudged({ nodes, checks: across }: ClusterReport, page: Page, all: boolean): Block {
  const open = across.filter(isUnjudged);
  const unknown = [
    ...unjudgedLines(nodes.filter(({ isJudged }) => isJudged || all)),
    ...(open.length === 0 ? [] : [`${counted(open.length, 'check')} across nodes could not compare everything`]),
  ];
  const lines = [
    ...unknown.map((line) => ['unknown', line] as const),
    ...waitingLines(nodes).map((line) => ['waiting', line] as const),
  ];
  const shown = all ? lines : lines.slice(0, MOST_REASONS);
  const hidden = lines.length - shown.length;
  return [
    ...shown.flatMap(([of, line]) => hang(`${MARKS[of].symbol} `, printable(line), page.width)),
    ...(hidden === 0 ? [] : [`  and ${counted(hidden, 'more reason')}: pve-doctor cluster -v shows all`]),
  ];
}

const onNode = (): string => '';

const problemLines = ({ problems }: ClusterReport, page: Page): Block =>
  renderProblemLines(problems, onNode, MOST_LINES, page);

function verdict({ problems, status, summary }: ClusterReport, page: Page): Block {
  if (problems.length === 0)
    return wrap(
      status === 'healthy'
        ? `No problems on ${counted(summary.nodes, 'node')} or between them.`
        : 'No problem was found in what could be seen.',
      page.width,
    );
  return wrap(`${markedCounts(summary)}.`, page.width);
}

/** What to do next, and on which node. */
function steps({ problems }: ClusterReport, page: Page): Block {
  const open = problems.filter(({ severity }) => severity !== 'notice');
  const shown = (open.length === 0 ? problems : open).slice(0, MOST_STEPS);
  return shown.length === 0
    ? []
    : [
        page.style.bold('Next'),
        ...shown.flatMap((problem) => hang('  ', `${printable(problem.who)}: ${stepWords(problem)}`, page.width)),
        '  pve-doctor cluster -v   everything, with the evidence',
      ];
}

/** `on pve2 and pve3: pve-doctor clean --vmid 102`. */
function stepWords({ next }: ClusterProblem): string {
  const where =
    next.nodes.length === 0
      ? ''
      : `on ${next.nodes.slice(0, 4).map(printable).join(', ')}${next.nodes.length > 4 ? ` and ${next.nodes.length - 4} more` : ''}: `;
  return `${where}${printable(stepOf({ next }))}`;
}

function wholeProblem(problem: ClusterProblem, { findings }: ClusterReport, page: Page): Block {
  const keys = new Set(problem.findings);
  const own = findings.filter((finding) => keys.has(findingKey(finding)));
  const facts = [
    ...row(2, 'Codes', problem.codes.map(printable).join(' '), page),
    ...row(2, 'Nodes', problem.nodes.map(printable).join(', '), page),
    ...(own.length > 0 ? [] : row(2, 'Next', stepWords(problem), page)),
  ];
  return renderProblem(problem, own, { facts }, page);
}

function checks({ checks: all }: ClusterReport, page: Page): Block {
  return [
    heading('Checks across nodes', page),
    ...all.flatMap(({ code, title, outcome, because }) =>
      hang(
        `  ${code.padEnd(8)}${outcome.padEnd(8)}`,
        `${title}${because === '' ? '' : `: ${printable(because)}`}`,
        page.width,
      ),
    ),
  ];
}
