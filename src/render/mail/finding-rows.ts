import type { ReportedFinding } from '../../model/finding.ts';
import type { Report } from '../../model/report/report.ts';
import { counted, instant } from '../counted.ts';
import { type FindingBucket, type FindingGroup, groupFindings } from '../finding-groups.ts';
import { DOUBT, repairSentence } from '../finding-words.ts';
import { clip, MOST } from '../message/clip.ts';
import type { Told } from '../message/told.ts';
import { shellWords } from '../shell-words.ts';
import { type FindingRow, type FindingsContent, type FindingText, moreText, type Pair } from './mail-content.ts';

/** Findings that are shown, of one cause and in all; the rest is counted. Who has hundreds reads the attached report. */
const MOST_OF_A_GROUP = 6;
const MOST_FINDINGS = 30;
const MOST_FACTS = 3;
const MOST_COMMANDS = 5;

const NOTHING: FindingText = { title: '', tag: '', evidence: [], texts: [], commands: [], notes: [] };

function evidence(finding: ReportedFinding): readonly string[] {
  const facts = finding.evidence.slice(0, MOST_FACTS).map(({ fact }) => clip(fact, MOST.fact));
  const hidden = finding.evidence.length - facts.length;
  return hidden === 0 ? facts : [...facts, `${counted(hidden, 'more fact')} in the attached report`];
}

/**
 * Commands from the first on, each whole: half a command, or the second without the first, is another command. So what
 * follows one that is too long is left out as well.
 */
function commands(finding: ReportedFinding): readonly string[] {
  const lines: string[] = [];
  for (const argv of finding.remedy.commands.slice(0, MOST_COMMANDS)) {
    // Quoting makes nothing shorter.
    if (argv.join(' ').length > 2 * MOST.command) break;
    const line = shellWords(argv);
    if ([...line].length > MOST.command) break;
    lines.push(line);
  }
  return lines;
}

function notes(finding: ReportedFinding, shown: number): readonly Pair[] {
  const hidden = finding.remedy.commands.length - shown;
  const left = hidden === 0 ? '' : `${counted(hidden, 'command')} more, too long for a mail, in the attached report`;
  return [
    ...(left === '' ? [] : [['Commands', left] as const]),
    ...(finding.certainty === 'maybe' ? [['Doubt', DOUBT] as const] : []),
    ['Repair', clip(repairSentence(finding), MOST.sentence)],
  ];
}

const impactOf = (text: string): readonly Pair[] => (text === '' ? [] : [['Impact', clip(text, MOST.sentence)]]);
const remedyOf = (text: string): readonly Pair[] => (text === '' ? [] : [['Remedy', clip(text, MOST.sentence)]]);

/** `group`: what is said of all its members is not said again. */
function textOf(finding: ReportedFinding, group: FindingGroup, told: Told, alone: boolean): FindingText {
  const lines = commands(finding);
  return {
    title: clip(finding.title, MOST.title),
    tag: told.tagOf(finding),
    evidence: evidence(finding),
    texts: [
      ...(alone || group.impact === null ? impactOf(finding.impact) : []),
      ...(alone || group.remedy === null ? remedyOf(finding.remedy.text) : []),
    ],
    commands: lines,
    notes: notes(finding, lines.length),
  };
}

function groupRows(group: FindingGroup, bucket: FindingBucket, title: string, told: Told): readonly FindingRow[] {
  const { severity, code } = bucket;
  const [only, ...others] = group.findings;
  if (only === undefined) return [];
  if (others.length === 0) return [{ kind: 'finding', severity, code, ...textOf(only, group, told, true) }];
  const members = group.findings.slice(0, MOST_OF_A_GROUP);
  const hidden = group.total - members.length;
  return [
    {
      ...NOTHING,
      ...{ kind: 'group', severity, code },
      title: clip(`${title}: ${group.total} findings`, MOST.title),
      texts: [...impactOf(group.impact ?? ''), ...remedyOf(group.remedy ?? '')],
    },
    ...members.map((finding) => ({ kind: 'member' as const, ...textOf(finding, group, told, false) })),
    ...(hidden === 0 ? [] : [{ kind: 'more' as const, telling: hidden, text: moreText(hidden) }]),
  ];
}

/** Findings by severity, code and cause, each with its impact and the commands that a person would run. */
export function findingsContent(report: Report, told: Told): FindingsContent {
  const titles = new Map<string, string>(report.checks.map(({ code, title }) => [code, title]));
  const rows = groupFindings(report.findings).flatMap((bucket) =>
    bucket.groups.flatMap((group) => groupRows(group, bucket, titles.get(bucket.code) ?? bucket.code, told)),
  );
  const own = rows.map((row) => (row.kind === 'finding' || row.kind === 'member' ? 1 : 0));
  const end = own.findIndex((_, at) => own.slice(0, at + 1).reduce<number>((sum, one) => sum + one, 0) > MOST_FINDINGS);
  const taken = clip(instant(report.takenAt), MOST.name);
  const note =
    `The commands are for ${clip(report.node, MOST.node)} as it was at ${taken}, and it may have changed since. ` +
    '`pve-doctor clean --dry-run` reads the node again, prints what it would run and what it refuses, and runs nothing.';
  return { note, rows: end === -1 ? rows : rows.slice(0, end), total: report.findings.length };
}

/** How many findings a row stands for. */
export const telling = (row: FindingRow): number => (row.kind === 'more' ? row.telling : row.kind === 'group' ? 0 : 1);
