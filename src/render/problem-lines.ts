import { type CheckCode, SEVERITIES, type Severity } from '../model/finding.ts';
import type { Problem, ProblemGuest } from '../model/report/problem.ts';
import { nodeOf, partsOfKey } from '../model/report/report-history.ts';
import { size } from '../model/size.ts';
import { counted } from './counted.ts';
import { kindOf } from './finding-kinds.ts';
import { stateOf } from './guest-words.ts';
import { countOf, marked } from './severity-mark.ts';

/** A problem of this report, or of an earlier one. */
export type Listed = Pick<Problem, 'kind' | 'severity' | 'who' | 'what' | 'codes'> &
  Partial<Pick<Problem, 'guests' | 'bytes' | 'findings'>>;

/** One line of a list of problems: a problem, or many of a kind with their sum. */
export interface ProblemLine<P extends Listed = Problem> {
  readonly severity: Severity;
  readonly who: string;
  /** What the guest that it begins with does now: `running`; empty where it begins with none, or that is in its name. */
  readonly state: string;
  /** Between the two where they stand in one sentence. */
  readonly joint: ' ' | ', ' | ': ';
  readonly what: string;
  readonly codes: readonly CheckCode[];
  /** What stands behind the line, at least one. */
  readonly problems: readonly P[];
}

/** From so many of one kind on, one line stands for all of them: a guest in danger keeps its own longest. */
const FOLDED_FROM: Readonly<Record<Severity, number>> = { critical: 6, warning: 4, notice: 2 };

/** Guests or subjects that a folded line names. */
const NAMED = 6;

const foldKey = (problem: Listed): string =>
  `${problem.severity} ${problem.kind} ${problem.codes[0] ?? ''} ${leftOn(problem) ?? ''}`;

/** What takes room is summed by where it takes it; each keeps its own id, which is what somebody acknowledges. */
const SUMMED_BY_STORAGE: ReadonlySet<CheckCode> = new Set(['LV001', 'VOL001', 'VOL009']);

/** The storage or the VG of a leftover volume: `tank:vm-104-disk-0`, `san/vm-104-disk-0`. */
function leftOn({ codes: [code], findings: [first = ''] = [] }: Listed): string | null {
  if (code === undefined || !SUMMED_BY_STORAGE.has(code)) return null;
  const { kind, id } = partsOfKey(first);
  return kind === 'volume' ? (/^[^:/]+(?=[:/])/.exec(id)?.[0] ?? null) : null;
}

/** Problems as lines, in their own order. */
export function problemLines<P extends Listed>(problems: readonly P[]): readonly ProblemLine<P>[] {
  const groups = Map.groupBy(problems, foldKey);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return group.length < FOLDED_FROM[first.severity] ? onceEach(group) : [folded(first, group)];
  });
}

/** What several nodes of a cluster tell in the same words is one line. */
function onceEach<P extends Listed>(group: readonly P[]): readonly ProblemLine<P>[] {
  const same = Map.groupBy(group, (problem, at) =>
    nodeOf(problem) === null ? `${at}` : `${problem.who}\n${withoutNode(problem)}`,
  );
  return [...same.values()].flatMap((problems) => {
    const [first, ...others] = problems;
    if (first === undefined) return [];
    const what = `${withoutNode(first)} (on ${problems.map(nodeOf).join(', ')})`;
    return [others.length === 0 ? alone(first) : { ...alone(first), what, problems }];
  });
}

function withoutNode(problem: Listed): string {
  const suffix = ` (on ${nodeOf(problem)})`;
  return problem.what.endsWith(suffix) ? problem.what.slice(0, -suffix.length) : problem.what;
}

function alone<P extends Listed>(problem: P): ProblemLine<P> {
  const { severity, who, what, codes } = problem;
  return { severity, who, state: stateOf(problem), joint: ' ', what, codes, problems: [problem] };
}

function folded<P extends Listed>(first: P, problems: readonly P[]): ProblemLine<P> {
  const [head] = first.codes;
  const [one, many] = kindOf(head);
  const bytes = problems.reduce<number | null>(
    (sum, { bytes: held = null }) => (held === null ? sum : (sum ?? 0) + held),
    null,
  );
  const nodes = new Set(problems.flatMap((problem) => nodeOf(problem) ?? []));
  const storage = leftOn(first);
  const where = nodes.size > 0 ? ` on ${counted(nodes.size, 'node')}` : storage === null ? '' : ` on ${storage}`;
  const names = [...new Set(problems.map(nameOf))];
  const left = names.length - NAMED;
  const named = [...names.slice(0, NAMED), ...(left > 0 ? [`and ${left} more`] : [])].join(', ');
  return {
    severity: first.severity,
    who: `${counted(problems.length, one, many)}${where}`,
    state: '',
    joint: bytes === null ? ': ' : ', ',
    what: bytes === null ? named : `${size(bytes)}: ${named}`,
    codes: [...new Set(problems.flatMap(({ codes }) => codes))].sort(),
    problems,
  };
}

/** A guest by its number; anything else by what its sentence begins with. */
function nameOf({ guests = [], who }: Listed): string {
  const [guest] = guests;
  return guest === undefined ? who : shortGuest(guest);
}

const shortGuest = ({ vmid, type }: ProblemGuest): string =>
  `${type === null ? 'guest' : type === 'lxc' ? 'CT' : 'VM'} ${vmid}`;

/** `8 problems: ✗ 3 critical, ▲ 4 warnings, · 1 notice; 6 can be repaired here without touching data.` */
export function countSentence(
  problems: readonly Problem[],
  { unseen, leftOut } = { unseen: 0, leftOut: 0 },
  where = 'here',
): string {
  const repairable = problems.filter(({ next }) => next.repairable).length;
  const repair =
    repairable === 0 ? '' : `; ${repairable}, marked clean, can be repaired ${where} without touching data`;
  const left = [
    ...(unseen === 0 ? [] : [`; ${unseen} more as last judged, since nobody can see them now`]),
    ...(leftOut === 0 ? [] : [`; ${leftOut} more left out by --severity`]),
  ].join('');
  const of = (severity: Severity) => problems.filter((problem) => problem.severity === severity).length;
  return `${markedCounts({ critical: of('critical'), warnings: of('warning'), notices: of('notice') })}${repair}${left}.`;
}

/** `8 problems: ✗ 3 critical, ▲ 4 warnings, · 1 notice`. */
export function markedCounts({ critical, warnings, notices }: Readonly<Record<Counts, number>>): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const count = { critical, warning: warnings, notice: notices }[severity];
    return count === 0 ? [] : [marked(severity, countOf(severity, count))];
  });
  // Notices alone are no problems, and status and grade say so.
  return critical + warnings === 0 && notices > 0
    ? parts.join('')
    : `${counted(critical + warnings + notices, 'problem')}: ${parts.join(', ')}`;
}

type Counts = 'critical' | 'warnings' | 'notices';
