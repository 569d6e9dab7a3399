import { cleans, printed } from '../../model/command/command.ts';
import { describeHolder } from '../../model/device-mapper/device-use.ts';
import type { ReportedFinding } from '../../model/finding.ts';
import type { Problem } from '../../model/report/problem.ts';
import type { ReportedEntry } from '../../model/report/report.ts';
import { repositoryPage } from '../../model/repository.ts';
import { counted, instant } from '../counted.ts';
import { acknowledgedWords, doubtOf, onceOnly } from '../finding-words.ts';
import { whoNow } from '../guest-words.ts';
import { type Markup, markup } from '../markup.ts';
import type { ProblemLine } from '../problem-lines.ts';
import { type Lookup, MOST_OF_A_LINE } from './lookup.ts';
import { badge, commands, guestLinks, left, more, ofGuests, prose, type Section } from './parts.ts';

/** What one person has to deal with once: the worst first, many of a kind folded, what is known last. */
export function problemsSection(lookup: Lookup): Section {
  const { lines, acknowledged, report } = lookup;
  const open = lines.flatMap(({ problems }) => problems);
  const repairable = open.some(({ next }) => next.repairable);
  return {
    id: 'problems',
    title: 'Problems',
    note: `${open.length}`,
    body: markup`${open.length === 0 ? markup`<p>${nothing(lookup)}</p>` : null}${repairable ? markup`<p>What pve-doctor would repair, before it changes anything:</p>${commands([printed(cleans('--dry-run'), null)])}` : null}<div class="tools" id="find"></div>
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
<li><code class="k">pve-doctor clean</code> reads each fact again right before each step and stops at the first surprise. A command run by hand has the guard that stands before it, and no other. What clean did, <code class="k">pve-doctor undo ID</code> puts back.</li>
<li>Leave alone what is marked as in use, or whose use is not known: stop its guest first, or close its holder.</li>
<li>No command here deletes a volume. Removing a device-mapper entry or deactivating a volume leaves the data where it is.</li></ul>`;

/** Findings of one problem that are shown: behind one server there may be hundreds. */
const MOST_FINDINGS = 30;

export const row = (label: string | Markup, body: Markup): Markup => markup`<dt>${label}</dt><dd>${body}</dd>\n`;

/** One problem: whom it concerns and what it comes to; unfolded its next step, and the findings with their evidence. */
function problemCard(problem: Problem, open: boolean, lookup: Lookup): Markup {
  const { id, severity, what, codes, guests, acknowledged, next } = problem;
  const who = whoNow(problem);
  const findings = lookup.findingsOf(problem);
  const vmids = guests.map(({ vmid }) => vmid);
  const fix = next.repairable && next.command !== null ? [next.command] : [];
  return markup`<details class="problem ${severity}" id="${lookup.anchorOf(problem)}" data-s="${severity}" data-c="${codes.join(' ')}"${ofGuests(vmids)}${open ? markup` open` : null}><summary><span class="vh">${severity}: </span><b>${who}</b> ${what} <span class="code">${codes.join(' ')}</span>${use(findings, lookup)}${age(problem, lookup)}</summary><dl class="detail">
${acknowledged === null ? null : row('Known', markup`${acknowledgedWords(acknowledged)}`)}${fix.length === 0 ? null : row('Fix', markup`${prose(next.text)}${commands(fix, true)}`)}${vmids.length === 0 ? null : row('Guests', guestLinks(vmids, lookup))}${onceOnly(findings.slice(0, MOST_FINDINGS)).map((finding) => findingRows(finding, fix.length === 0, entryOf(finding, lookup)))}${row('Id', markup`<code>${id}</code>`)}</dl>${left(findings.length - MOST_FINDINGS, 'findings of this problem')}</details>
`;
}

/** A finding with its evidence. `isStep`: its commands are what to do; `entry`: the device that it is about, with its holders. */
export function findingRows(finding: ReportedFinding, isStep: boolean, entry: ReportedEntry | null = null): Markup {
  const { code, title, evidence, impact, remedy, repair, repairAction } = finding;
  const doubt = doubtOf(finding);
  const page = repositoryPage(`docs/checks/${code}.md`);
  const name = page === null ? markup`${code}` : markup`<a href="${page}" rel="noreferrer">${code}</a>`;
  const held = entry?.holders ?? [];
  return markup`${row(markup`<span class="code">${name}</span>`, markup`<b>${title}</b><ul>${evidence.map(({ fact, source }) => markup`<li>${fact} <span class="src">${source}</span></li>\n`)}</ul>`)}${impact === '' ? null : row('Impact', prose(impact))}${remedy.text === '' && remedy.commands.length === 0 ? null : row('Remedy', markup`${prose(remedy.text)}${commands(remedy.commands, isStep)}`)}${repairAction === null || repair.offered ? null : row('Not now', prose(repair.because))}${held.length === 0 ? null : row('Held by', markup`<ul>${held.map((holder) => markup`<li>${describeHolder(holder)}</li>`)}</ul>`)}${doubt === '' ? null : row('Doubt', markup`${doubt}`)}`;
}

const entryOf = ({ subject }: ReportedFinding, lookup: Lookup) =>
  subject.kind === 'device' ? lookup.entryOf(subject.id) : null;

function age(problem: Problem, { standingOf, report }: Lookup): Markup | null {
  const standing = report.history?.previous ? standingOf(problem) : null;
  if (standing === null) return null;
  if (standing.isNew) return markup` <span class="tag new">new</span>`;
  return markup` <span class="tag">since <time datetime="${standing.since}">${instant(standing.since).slice(0, 10)}</time></span>`;
}

/** What nobody may remove now. */
function use(findings: readonly ReportedFinding[], lookup: Lookup): Markup | null {
  const uses = findings.map((finding) => entryOf(finding, lookup)?.inUse);
  if (uses.includes('yes')) return badge('notice', 'in use');
  return uses.includes('unknown') ? badge('unknown', 'use not known') : null;
}
