import type { MountRow } from '../mounts/judged-mounts.ts';
import type { Report } from './report.ts';
import { isUnjudged } from './report.ts';
import { type KeyParts, OF_NODE, partsOfKey } from './report-history.ts';

/** What a report says of a finding that stood before and is not in it. */
export type Fate =
  /** Its check looked, and it is not there any more. */
  | 'resolved'
  /** Nobody could look: the check could not, does not apply now, or left this very entry out. */
  | 'not-judged';

/** The sentence of a report for an entry that was dropped because it changed while the node was read. */
export const changedMeanwhile = (name: string): string =>
  `${name} changed while the node was read, so it was not judged`;

/** What is said of these depends on what lies on them, or on the map over them. */
const LIES_ON_OTHERS = /^(?:DM03[12]|DM040|LV01[123]|PATH)/;

/** What can be asked only of a file system that is mounted and answers. */
const OF_WHAT_ANSWERS = new Set(['MNT002', 'MNT004', 'MNT005', 'MNT006', 'CT002', 'CT004', 'CT005']);

/** Whether a finding about a mount could be looked for again: behind a server that hangs nobody sees whether it is full. */
function mountWasLookedAt({ code, id }: KeyParts, report: Report): boolean {
  const row = report.mounts.find((one) => subjectOf(one) === id);
  if (row !== undefined)
    return row.status !== 'unknown' && !(row.status !== 'ok' && row.status !== 'readonly' && OF_WHAT_ANSWERS.has(code));
  const [, vmid = ''] = /^(\d+):/.exec(id) ?? [];
  // A container that is stopped, for its backup say, has no mounts, and the same ones again when it runs.
  return vmid === '' || !report.guests.some((guest) => guest.vmid === Number(vmid) && guest.status !== 'running');
}

const subjectOf = ({ vmid, target }: MountRow): string => (vmid === null ? target : `${vmid}:${target}`);

/**
 * Says of findings, by their keys, that are not in the report what became of them. "Not found" is "resolved" only where
 * somebody looked. A check that does not apply now (`/etc/pve` is not there, LVM is not installed) did not look either: what
 * it found before may well be there still.
 */
export function fateIn(report: Report): (key: string) => Fate {
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
  const wasLeftOut = (parts: KeyParts): boolean => {
    const { code, kind, vmid, id } = parts;
    switch (kind) {
      case 'device':
        return leftEntries.has(id) || notSeen.has(changedMeanwhile(id)) || (someChanged && LIES_ON_OTHERS.test(code));
      case 'mount':
        return mountsUnjudged || !mountWasLookedAt(parts, report);
      case 'command':
        // LVM is not run where device-mapper could not be read: a command that did not run did not fail either.
        return someUnread;
      default:
        return vmid !== null && leftGuests.has(vmid);
    }
  };
  return (key) => {
    const parts = partsOfKey(key);
    if (parts.kind === OF_NODE) return fateOnNode(parts, report);
    const check = checks.get(parts.code);
    // There is no such check any more: nobody will ever look, and nothing is to be done about it.
    if (check === undefined) return 'resolved';
    const looked = check.outcome !== 'not-applicable' && !isUnjudged(check) && !wasLeftOut(parts);
    return looked ? 'resolved' : 'not-judged';
  };
}

/** Of a problem that a node of a cluster told: looked for where that node is judged, by a check that could judge everything. */
function fateOnNode({ code, id }: KeyParts, { cluster }: Report): Fate {
  const unjudged = cluster?.unjudged[id.slice(0, id.indexOf('/'))];
  return unjudged === undefined || unjudged.includes(code) ? 'not-judged' : 'resolved';
}

/** They look at the same mounts by the same probes, and one of them says for all what could not be asked. */
const isAboutMounts = ({ code }: { readonly code: string }): boolean => /^(?:MNT|CT)/.test(code);
