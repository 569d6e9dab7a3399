import type { Report } from './report.ts';
import { isUnjudged } from './report.ts';
import type { PastFinding } from './report-history.ts';

/** What a report says of a finding that stood before and is not in it. */
export type Fate =
  /** Its check looked, and it is not there any more. */
  | 'resolved'
  /** Nobody could look: the check could not, does not apply now, or left this very entry out. */
  | 'not-judged'
  /** There is no such check any more, so nobody will ever look. */
  | 'retired';

/** The sentence of a report for an entry that was dropped because it changed while the node was read. */
export const changedMeanwhile = (name: string): string =>
  `${name} changed while the node was read, so it was not judged`;

/**
 * Says of findings that are not in the report what became of them. "Not found" is "resolved" only where somebody looked. A
 * check that does not apply now (`/etc/pve` is not there, LVM is not installed) did not look either: what it found before
 * may well be there still.
 */
export function fateIn(report: Report): (finding: PastFinding) => Fate {
  const checks = new Map<string, Report['checks'][number]>(report.checks.map((check) => [check.code, check]));
  const notSeen = new Set(report.notSeen);
  const left = report.entries.filter((entry) => entry.class === 'busy');
  const leftEntries = new Set(
    report.entries.filter((entry) => entry.class === 'busy' || entry.class === 'unknown').map(({ name }) => name),
  );
  // A task or migration of a guest keeps all of its volumes from being judged.
  // What is said of a disk, and of a volume that is held, depends on what lies on it, and that may be what changed.
  const someChanged = report.notSeen.some((sentence) => sentence.endsWith(changedMeanwhile('')));
  const leftGuests = new Set(left.map(({ vmid }) => vmid));
  const mountsUnjudged = report.checks.some((check) => isAboutMounts(check) && isUnjudged(check));
  const someUnread = report.sections.some(({ state }) => state === 'unreadable');
  const wasLeftOut = ({ code, subject, vmid }: PastFinding): boolean => {
    switch (subject.kind) {
      case 'device':
        return (
          leftEntries.has(subject.id) ||
          notSeen.has(changedMeanwhile(subject.id)) ||
          (someChanged && (code === 'DM040' || /^\d+:\d+$/.test(subject.id)))
        );
      case 'mount':
        return mountsUnjudged;
      case 'command':
        // LVM is not run where device-mapper could not be read: a command that did not run did not fail either.
        return someUnread;
      default:
        return vmid !== null && leftGuests.has(vmid);
    }
  };
  return (finding) => {
    const check = checks.get(finding.code);
    if (check === undefined) return 'retired';
    const looked = check.outcome !== 'not-applicable' && !isUnjudged(check) && !wasLeftOut(finding);
    return looked ? 'resolved' : 'not-judged';
  };
}

/** They look at the same mounts by the same probes, and one of them says for all what could not be asked. */
const isAboutMounts = ({ code }: { readonly code: string }): boolean => /^(?:MNT|CT)/.test(code);
