import { deviceEvidence, SOURCE } from '../evidence.ts';
import type { CheckCode, Evidence, Finding, Remedy } from '../finding.ts';
import { volumePath } from '../lvm/lvm.ts';
import type { LvmIndex } from '../lvm/lvm-index.ts';
import type { GuestEntry, OrphanCause } from './guest-entries.ts';
import { type Leftover, leftoverOf } from './leftover-impact.ts';

/** What the three orphan checks say in their own words. */
export interface OrphanWords {
  readonly code: CheckCode;
  readonly cause: OrphanCause;
  readonly title: (entry: GuestEntry) => string;
  readonly impact: (entry: GuestEntry, leftover: Leftover) => string;
  /** What to look at before the entry goes. */
  readonly advice: string;
}

/** One finding for each orphan of that cause. LVM only chooses the words: the repair looks at it again. */
export function orphanFindings(
  entries: readonly GuestEntry[],
  lvm: LvmIndex | null,
  words: OrphanWords,
): readonly Finding[] {
  return entries
    .filter((entry) => entry.class === 'orphan' && entry.orphanCause === words.cause)
    .map((entry) => {
      const leftover = leftoverOf(entry.device, lvm);
      return {
        code: words.code,
        severity: 'warning',
        subject: { kind: 'device', id: entry.device.name },
        title: words.title(entry),
        evidence: [
          deviceEvidence(entry.device),
          ...entry.reasons.map(reasonEvidence),
          ...metadataEvidence(entry, leftover),
        ],
        impact: words.impact(entry, leftover),
        remedy: remedyFor(entry, leftover, words.advice),
        repairAction: entry.device.uuid === '' ? 'remove-device' : 'deactivate-volume',
        certainty: isMaybeReferenced(entry) ? 'maybe' : 'certain',
        vmid: entry.vmid,
      };
    });
}

const reasonEvidence = (fact: string): Evidence => ({
  fact,
  source: fact.includes('metadata of the VG') ? SOURCE.lvm : SOURCE.guests,
});

function metadataEvidence(entry: GuestEntry, leftover: Leftover): readonly Evidence[] {
  if (leftover !== 'volume') return [];
  return [{ fact: `${volumePath(entry)} is in the metadata of its VG, with this UUID`, source: SOURCE.lvm }];
}

/** Text that PVE does not read as a reference still counts, unless PVE sees a certain one on another node anyway. */
function isMaybeReferenced({ references }: GuestEntry): boolean {
  const hasCertain = references.some(({ certainty }) => certainty === 'certain');
  return references.some(({ certainty, local }) => certainty === 'maybe' && (local || !hasCertain));
}

function remedyFor(entry: GuestEntry, leftover: Leftover, advice: string): Remedy {
  const { device } = entry;
  if (device.openCount > 0)
    return {
      text: `${advice} It is open: close what uses it first (\`pve-doctor check --verbose\` names the holder).`,
      commands: [],
    };
  if (leftover === 'entry')
    return {
      text: 'No volume is behind this entry. Make sure that nothing but PVE made it, then remove the entry itself.',
      commands: [['dmsetup', 'remove', '--retry', device.name]],
    };
  return { text: advice, commands: [['lvchange', '-aln', volumePath(entry)]] };
}
