import type { PrintedCommand } from '../../model/command/command.ts';
import { type CheckCode, type Severity, worseFirst } from '../../model/finding.ts';
import type { Change, ChangedProblem, Message } from '../../model/notify/message.ts';
import { troubleSentence } from '../../model/notify/trouble.ts';
import type { NextStep, Problem } from '../../model/report/problem.ts';
import { isUnjudged, type OverallStatus, type Report } from '../../model/report/report.ts';
import type { PastProblem } from '../../model/report/report-history.ts';
import { minute } from '../counted.ts';
import { reasonsOf } from '../coverage-words.ts';
import { type Listed, type ProblemLine, problemLines } from '../problem-lines.ts';
import { nextSteps } from '../text-problems.ts';
import { statusParts, verdictSentence } from '../text-screen.ts';
import { clip, MOST } from './clip.ts';
import { headlineOf, subjectOf } from './subject.ts';

/**
 * What a message says, before anybody decides how it looks: mail, its plain text and the short form are layouts of this. Every
 * text in it is printable already and has its largest length.
 */
export interface News {
  readonly subject: string;
  /** The same, without a length: what the reader wants to know first. */
  readonly headline: string;
  readonly status: OverallStatus;
  /** Node, status, grade and its reason, time, version, what could look. */
  readonly about: readonly string[];
  /** What is new, changed, gone, and still there, in this order. */
  readonly lists: readonly NewsList[];
  /** How many problems there are, and what can be done about them. */
  readonly verdict: string;
  readonly next: readonly (readonly [label: string, command: string])[];
}

export interface NewsList {
  readonly title: string;
  /** The first ones; `total` counts all that lines could stand for. */
  readonly lines: readonly NewsLine[];
  readonly total: number;
}

export interface NewsLine {
  readonly tone: Severity | 'unknown' | 'healthy';
  /** What stands out of the sentence; may be empty. */
  readonly who: string;
  /** The rest of it, from the blank or comma on. */
  readonly rest: string;
  readonly codes: readonly CheckCode[];
  /** What to do about it, where that is worth its room. `command` is whole or empty. */
  readonly step: { readonly label: 'Fix' | 'Next'; readonly text: string; readonly command: string } | null;
  /** How many problems it stands for. */
  readonly count: number;
}

/** Lines of what is new, and of what still stands; of the other lists. */
const MOST_LINES = 28;
const MOST_OTHERS = 10;

/** The day of an instant. */
const day = (iso: string): string => clip(iso.slice(0, 10), 10);

/** Half a command is another command: it stands there whole or not at all. */
export const commandOf = (command: PrintedCommand | null): string =>
  command === null || [...command.line].length > MOST.command ? '' : command.line;

function stepOf({ repairable, text, command }: NextStep): NewsLine['step'] {
  const line = commandOf(command);
  const said = clip(text, MOST.sentence);
  if (said === '' && line === '') return null;
  return { label: repairable && line !== '' ? 'Fix' : 'Next', text: said, command: line };
}

/** How a list says each of its problems. */
interface Saying<P> {
  readonly tone?: NewsLine['tone'];
  readonly note: (problem: P) => string;
  readonly step?: (problem: P) => NewsLine['step'];
}

function lineOf<P extends Listed>(line: ProblemLine<P>, { tone, note, step }: Saying<P>): NewsLine {
  const [first, ...others] = line.problems;
  const alone = first !== undefined && others.length === 0;
  // Of many of a kind only what is the same for all of them is said.
  const notes = new Set(line.problems.map(note));
  const said = notes.size === 1 ? ([...notes][0] ?? '') : '';
  return {
    tone: tone ?? line.severity,
    who: clip(line.who, MOST.name),
    rest: clip(`${line.joint}${line.what}`, MOST.sentence) + (said === '' ? '' : ` (${said})`),
    codes: line.codes,
    step: alone && step !== undefined ? step(first) : null,
    count: line.problems.length,
  };
}

function listOf<P extends Listed>(title: string, problems: readonly P[], most: number, saying: Saying<P>): NewsList {
  const sorted = problems.toSorted(worseFirst);
  const lines = problemLines(sorted).slice(0, most);
  return { title, lines: lines.map((line) => lineOf(line, saying)), total: problems.length };
}

