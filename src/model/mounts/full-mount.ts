import type { CheckCode, Evidence, Finding } from '../finding.ts';
import { type JudgedMount, usedInodesPercent, usedPercent } from './judged-mounts.ts';
import { bytesText, mountEvidence, mountSubject, placeOf } from './mount-evidence.ts';
import type { MountSettings } from './mount-settings.ts';

/** One decimal, rounded down: 94.99 is not shown as 95.0 while it is judged as less. */
const shown = (value: number): string => (Math.floor(value * 10) / 10).toFixed(1);

/**
 * The finding of a file system that runs full of data or of inodes; null where it does not, or does not say. Who is behind
 * it is asked for a finding only.
 */
export function fullMountFinding(
  code: CheckCode,
  judged: JudgedMount,
  { warningPercent, criticalPercent }: MountSettings,
  behind: () => readonly Evidence[],
): Finding | null {
  const { capacity, mount, container } = judged;
  if (capacity === null) return null;
  const space = usedPercent(capacity) ?? 0;
  const inodes = usedInodesPercent(capacity) ?? 0;
  const fullest = Math.max(space, inodes);
  if (fullest < Math.min(warningPercent, criticalPercent)) return null;
  const what = space >= inodes ? 'space' : 'inodes';
  const { totalBytes, usedBytes, availableBytes, totalInodes, usedInodes } = capacity;
  const source = 'stat -f, in a child process';
  return {
    code,
    severity: fullest >= criticalPercent ? 'critical' : 'warning',
    subject: mountSubject(mount.target, container),
    title: `${placeOf(mount.target, container)}: ${shown(fullest)} % of its ${what} is used`,
    evidence: [
      {
        fact: `${bytesText(usedBytes)} of ${bytesText(totalBytes)} used, ${bytesText(availableBytes)} available (${shown(space)} %)`,
        source,
      },
      ...(totalInodes === 0
        ? []
        : [{ fact: `${usedInodes} of ${totalInodes} inodes used (${shown(inodes)} %)`, source }]),
      mountEvidence(mount, container),
      ...behind(),
    ],
    impact: 'When it is full, writes fail: backups break off, and guests with volumes on it see a failing disk.',
    remedy: {
      text:
        `Free ${what} or enlarge the file system. On a backup storage look at the retention (prune) first. The limits are ` +
        `${warningPercent} % and ${criticalPercent} % and can be set.`,
      commands: [
        [
          'df',
          what === 'space' ? '-h' : '-i',
          container === null ? mount.target : `/proc/${container.initPid}/root${mount.target}`,
        ],
      ],
    },
    repairAction: null,
    certainty: 'certain',
    vmid: container?.vmid ?? null,
  };
}
