import type { ReportedFinding } from '../../model/finding.ts';
import { instant } from '../counted.ts';
import { DOUBT, repairSentence } from '../finding-words.ts';
import { describeHolder } from '../holder-words.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { badge, commands, prose } from './parts.ts';

interface Said {
  /** What stands above the whole group already; null where this finding says it itself. */
  readonly impact: string | null;
  readonly remedy: string | null;
}

const row = (label: string, body: Markup): Markup => markup`<dt>${label}</dt><dd>${body}</dd>\n`;

/** One finding: its title, and unfolded its evidence, impact, remedy and what pve-doctor does about it. */
export function findingCard(finding: ReportedFinding, said: Said, open: boolean, lookup: Lookup): Markup {
  const { title, severity, evidence, impact, remedy } = finding;
  const argvs = remedy.commands;
  const text = said.remedy === null ? markup`${prose(remedy.text)}` : null;
  return markup`<details class="finding ${severity}" id="${lookup.anchorOf(finding)}"${open ? markup` open` : null}><summary><span class="vh">${severity}: </span>${title}${inUse(finding, lookup)}${age(finding, lookup)}</summary><dl class="detail">
${row('Evidence', markup`<ul>${evidence.map(({ fact, source }) => markup`<li>${fact} <span class="src">${source}</span></li>\n`)}</ul>`)}${said.impact === null ? row('Impact', prose(impact)) : null}${text === null && argvs.length === 0 ? null : row(text === null ? 'Commands' : 'Remedy', markup`${text}${commands(argvs)}`)}${row('Repair', repair(finding))}${holders(finding, lookup)}${finding.certainty === 'maybe' ? row('Doubt', markup`${DOUBT}`) : null}</dl></details>
`;
}

function age(finding: ReportedFinding, { standingOf, report }: Lookup): Markup | null {
  const standing = report.history?.previous ? standingOf(finding) : null;
  if (standing === null) return null;
  if (standing.isNew) return markup` <span class="tag new">new</span>`;
  return markup` <span class="tag">since <time datetime="${standing.since}">${instant(standing.since).slice(0, 10)}</time></span>`;
}

const entryOf = ({ subject }: ReportedFinding, lookup: Lookup) =>
  subject.kind === 'device' ? lookup.entryOf(subject.id) : null;

function inUse(finding: ReportedFinding, lookup: Lookup): Markup | null {
  const entry = entryOf(finding, lookup);
  if (entry === null || entry.inUse === 'no') return null;
  return entry.inUse === 'yes' ? badge('notice', 'in use') : badge('unknown', 'use not known');
}

/** Who keeps the device open: nothing removes it while they do. */
function holders(finding: ReportedFinding, lookup: Lookup): Markup | null {
  const held = entryOf(finding, lookup)?.holders ?? [];
  if (held.length === 0) return null;
  return row('Held by', markup`<ul>${held.map((holder) => markup`<li>${describeHolder(holder)}</li>`)}</ul>`);
}

function repair(finding: ReportedFinding): Markup {
  const sentence = repairSentence(finding);
  const how = finding.repair.offered ? markup` It asks before it runs anything.` : null;
  return markup`${prose(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`)}${how}`;
}
