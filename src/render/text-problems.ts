import type { PrintedCommand } from '../model/command/command.ts';
import { listed } from '../model/evidence.ts';
import type { ReportedFinding } from '../model/finding.ts';
import type { Problem } from '../model/report/problem.ts';
import type { Report } from '../model/report/report.ts';
import { displayWidth, padEnd } from './display-width.ts';
import { acknowledgedWords, doubtOf, onceOnly } from './finding-words.ts';
import { whoNow } from './guest-words.ts';
import { stepOf } from './next-words.ts';
import { type Block, type Page, row } from './page.ts';
import { printable } from './printable.ts';
import { type ProblemLine, problemLines } from './problem-lines.ts';
import { MARKS, mark, paintAs } from './severity-mark.ts';
import { hang, wrap } from './wrap.ts';

/** The column that says whom a problem concerns is as wide as the names, within this. */
const WIDEST_WHO = 28;

/** Behind each problem: that it is new, or since when it stands. */
export type AgeOf = (problem: Problem) => string;

/** Lines of problems, at most `most` of them, each with its codes at the right edge. */
export function renderProblemLines(problems: readonly Problem[], ageOf: AgeOf, most: number, page: Page): Block {
  const lines = problemLines(problems);
  const shown = lines.slice(0, lines.length > most ? most - 1 : most);
  const hidden = lines.slice(shown.length).reduce((sum, line) => sum + line.problems.length, 0);
  const width = Math.min(WIDEST_WHO, Math.max(0, ...shown.map((line) => displayWidth(whoOf(line)))));
  return [
    ...shown.flatMap((line) => renderLine(line, width, ageOf, page)),
    ...(hidden === 0 ? [] : [`  and ${hidden} more problems: pve-doctor check -v shows all`]),
  ];
}

/** Before the codes of what `clean` can repair. */
const REPAIRABLE = 'clean';

const whoOf = ({ who, state }: ProblemLine): string => printable(state === '' ? who : `${who}, ${state}`);

/** With less room than this for the sentence, the codes stand below it. */
const LEAST_SENTENCE = 30;

function renderLine(line: ProblemLine, whoWidth: number, ageOf: AgeOf, page: Page): Block {
  const { symbol, paint } = MARKS[line.severity];
  const [only] = line.problems;
  const age = line.problems.length === 1 && only !== undefined ? ageOf(only) : '';
  const who = whoOf(line);
  const isRepairable = line.problems.some(({ next }) => next.repairable);
  const codes = [...(isRepairable ? [REPAIRABLE] : []), ...line.codes].join(' ');
  const text = `${printable(line.what)}${age}`;
  const indent = whoWidth + 4;
  const beside = page.width - displayWidth(codes) - 2;
  const width = beside - indent < LEAST_SENTENCE ? page.width : beside;
  // Too long a name keeps a line for itself rather than pushing every other sentence to the right.
  const rows =
    displayWidth(who) > whoWidth
      ? [`${symbol} ${who}`, ...hang(' '.repeat(indent), text, width)]
      : hang(`${symbol} ${padEnd(who, whoWidth)}  `, text, width);
  return withCodes(rows, codes, page).map((row, at) =>
    at === 0 ? row.replace(symbol, page.style.bold(page.style[paint](symbol))) : row,
  );
}

/** The codes stand at the right edge of the first line, or on one of their own where there is no room. */
function withCodes([first = '', ...others]: Block, codes: string, { width, style }: Page): Block {
  const room = width - displayWidth(first) - displayWidth(codes);
  if (room >= 2) return [`${first}${' '.repeat(room)}${style.dim(codes)}`, ...others];
  return [first, ...others, `${' '.repeat(Math.max(0, width - displayWidth(codes)))}${style.dim(codes)}`];
}

/** A problem with all that its own findings say: for `--verbose`. `facts` stand between the two. */
export function renderProblem(
  problem: Problem,
  findings: readonly ReportedFinding[],
  { age = '', facts }: { readonly age?: string; readonly facts: Block },
  page: Page,
): Block {
  const { id, severity, what } = problem;
  const title = `${printable(whoNow(problem))} ${printable(what)}${age}`;
  return [
    ...hang(`${mark(severity)}  `, title, page.width, paintAs(severity, page.style), page.style.bold),
    ...row(2, 'Id', printable(id), page),
    ...facts,
    ...onceOnly(findings).flatMap((finding) => renderFinding(finding, page)),
  ];
}