const plainList = (title: string, tone: NewsLine['tone'], texts: readonly string[]): NewsList => ({
  title,
  lines: texts.slice(0, MOST_OTHERS).map((text) => ({
    ...{ tone, who: '', rest: clip(text, MOST.reason), codes: [], step: null, count: 1 },
  })),
  total: texts.length,
});

const HOW = { worse: 'worse', better: 'milder', other: 'changed' } as const;

function changedList(changed: readonly ChangedProblem[]): NewsList {
  const before = new Map(changed.map((one) => [one.problem.id, one]));
  const note = ({ id }: Problem): string => {
    const one = before.get(id);
    if (one === undefined) return '';
    return `${HOW[one.how]}: ${one.how === 'other' ? one.before.codes.join(' ') : one.before.severity} before`;
  };
  const problems = changed.map(({ problem }) => problem);
  return listOf('Changed', problems, MOST_OTHERS, { note, step: ({ next }) => stepOf(next) });
}

function flappingList(flapping: Change['flapping']): NewsList {
  const moves = new Map(flapping.map((one) => [one.problem.id, one.moves]));
  const problems = flapping.map(({ problem }) => problem);
  const note = ({ id }: PastProblem): string =>
    `came or went ${moves.get(id) ?? 0} times in a week; no more of it until it settles`;
  return listOf('Comes and goes', problems, MOST_OTHERS, { note });
}

/** Of a cluster: each node once, whatever that leaves open between it and the others. */
const unjudgedReasons = ({ cluster, notSeen, checks, isOutdated }: Report): readonly string[] =>
  cluster === undefined
    ? [...(isOutdated ? notSeen.slice(0, 1) : []), ...reasonsOf(checks.filter(isUnjudged))]
    : notSeen;

function listsOf(report: Report, change: Change): readonly NewsList[] {
  const since = new Map(report.history?.problems.map((problem) => [problem.id, problem]));
  const age = ({ id }: Problem): string => {
    const known = since.get(id);
    return known === undefined || known.isNew ? '' : `since ${day(known.since)}`;
  };
  const lists = [
    plainList('Not everybody hears of this', 'unknown', (report.trouble ?? []).map(troubleSentence)),
    listOf(change.since === null ? 'Found' : 'New', change.fresh, MOST_LINES, {
      ...{ note: () => '', step: ({ next }) => stepOf(next) },
    }),
    changedList(change.changed),
    flappingList(change.flapping),
    plainList('Cannot be looked at any more', 'unknown', change.sight.lost),
    listOf('Cannot be seen now', change.notJudged, MOST_OTHERS, {
      note: ({ lastSeen }) => `last seen ${day(lastSeen)}, not known to be resolved`,
    }),
    plainList('Could not be judged', 'unknown', unjudgedReasons(report)),
    listOf('Resolved', change.resolved, MOST_OTHERS, {
      ...{ tone: 'healthy', note: (problem) => `${problem.severity} since ${day(problem.since)}` },
    }),
    plainList('Can be looked at again', 'healthy', change.sight.regained),
    listOf('Still there', change.standing, MOST_LINES, { note: age }),
  ];
  return lists.filter(({ total }) => total > 0);
}

/** What is to be said of a report, to somebody who knows what stood when `change` says. */
export function newsOf(report: Report, change: Change, kind: Message['kind']): News {
  const problem = report.history?.problem ?? '';
  const about = [
    ...statusParts(report),
    ...(change.since === null ? [] : [`compared with ${minute(change.since)}`]),
    ...(problem === '' ? [] : [`history: ${problem}`]),
  ];
  // What is explained is what is new.
  const news = [...change.fresh, ...change.changed.map((one) => one.problem)];
  return {
    subject: subjectOf(report, change, kind),
    headline: headlineOf(report, change),
    status: report.status,
    about: about.map((part) => clip(part, MOST.sentence)),
    lists: listsOf(report, change),
    verdict: clip(verdictSentence(report), MOST.sentence),
    next: nextSteps({ ...report, problems: [...news, ...report.problems] }, false),
  };
}
