import type { Finding } from '../../model/finding.ts';
import type { Change, Message } from '../../model/notify/message.ts';
import { isUnjudged, type OverallStatus, type Report } from '../../model/report/report.ts';
import { counted } from '../counted.ts';
import { clip } from './clip.ts';
import { countKinds } from './finding-kinds.ts';
import { isProblem, toldOf } from './told.ts';

/** Words that a filter can look for; docs/mail.md has them. */
const WORDS: Readonly<Record<OverallStatus, string>> = {
  healthy: 'OK',
  warning: 'WARNING',
  critical: 'CRITICAL',
  unknown: 'UNKNOWN',
};

/** Characters of a subject: more are not shown by a telephone, and a header line has to stay short. */
export const MOST_SUBJECT = 150;
const MOST_NODE = 40;

const unjudged = ({ checks }: Report): string => {
  const count = checks.filter(isUnjudged).length;
  return count === 0 ? 'not everything could be seen' : `${counted(count, 'check')} could not be judged`;
};

type Named = Pick<Finding, 'code' | 'severity' | 'title'>;

/** How much of the findings a subject names. */
interface Form {
  /** One that stands alone is named with its title. */
  readonly titles: boolean;
  /** So many kinds of a list; the others are counted. */
  readonly kinds: number;
}

/** The first that fits is taken. */
const FORMS: readonly Form[] = [
  { titles: true, kinds: 99 },
  ...[99, 6, 4, 3, 2, 1].map((kinds) => ({ titles: false, kinds })),
];

/** What the reader wants to know first: what is new, changed, resolved, and what still stands. */
function facts(report: Report, change: Change, form: Form): readonly string[] {
  const told = toldOf(report, change);
  const list = (lead: string, findings: readonly Named[]): readonly string[] => {
    const [only, ...others] = findings.filter(isProblem);
    if (only === undefined) return [];
    const title = form.titles && others.length === 0 ? clip(only.title, MOST_SUBJECT) : '';
    return [lead + (title === '' ? countKinds([only, ...others], form.kinds) : title)];
  };
  if (told.first) return list('', report.findings);
  return [
    ...list('new: ', change.fresh),
    ...list('changed: ', change.shifted),
    ...list('resolved: ', change.resolved),
    ...list('still ', told.standing),
  ];
}

function sentence(report: Report, change: Change, form: Form): string {
  const known = facts(report, change, form);
  const blind = report.checks.some(isUnjudged) || report.status === 'unknown' ? [unjudged(report)] : [];
  if (report.status === 'unknown') return [...blind, ...known].join('; ');
  if (report.status !== 'healthy') return [...known, ...blind].join('; ');
  const notices = report.findings.length;
  const nothing = notices === 0 ? 'nothing to report' : `nothing at or above warning, ${counted(notices, 'notice')}`;
  return known.length === 0 ? nothing : [...known, 'nothing left'].join('; ');
}

/** `[CRITICAL] pve1: 2 duplicates, 4 orphans (grade F)`: one line, for a filter, a telephone and a list of mails. */
export function subjectOf(report: Report, change: Change, kind: Message['kind']): string {
  const head = `[${WORDS[report.status]}] ${clip(report.node, MOST_NODE)}${kind === 'digest' ? ', daily digest' : ''}: `;
  const tail = report.score === null ? '' : ` (grade ${report.grade})`;
  const room = MOST_SUBJECT - [...head, ...tail].length;
  const forms = FORMS.map((form) => sentence(report, change, form));
  return head + clip(forms.find((form) => [...form].length <= room) ?? forms.at(-1) ?? '', room) + tail;
}

export const testSubject = (node: string): string => `[TEST] ${clip(node, MOST_NODE)}: a test message of pve-doctor`;
