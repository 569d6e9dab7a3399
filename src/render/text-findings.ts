import type { ReportedFinding } from '../model/finding.ts';
import type { Report } from '../model/report/report.ts';
import { type FindingBucket, type FindingGroup, firstOf, groupFindings } from './finding-groups.ts';
import { DOUBT, repairSentence } from './finding-words.ts';
import { type Block, type Page, row, SHOWN } from './page.ts';
import { printable } from './printable.ts';
import { mark, paintAs } from './severity-mark.ts';
import { shellWords } from './shell-words.ts';
import { hang } from './wrap.ts';

/** Commands stand on lines of their own and are never broken, so that they can be copied. */
const commandLines = (finding: ReportedFinding, indent: number): Block =>
  finding.remedy.commands.map((argv) => ' '.repeat(indent) + shellWords(argv));

const evidence = (finding: ReportedFinding, indent: number, page: Page): Block =>
  finding.evidence.flatMap(({ fact, source }, index) => {
    const where = page.verbose ? ` [${printable(source)}]` : '';
    return row(indent, index === 0 ? 'Evidence  - ' : '          - ', printable(fact) + where, page);
  });

/** ` (since 2026-11-17)`, behind a title; empty where nothing is known of earlier runs. */
export type AgeOf = (finding: ReportedFinding) => string;

/** What is said of this one alone: evidence, and whether pve-doctor repairs it. */
const own = (finding: ReportedFinding, indent: number, page: Page): Block => [
  ...(page.verbose ? row(indent, 'Subject', `${finding.subject.kind} ${printable(finding.subject.id)}`, page) : []),
  ...evidence(finding, indent, page),
  ...(finding.certainty === 'maybe' ? row(indent, 'Doubt', DOUBT, page) : []),
];

function headline(bucket: FindingBucket, title: string, page: Page): Block {
  const paint = paintAs(bucket.severity, page.style);
  return hang(`${mark(bucket.severity)}  ${bucket.code}  `, title, page.width, paint, page.style.bold);
}

function renderSingle(finding: ReportedFinding, bucket: FindingBucket, ageOf: AgeOf, page: Page): Block {
  return [
    ...headline(bucket, printable(finding.title) + ageOf(finding), page),
    ...own(finding, 2, page),
    ...row(2, 'Impact', printable(finding.impact), page),
    ...row(2, 'Remedy', printable(finding.remedy.text), page),
    ...commandLines(finding, 14),
    ...row(2, 'Repair', repairSentence(finding), page),
  ];
}

/** Several findings with one cause: what they share is said once. */
function renderShared(
  group: FindingGroup,
  bucket: FindingBucket,
  title: string,
  ageOf: AgeOf,
  page: Page,
): readonly Block[] {
  const { impact, remedy } = group;
  const head = [
    ...headline(bucket, `${printable(title)}: ${group.total} findings`, page),
    ...(impact === null ? [] : row(2, 'Impact', printable(impact), page)),
    ...(remedy === null ? [] : row(2, 'Remedy', printable(remedy), page)),
  ];
  const members = group.findings.map((finding) => [
    ...hang('  - ', printable(finding.title) + ageOf(finding), page.width, undefined, page.style.bold),
    ...own(finding, 4, page),
    ...(impact === null ? row(4, 'Impact', printable(finding.impact), page) : []),
    ...(remedy === null ? row(4, 'Remedy', printable(finding.remedy.text), page) : []),
    ...labelledCommands(finding, page),
    ...row(4, 'Repair', repairSentence(finding), page),
  ]);
  return [head, ...members];
}

/** The first command stands beside its label. */
const labelledCommands = (finding: ReportedFinding, page: Page): Block =>
  commandLines(finding, 14).map((line, index) =>
    index === 0 ? `    ${page.style.dim('Commands')}  ${line.trimStart()}` : line,
  );

function renderBucket(
  bucket: FindingBucket,
  titles: ReadonlyMap<string, string>,
  ageOf: AgeOf,
  page: Page,
): readonly Block[] {
  const shown = firstOf(bucket, page.verbose ? bucket.total : SHOWN);
  const blocks = shown.flatMap((group) => {
    const [only, ...others] = group.findings;
    if (only === undefined) return [];
    const title = titles.get(bucket.code) ?? '';
    return others.length === 0
      ? [renderSingle(only, bucket, ageOf, page)]
      : renderShared(group, bucket, title, ageOf, page);
  });
  const hidden = bucket.total - shown.reduce((sum, group) => sum + group.findings.length, 0);
  return hidden === 0 ? blocks : [...blocks, [`  and ${hidden} more of ${bucket.code}: --verbose shows all`]];
}

export function renderFindings(report: Report, ageOf: AgeOf, page: Page): readonly Block[] {
  const titles = new Map<string, string>(report.checks.map((check) => [check.code, check.title]));
  return groupFindings(report.findings).flatMap((bucket) => renderBucket(bucket, titles, ageOf, page));
}
