import type { Report } from '../model/report/report.ts';
import { findingKey, type PastFinding, type PastRun, type ReportHistory } from '../model/report/report-history.ts';
import { counted, instant } from './counted.ts';
import { atMost, type Block, heading, type Page, row } from './page.ts';
import { printable } from './printable.ts';
import { mark } from './severity-mark.ts';
import type { AgeOf } from './text-findings.ts';
import { hang } from './wrap.ts';

/** The day in UTC; the time of day matters to few, and `--verbose` has it. */
const day = (at: string, page: Page): string => printable(page.verbose ? instant(at) : at.slice(0, 10));

/** Behind each title: since when it stands. Nothing where there is no run to compare with. */
export function agesOf({ history }: Report, page: Page): AgeOf {
  if (history === null || history.previous === null) return () => '';
  const standing = new Map(history.findings.map((finding) => [finding.key, finding]));
  return (finding) => {
    const { isNew, since } = standing.get(findingKey(finding)) ?? {};
    if (isNew === undefined || since === undefined) return '';
    return isNew ? ' (new)' : ` (since ${day(since, page)})`;
  };
}

/** The same where only findings are shown: what is new, and nothing else. */
export function newOnes({ history }: Report): AgeOf {
  if (history === null || history.previous === null) return () => '';
  const fresh = new Set(history.findings.filter(({ isNew }) => isNew).map(({ key }) => key));
  return (finding) => (fresh.has(findingKey(finding)) ? ' (new)' : '');
}

/** What changed since the last run that was kept. Nothing where no run was ever asked for. */
export function renderSinceLastRun({ history }: Report, page: Page): Block {
  if (history === null) return [];
  const { previous, problem } = history;
  const lines = [
    ...(problem === '' ? [] : row(2, 'Problem', `? ${printable(problem)}`, page)),
    ...(previous === null ? [] : changes(history, previous, page)),
  ];
  if (lines.length === 0) return [];
  return [heading(previous === null ? 'History' : 'Since the last run', page), ...lines];
}

function changes(history: ReportHistory, previous: PastRun, page: Page): Block {
  const fresh = history.findings.filter(({ isNew }) => isNew).length;
  const standing = history.findings.length - fresh;
  const { resolved, notJudged } = history;
  return [
    ...row(2, 'Last run', runInWords(previous), page),
    ...row(2, 'Findings', `${fresh} new, ${standing} standing, ${resolved.length} resolved`, page),
    ...listed(resolved, 'Resolved', 'stood before; looked for now, and not there any more:', page),
    ...listed(notJudged, 'Not seen', 'stood before, and could not be looked at now:', page),
  ];
}

function runInWords({ id, takenAt, status, grade, score }: PastRun): string {
  const points = score === null ? '' : `, score ${score}`;
  return `${mark(status)}, grade ${printable(grade)}${points}; run ${id}, ${printable(instant(takenAt))}`;
}

function listed(findings: readonly PastFinding[], label: string, words: string, page: Page): Block {
  if (findings.length === 0) return [];
  const show = ({ code, title, since }: PastFinding) =>
    hang('  - ', `${printable(code)}  ${printable(title)} (since ${day(since, page)})`, page.width);
  const more = (hidden: number) => `and ${counted(hidden, 'other')}: --verbose shows all`;
  return [...row(2, label, words, page), ...atMost(findings, page, show, more)];
}