/** Its own step, and whether somebody said that it is known. */
export const renderFacts = (problem: Problem, page: Page): Block => [
  ...fixRows(problem, page),
  ...(problem.acknowledged === null ? [] : row(2, 'Known', acknowledgedWords(problem.acknowledged), page)),
];

/** A command is one line, however long it is: a broken one is none. */
const commandLine = (label: string, { line }: PrintedCommand, page: Page): string =>
  `  ${page.style.dim(label.padEnd(10))}${page.style.bold(line)}`;

/** What only reads is told apart from what changes something; with that stands what it does, and when. */
function commandRows(commands: readonly PrintedCommand[], page: Page): Block {
  return commands.flatMap((command, at) => {
    const { change, does, guard } = command;
    if (change === null) return [commandLine(at === 0 ? 'Looks' : '', command, page)];
    return [commandLine('Changes', command, page), ...row(2, '', `It ${does}, only while ${guard}.`, page)];
  });
}

/** The step that pve-doctor takes itself; any other is the remedy of a finding below. */
function fixRows({ next }: Problem, page: Page): Block {
  if (!next.repairable || next.command === null) return [];
  return [commandLine('Fix', next.command, page), ...row(2, '', printable(next.text), page)];
}

function renderFinding(finding: ReportedFinding, page: Page): Block {
  const { code, title, evidence, impact, remedy, repair, repairAction } = finding;
  return [
    ...hang(`  ${code.padEnd(8)}  `, printable(title), page.width, page.style.bold),
    ...row(2, 'Impact', printable(impact), page),
    ...row(2, 'Remedy', printable(remedy.text), page),
    ...commandRows(remedy.commands, page),
    ...(repairAction !== null && !repair.offered ? row(2, 'Not now', printable(repair.because), page) : []),
    ...row(2, 'Doubt', doubtOf(finding), page),
    ...evidence.flatMap(({ fact, source }, at) =>
      hang(at === 0 ? '  Evidence  - ' : '            - ', `${printable(fact)} [${printable(source)}]`, page.width),
    ),
  ];
}

/** What to type next: commands, each beside what it shows. */
export function nextSteps({ problems, cluster }: Report, verbose: boolean): readonly (readonly [string, string])[] {
  const open = problems.filter(({ acknowledged }) => acknowledged === null);
  const [first] = open;
  const code = first?.codes[0];
  if (cluster !== undefined)
    return [['All nodes:', 'pve-doctor cluster'] as const, ...(code === undefined ? [] : [wordsStep(code)])];
  return [
    ...(open.some(({ next }) => next.repairable) ? [['Repairs:', 'pve-doctor clean --dry-run'] as const] : []),
    ...(first === undefined || verbose ? [] : [['Evidence and commands:', 'pve-doctor check -v'] as const]),
    ...(code === undefined ? [] : [wordsStep(code)]),
  ];
}

const wordsStep = (code: string): readonly [string, string] => ['In words:', `pve-doctor explain ${code}`];

const stepOfLine = ({ problems }: ProblemLine): string => {
  const [first] = problems;
  if (problems.length > 1 && problems.every(({ next }) => next.repairable)) return 'pve-doctor clean';
  return first === undefined ? '' : stepOf(first);
};

/** So many problems have their next step on the screen. */
const MOST_STEPS = 3;

/** What to begin with for the first problems, a line each; of notices alone nothing has to be done now. */
export function renderFirstSteps(problems: readonly Problem[], page: Page): Block {
  const lines = problemLines(problems).filter(({ severity }) => severity !== 'notice');
  // One step may be that of several.
  const steps = Map.groupBy(lines, stepOfLine);
  const shown = [...steps].slice(0, MOST_STEPS);
  return shown.length === 0
    ? []
    : [
        page.style.bold('Next'),
        ...shown.flatMap(([step, of]) => {
          const whom = listed([...new Set(of.map(({ who }) => who))], MOST_STEPS);
          return hang('  ', printable(`${whom}: ${step}`), page.width);
        }),
      ];
}

export function renderNextSteps(report: Report, page: Page): Block {
  const texts = nextSteps(report, page.verbose).map(([label, command]) => `\`${label} ${command}\``);
  return wrap(texts.join('    '), page.width).map((line) => line.replaceAll('`', ''));
}
