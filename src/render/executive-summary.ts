import type { Severity } from '../model/finding.ts';
import { isUnjudged, type Report } from '../model/report/report.ts';
import { counted } from './counted.ts';
import { countKinds } from './message/finding-kinds.ts';
import { printable } from './printable.ts';

/** Kinds of findings that a sentence names before it says how many more there are. */
const MOST_KINDS = 5;

const kindsOf = ({ findings }: Report, severity: Severity): string =>
  countKinds(
    findings.filter((finding) => finding.severity === severity),
    MOST_KINDS,
  );

/** `--severity` may have left findings out of the list; the counts are those of the node. */
function verdict(report: Report): string {
  const { critical, warnings } = report.summary;
  const kinds = (severity: Severity) => (kindsOf(report, severity) === '' ? '' : `: ${kindsOf(report, severity)}`);
  switch (report.status) {
    case 'critical':
      return `${counted(critical, 'critical finding')}${kinds('critical')}.`;
    case 'warning':
      return `Nothing critical was found; ${counted(warnings, 'warning')}${kinds('warning')}.`;
    case 'unknown':
      return 'Not everything could be judged, so nothing here says that this node is healthy.';
    case 'healthy':
      return 'Nothing at or above warning was found.';
  }
}

function mostUrgent({ status, findings: [first] }: Report): readonly string[] {
  const urgent = status === 'critical' ? 'critical' : 'warning';
  if (first === undefined || first.severity !== urgent) return [];
  return [`First, ${first.code}: ${printable(first.title)}.`];
}

/** What limits the verdict: it stands beside whatever else is said. */
function blindness(report: Report): readonly string[] {
  const count = report.checks.filter(isUnjudged).length;
  const { busy, notJudged } = report.summary;
  return [
    ...(count === 0
      ? []
      : [`${counted(count, 'check')} could not be judged: what they would have found is not known.`]),
    ...(count === 0 && report.notSeen.length > 0 ? ['Not everything could be seen.'] : []),
    ...(report.score === null ? [`There is no grade: ${printable(report.gradeBecause)}.`] : []),
    ...(notJudged === 0 ? [] : [`${counted(notJudged, 'entry', 'entries')} of guest volumes could not be judged.`]),
    ...(busy === 0
      ? []
      : [`${counted(busy, 'entry', 'entries')} not judged while a lock, a task or a migration is in flight.`]),
  ];
}

function besides(report: Report): readonly string[] {
  const { status, summary } = report;
  const warnings = status === 'warning' || summary.warnings === 0 ? '' : counted(summary.warnings, 'warning');
  const kinds = warnings === '' ? '' : kindsOf(report, 'warning');
  const parts = [
    ...(warnings === '' ? [] : [kinds === '' ? warnings : `${warnings} (${kinds})`]),
    ...(summary.notices === 0 ? [] : [counted(summary.notices, 'notice')]),
  ];
  return parts.length === 0 ? [] : [`Besides, ${parts.join(' and ')}.`];
}

function changes({ history }: Report): readonly string[] {
  if (history === null || history.previous === null) return [];
  const fresh = history.findings.filter(({ isNew }) => isNew).length;
  const unseen = history.notJudged.length;
  const unsaid = unseen === 0 ? '' : `; ${counted(unseen, 'earlier one')} could not be looked at again`;
  return [
    `Since the last run ${counted(fresh, 'finding')} ${fresh === 1 ? 'is' : 'are'} new, ${history.resolved.length} resolved${unsaid}.`,
  ];
}

function repairs({ findings }: Report): readonly string[] {
  const offered = findings.filter(({ repair }) => repair.offered).length;
  if (offered === 0) return [];
  return [
    `pve-doctor offers to repair ${offered} of ${findings.length}; \`pve-doctor clean --dry-run\` prints what it would run.`,
  ];
}

/** The report in a few sentences, the most urgent first; commands stand between backticks. */
export const executiveSummary = (report: Report): readonly string[] => [
  verdict(report),
  ...mostUrgent(report),
  ...blindness(report),
  ...besides(report),
  ...changes(report),
  ...repairs(report),
];
