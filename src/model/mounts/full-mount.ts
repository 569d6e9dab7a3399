import type { CheckCode, Evidence, Finding } from '../finding.ts';
import type { JudgedMount } from './judged-mounts.ts';
import { bytesText, inContainer, mountEvidence, mountSubject, placeOf } from './mount-evidence.ts';
import type { MountSettings } from './mount-settings.ts';
import type { Capacity } from './mounts.ts';

/** One decimal, rounded down: 94.99 is not shown as 95.0 while it is judged as less. */
const shown = (value: number): string => (Math.floor(value * 10) / 10).toFixed(1);

/** As `df` has it: of what users other than root may fill. */
export function usedPercent({ usedBytes, availableBytes }: Capacity): number | null {
  const room = usedBytes + availableBytes;
  return room === 0 ? null : (100 * usedBytes) / room;
}

export const usedInodesPercent = ({ totalInodes, usedInodes }: Capacity): number | null =>
  totalInodes === 0 ? null : (100 * usedInodes) / totalInodes;

export type Fullness = 'no' | 'warning' | 'critical';

/** By the limits of the configuration: whichever of space and inodes is fuller. */
export function fullnessOf(capacity: Capacity, { warningPercent, criticalPercent }: MountSettings): Fullness {
  const fullest = Math.max(usedPercent(capacity) ?? 0, usedInodesPercent(capacity) ?? 0);
  if (fullest >= criticalPercent) return 'critical';
  return fullest >= warningPercent ? 'warning' : 'no';
}

/**
 * The finding of a file system that runs full of data or of inodes; null where it does not, or does not say. Who is behind
 * it is asked for a finding only.
 */
export function fullMountFinding(
  code: CheckCode,
  judged: JudgedMount,
  settings: MountSettings,
  behind: () => readonly Evidence[],
): Finding | null {
  const { capacity, mount, container } = judged;
  if (capacity === null) return null;
  const full = fullnessOf(capacity, settings);
  if (full === 'no') return null;
  const space = usedPercent(capacity) ?? 0;
  const inodes = usedInodesPercent(capacity) ?? 0;
  const fullest = Math.max(space, inodes);
  const what = space >= inodes ? 'space' : 'inodes';
  const { totalBytes, usedBytes, availableBytes, totalInodes, usedInodes } = capacity;
  const source = 'stat -f, in a child process';
  return {
    code,
    severity: full,
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
    impact: 'When it is full, writes fail: backups are aborted, and guests with volumes on it see disk errors.',
    remedy: {
      text:
        `Free ${what} or enlarge the file system. On a backup storage look at the retention (prune) first. The limits are ` +
        `${settings.warningPercent} % and ${settings.criticalPercent} % and can be set.`,
      commands: [
        [
          ...(container === null ? [] : ['pct', 'exec', String(container.vmid), '--']),
          ...['df', what === 'space' ? '-h' : '-i', mount.target],
        ],
      ],
    },
    headline: inContainer(
      mount.target,
      container,
      what === 'space' ? `is ${shown(fullest)} % full` : `has used ${shown(fullest)} % of its inodes`,
    ),
    repairAction: null,
    certainty: 'certain',
    vmid: container?.vmid ?? null,
  };
}
