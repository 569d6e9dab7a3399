import type { Advice, Found } from '../check.ts';
import { deviceEvidence, SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import { volumePath } from '../lvm/lvm.ts';
import type { LvmCoverage } from '../lvm/lvm-coverage.ts';
import type { GuestEntry, OrphanCause } from './guest-entries.ts';
import { type Leftover, leftoverOf } from './leftover-impact.ts';

/** What the three orphan checks say in their own words. */
export interface OrphanWords {
  readonly cause: OrphanCause;
  readonly title: (entry: GuestEntry) => string;
  readonly headline: (entry: GuestEntry, leftover: Leftover) => string;
  readonly impact: (entry: GuestEntry, leftover: Leftover) => string;
  /** What to look at before the entry goes. */
  readonly advice: string;
}

/** One finding for each orphan of that cause. LVM only chooses the words: the repair looks at it again. */
export function orphanFindings(
  entries: readonly GuestEntry[],
  coverage: LvmCoverage | null,
  words: OrphanWords,
): readonly Found[] {
  return entries
    .filter((entry) => entry.class === 'orphan' && entry.orphanCause === words.cause)
    .map((entry) => {
      const leftover = leftoverOf(entry.device, coverage);
      return {
        severity: 'warning',
        subject: { kind: 'device', id: entry.device.name },
        title: words.title(entry),
        headline: words.headline(entry, leftover),
        evidence: [deviceEvidence(entry.device), ...entry.reasons, ...metadataEvidence(entry, leftover)],
        impact: words.impact(entry, leftover),
        remedy: remedyFor(entry, leftover, words.advice),
        repairAction: entry.device.uuid === '' ? 'remove-device' : 'deactivate-volume',
        certainty: isMaybeReferenced(entry) ? 'maybe' : 'certain',
        vmid: entry.vmid,
      };
    });
}

function metadataEvidence(entry: GuestEntry, leftover: Leftover): readonly Evidence[] {
  if (leftover !== 'volume') return [];
  return [{ fact: `${volumePath(entry)} is in the metadata of its VG, with this UUID`, source: SOURCE.lvm }];
}

/** Text that PVE does not read as a reference still counts, unless PVE sees a certain one on another node anyway. */
function isMaybeReferenced({ references }: GuestEntry): boolean {
  const hasCertain = references.some(({ certainty }) => certainty === 'certain');
  return references.some(({ certainty, local }) => certainty === 'maybe' && (local || !hasCertain));
}

function remedyFor(entry: GuestEntry, leftover: Leftover, advice: string): Advice {
  const { device } = entry;
  if (device.openCount > 0)
    return {
      text: `${advice} It is open: first close what uses it (\`pve-doctor check -v\` names it under ENTRIES OF GUEST VOLUMES).`,
    };
  if (leftover === 'entry')
    return {
      text: 'The entry has no volume behind it. Make sure that PVE made it, then remove the entry.',
    };
  return { text: advice };
}
