import type { Severity } from '../../model/finding.ts';
import { repositoryPage } from '../../model/repository.ts';
import { counted } from '../counted.ts';
import type { FindingGroup } from '../finding-groups.ts';
import { type Markup, markup } from '../markup.ts';
import { findingCard } from './finding-card.ts';
import type { Lookup, ShownBucket } from './lookup.ts';
import { badge, left, more, prose, type Section } from './parts.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'notice'];

/** Findings of a group that are listed at once; the others are unfolded. */
const MOST_AT_ONCE = 10;

/** Critical findings that are unfolded from the start. */
const OPEN = 3;

export function issuesSection(lookup: Lookup): Section {
  const { findings } = lookup.report;
  return {
    id: 'issues',
    title: 'Issue analysis',
    note: `${findings.length}`,
    body:
      findings.length === 0
        ? markup`<p>${nothing(lookup)}</p>`
        : markup`${SEVERITIES.map((severity) => ofSeverity(severity, lookup))}`,
  };
}

/** No finding is no health where a check could not look. */
const nothing = ({ report }: Lookup): string =>
  report.status === 'unknown' || report.summary.totalIssues > 0
    ? 'No finding is listed here; what could not be judged stands below.'
    : 'No check found anything.';

function ofSeverity(severity: Severity, lookup: Lookup): Markup {
  const buckets = lookup.buckets.filter((bucket) => bucket.severity === severity);
  const total = buckets.reduce((sum, bucket) => sum + bucket.total, 0);
  if (total === 0) return markup``;
  const word = { critical: 'Critical', warning: 'Warnings', notice: 'Notices' }[severity];
  return markup`<h3>${badge(severity, word)} <span class="soft">${counted(total, 'finding')}</span></h3>
${buckets.map((bucket) => bucketOf(bucket, lookup))}`;
}

function bucketOf(bucket: ShownBucket, lookup: Lookup): Markup {
  const { code, title, total, shown } = bucket;
  const page = repositoryPage(`docs/checks/${code}.md`);
  const told = shown.reduce((sum, { findings }) => sum + findings.length, 0);
  return markup`<div class="bucket"><div class="about"><h4><span class="code">${code}</span> ${title}</h4>
<p>${counted(total, 'finding')} · <code class="k">pve-doctor explain ${code}</code>${page === null ? null : markup` · <a href="${page}" rel="noreferrer">its page</a>`}</p></div>
${shown.map((group) => groupOf(group, lookup))}${left(total - told, `of ${code}`)}</div>
`;
}

/** Several findings with one cause: what they share is said once. */
function groupOf(group: FindingGroup, lookup: Lookup): Markup {
  const { findings } = group;
  const alone = group.total === 1;
  const said = alone ? { impact: null, remedy: null } : group;
  const isFirst = lookup.buckets[0]?.shown[0] === group;
  const card = (finding: FindingGroup['findings'][number], at: number) =>
    findingCard(finding, said, isFirst && finding.severity === 'critical' && at < OPEN, lookup);
  const cause = [
    ...(said.impact === null ? [] : [markup`<dt>Impact</dt><dd>${prose(said.impact)}</dd>`]),
    ...(said.remedy === null ? [] : [markup`<dt>Remedy</dt><dd>${prose(said.remedy)}</dd>`]),
  ];
  const hidden = findings.slice(MOST_AT_ONCE);
  return markup`${cause.length === 0 ? null : markup`<dl class="cause detail">${cause}</dl>\n`}${findings.slice(0, MOST_AT_ONCE).map(card)}${hidden.length === 0 ? null : more(`${hidden.length} more with the same cause`, markup`${hidden.map((finding) => card(finding, OPEN))}`)}`;
}
