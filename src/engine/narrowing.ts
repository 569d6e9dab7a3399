import { type CheckCode, type FindingFacts, type Severity, worseFirst } from '../model/finding.ts';
import type { Report } from '../model/report/report.ts';

/**
 * What a user asked to see. Everything is read all the same, since a verdict needs the whole node; mounts need nothing of
 * device-mapper and LVM.
 */
export interface Narrowing {
  readonly only: 'dm' | 'mounts' | null;
  readonly vmid: number | null;
}

export const EVERYTHING: Narrowing = { only: null, vmid: null };

/** `only what concerns guest 119`; empty for the whole node. */
export function describeNarrowing({ only, vmid }: Narrowing): string {
  const parts = [
    only === 'dm' ? 'device-mapper and volumes' : only === 'mounts' ? 'mounts' : null,
    vmid === null ? null : `what concerns guest ${vmid}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? '' : `only ${parts.join(', and of that ')}`;
}

const AREA = { dm: /^(?:DM|LV|VOL|PATH|ID|CL|NODE)/, mounts: /^(?:MNT|CT|NODE)/ } as const;

export const wantsCheck = (code: CheckCode, { only }: Narrowing): boolean => only === null || AREA[only].test(code);

/** What keeps others from being judged, and what may hit any guest, concerns this one too. */
export const wantsFinding = ({ guests, guestsKnown }: FindingFacts, { vmid }: Narrowing): boolean =>
  vmid === null || !guestsKnown || guests.includes(vmid);

/** What was not judged of another guest alone is no matter of this one. */
export const wantsLeftOut =
  ({ vmid }: Narrowing) =>
  ({ vmids }: { readonly vmids: readonly number[] }): boolean =>
    vmid === null || vmids.length === 0 || vmids.includes(vmid);

/** For what is listed by VMID: entries, guests, leftovers, and the numbers that PVE hands out next. */
export const wantsVmid =
  ({ vmid }: Narrowing) =>
  (of: { readonly vmid: number | null }): boolean =>
    vmid === null || of.vmid === vmid;

/** Leaves out problems and findings below a severity. Grade, counts and exit status stay those of the node. */
export function showFrom(report: Report, least: Severity): Report {
  const isShown = (of: { readonly severity: Severity }) => worseFirst(of, { severity: least }) <= 0;
  const findings = report.findings.filter(isShown);
  const problems = report.problems.filter(isShown);
  if (report.history === null) return { ...report, problems, findings };
  const shown = new Set(problems.map(({ id }) => id));
  const history = {
    ...report.history,
    problems: report.history.problems.filter(({ id }) => shown.has(id)),
    resolved: report.history.resolved.filter(isShown),
    notJudged: report.history.notJudged.filter(isShown),
  };
  return { ...report, problems, findings, history };
}

export const bySeverity = (a: FindingFacts, b: FindingFacts): number =>
  worseFirst(a, b) || compare(a.code, b.code) || compare(a.subject.id, b.subject.id) || compare(a.title, b.title);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
