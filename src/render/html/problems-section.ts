import { counted, instant } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import type { ProblemLine } from '../problem-lines.ts';
import { type Lookup, MOST_OF_A_LINE } from './lookup.ts';
import { badge, commands, left, more, type Section } from './parts.ts';
import { problemCard } from './problem-card.ts';

/** What one person has to deal with once: the worst first, many of a kind folded, what is known last. */
export function problemsSection(lookup: Lookup): Section {
  const { lines, acknowledged, report } = lookup;
  const open = lines.flatMap(({ problems }) => problems);
  const repairable = open.some(({ next }) => next.repairable);
  return {
    id: 'problems',
    title: 'Problems',
    note: `${open.length}`,
    body: markup`${open.length === 0 ? markup`<p>${nothing(lookup)}</p>` : null}${repairable ? markup`<p>What pve-doctor would repair, before it changes anything:</p>${commands([['pve-doctor', 'clean', '--dry-run']])}` : null}<div class="tools" id="find"></div>
${lines.map((line, at) => lineOf(line, at === 0 && line.severity === 'critical', lookup))}${known(acknowledged, lookup)}${open.length === 0 ? null : more('Before you run a command by hand', byHand(report.takenAt))}`,
  };
}

/** No problem is no health where a check could not look. */
const nothing = ({ report }: Lookup): string =>
  report.status === 'unknown' || report.summary.totalIssues > 0
    ? 'No problem is listed here; what could not be judged stands below.'
    : 'No check found anything.';

function lineOf({ severity, who, what, codes, problems }: ProblemLine, open: boolean, lookup: Lookup): Markup {
  const cards = problems
    .slice(0, MOST_OF_A_LINE)
    .map((problem) => problemCard(problem, open && problems.length === 1, lookup));
  if (problems.length === 1) return markup`${cards}`;
  return markup`<details class="fold ${severity}"><summary>${badge(severity, severity)} <b>${who}</b> ${what} <span class="code">${codes.join(' ')}</span></summary>
${cards}${left(problems.length - MOST_OF_A_LINE, `of ${codes.join(' ')}`)}</details>
`;
}

function known(problems: Lookup['acknowledged'], lookup: Lookup): Markup | null {
  if (problems.length === 0) return null;
  const cards = problems.slice(0, MOST_OF_A_LINE).map((problem) => problemCard(problem, false, lookup));
  return markup`<details class="fold known"><summary><b>${counted(problems.length, 'acknowledged problem')}</b> not counted in status and grade</summary>
${cards}${left(problems.length - MOST_OF_A_LINE, 'of these')}</details>
`;
}

const byHand = (
  takenAt: string,
): Markup => markup`<ul class="steps"><li>The commands fit the node as it was at ${instant(takenAt)}. It may have changed since: names are used again, and guests start and move.</li>
<li><code class="k">pve-doctor clean</code> reads each fact again right before each step and stops at the first surprise. A command run by hand has no such gate. What it did, <code class="k">pve-doctor undo ID</code> puts back.</li>
<li>Leave alone what is marked as in use, or whose use is not known: stop its guest first, or close its holder.</li>
<li>No command here deletes a volume. Removing a device-mapper entry or deactivating a volume leaves the data where it is.</li></ul>`;
