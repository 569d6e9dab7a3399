import { type NotJudged, waitNames } from '../model/report/not-judged.ts';
import type { CheckResult, Report } from '../model/report/report.ts';
import { counted, minute } from './counted.ts';

/** Why some checks could not judge: sentences that they share, and their codes. */
export interface ReasonList {
  readonly sentences: readonly string[];
  readonly codes: readonly string[];
}

export function reasonLists(checks: readonly CheckResult[]): readonly ReasonList[] {
  const byReason = Map.groupBy(checks, ({ because }) => because);
  return [...byReason].map(([because, of]) => ({
    sentences: because.split('; '),
    codes: of.map(({ code }) => code),
  }));
}

/** The same as one line each: `/etc/pve is not mounted (DM010, DM011)`. */
export const reasonsOf = (checks: readonly CheckResult[]): readonly string[] =>
  reasonLists(checks).map(({ sentences, codes }) => `${sentences.join('; ')} (${codes.join(', ')})`);

/** What waits for a task, one for each reason. */
export const busyOnes = (list: readonly NotJudged[]): readonly NotJudged[] => [
  ...new Map(list.filter(({ kind }) => kind === 'busy').map((one) => [one.reason, one])).values(),
];

/** `guest 100: its configuration has lock: backup (judged last 2026-11-21 03:08 UTC)`. */
export const busyWords = ({ reason, lastJudgedAt }: NotJudged): string =>
  `${reason} (${lastJudgedAt === null ? 'not judged yet' : `judged last ${minute(lastJudgedAt)}`})`;

/** What waits, in a word each: `guest 100`, `device vg-x`. */
export const busyNames = (list: readonly NotJudged[]): readonly string[] => [
  ...new Set(list.filter(({ kind }) => kind === 'busy').flatMap(waitNames)),
];

/** `2 findings`, `clean`, `not applicable`. */
export const outcomeOf = (check: CheckResult): string =>
  check.outcome === 'found' ? counted(check.findings, 'finding') : check.outcome.replace('-', ' ');

/** Whether none of these sections was unreadable: a count of what could be read alone would look like health. */
export const wereRead = ({ sections }: Pick<Report, 'sections'>, ...names: readonly string[]): boolean =>
  names.every((name) => sections.some((section) => section.name === name && section.state !== 'unreadable'));

/** Whether all was read that mounts are counted from. */
export const mountsWereRead = (report: Pick<Report, 'sections'>): boolean =>
  wereRead(report, 'mounts', 'containers', 'expectedMounts', 'mountProbes');

/** Whether device-mapper and volumes were asked for at all: not in a report that was narrowed to mounts. */
export const isOfVolumes = ({ checks }: Pick<Report, 'checks'>): boolean =>
  checks.some(({ code }) => /^(?:DM|ID)/.test(code));

/** Whether a guest of which nothing was found is clean: the checks for orphans had their say. */
export function guestsWereJudged({ checks }: Pick<Report, 'checks'>): boolean {
  const judging = checks.filter(({ code }) => /^DM01[012]$/.test(code));
  return judging.length > 0 && judging.every(({ outcome }) => outcome === 'clean' || outcome === 'found');
}
