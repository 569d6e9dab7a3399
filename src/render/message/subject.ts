import { worseFirst } from '../../model/finding.ts';
import type { Change, ChangedProblem, Message } from '../../model/notify/message.ts';
import { nothingHereIn } from '../../model/report/not-judged.ts';
import { isUnjudged, type Report } from '../../model/report/report.ts';
import { counted, minute } from '../counted.ts';
import { busyNames } from '../coverage-words.ts';
import { type Listed, problemLines } from '../problem-lines.ts';
import { STATUS_WORDS } from '../severity-mark.ts';
import { clip, MOST } from './clip.ts';

/** Characters of a subject: more are not shown by a telephone, and a header line has to stay short. */
export const MOST_SUBJECT = 150;
const MOST_NODE = 40;

/** Of the first sentence so much has to stay before anything that follows it is said. */
const LEAST_LEAD = 80;

/** One thing that the reader wants to know: as the first sentence, and as a few words behind another one. */
interface Fact {
  readonly lead: string;
  /** Behind the first sentence, however short that has to be: `(+2 new)`. */
  readonly others: string;
  readonly short: string;
}

/** `(new)`, `(+2 new)`. */
type Others = (left: number) => string;

const word =
  (one: string): Others =>
  (left) =>
    left === 0 ? ` (${one})` : ` (${one}, +${left} more)`;

const more: Others = (left) => (left === 0 ? '' : ` (+${left} more)`);

function fact(before: string, problems: readonly Listed[], others: Others, short: string): readonly Fact[] {
  const [line] = problemLines(problems.toSorted(worseFirst));
  if (line === undefined) return [];
  const lead = `${before}${clip(line.who, MOST.name)}${clip(line.joint + line.what, MOST.sentence)}`;
  return [{ lead, others: others(problems.length - line.problems.length), short: `${problems.length} ${short}` }];
}

/** A notice alone is no news. */
const urgent = <P extends Listed>(problems: readonly P[]): readonly P[] =>
  problems.filter(({ severity }) => severity !== 'notice');

const sight = (before: string, [first, ...others]: readonly string[]): readonly Fact[] =>
  first === undefined ? [] : [{ lead: `${before}${clip(first, MOST.title)}`, others: more(others.length), short: '' }];

/** `2 checks could not be judged`, of a cluster its nodes; empty where all could be. */
export function unjudgedWords({ cluster, checks, notSeen }: Report): string {
  const count = cluster === undefined ? checks.filter(isUnjudged).length : notSeen.length;
  return count === 0 ? '' : `${counted(count, cluster === undefined ? 'check' : 'node')} could not be judged`;
}

/** What could not be judged, and on a healthy node how much is left. */
function rest(report: Report, change: Change): readonly Fact[] {
  const { status, summary } = report;
  if (report.isOutdated) return [];
  // A problem that says what limits the judgement says it better.
  if (urgent(change.fresh).some(({ kind }) => kind === 'sight')) return [];
  const unjudged = unjudgedWords(report);
  if (unjudged !== '' || status === 'unknown') {
    const short = nothingHereIn(report.notJudged) ?? (unjudged === '' ? 'not everything could be seen' : unjudged);
    return [{ lead: short, others: '', short }];
  }
  const [waiting] = busyNames(report.notJudged);
  if (status === 'waiting') return [{ lead: `nothing found; a task works on ${waiting}`, others: '', short: '' }];
  if (status !== 'healthy') return [];
  const { notices } = summary;
  const lead = notices === 0 ? 'no problems' : `nothing above a notice, ${counted(notices, 'notice')}`;
  return [{ lead, others: '', short: notices === 0 ? 'nothing left' : `${counted(notices, 'notice')} left` }];
}

/** News first, what still stands last. */
function factsOf(report: Report, change: Change): readonly Fact[] {
  const how = (wanted: ChangedProblem['how']) =>
    change.changed.filter((one) => one.how === wanted).map(({ problem }) => problem);
  const newOnes: Others = change.since === null ? more : (left) => (left === 0 ? ' (new)' : ` (+${left} new)`);
  const flapping = change.flapping.map(({ problem }) => problem);
  const noCheck = `no check has run since ${minute(report.takenAt)}`;
  return [
    ...(report.isOutdated ? [{ lead: noCheck, others: '', short: noCheck }] : []),
    ...fact('', urgent(change.fresh), newOnes, 'new'),
    ...fact('', urgent(how('worse')), word('worse'), 'worse'),
    ...fact('', urgent(flapping), word('comes and goes'), 'coming and going'),
    ...fact('cannot be seen now: ', urgent(change.notJudged), more, 'cannot be seen now'),
    ...(report.isOutdated ? [] : sight('cannot be looked at any more: ', change.sight.lost)),
    ...fact('', urgent(how('other')), word('changed'), 'changed'),
    ...fact('', how('better'), word('milder'), 'milder'),
    ...fact('resolved: ', urgent(change.resolved), more, 'resolved'),
    ...sight('can be looked at again: ', change.sight.regained),
    ...(report.status === 'unknown' ? rest(report, change) : []),
    ...fact('still: ', urgent(change.standing), more, 'still there'),
    ...(report.status === 'unknown' ? [] : rest(report, change)),
  ];
}

/** The first fact as a sentence, cut where there is no room, and behind it as many others as there is room for. */
function inWords([first, ...others]: readonly Fact[], room: number): string {
  if (first === undefined) return clip('nothing new', room);
  const rests = others.filter(({ short }) => short !== '').map(({ short }) => `; ${short}`);
  const size = (text: string): number => [...text].length;
  const least = Math.min(size(first.lead), LEAST_LEAD);
  let left = room - size(first.others) - least;
  const shown = rests.filter((text) => {
    const fits = size(text) <= left;
    if (fits) left -= size(text);
    return fits;
  });
  const behind = first.others + shown.join('');
  return clip(first.lead, Math.max(1, room - size(behind))) + behind;
}

/** What the reader wants to know first, as whole as it is. */
export function headlineOf(report: Report, change: Change): string {
  const [first = '', ...others] = inWords(factsOf(report, change), 2 * MOST.reason);
  return first.toUpperCase() + others.join('');
}

/** `[CRITICAL] pve1: VM 169 (database) cannot start here: … (+2 new)`: one line, for a filter, a telephone and a list of mails. */
export function subjectOf(report: Report, change: Change, kind: Message['kind']): string {
  const head = `[${STATUS_WORDS[report.status]}] ${clip(report.node, MOST_NODE)}${kind === 'digest' ? ', daily digest' : ''}: `;
  return head + inWords(factsOf(report, change), MOST_SUBJECT - [...head].length);
}

export const testSubject = (node: string): string => `[TEST] ${clip(node, MOST_NODE)}: a test message of pve-doctor`;
