import { type Advice, defineCheck, type Found } from '../model/check.ts';
import { plainName } from '../model/device-mapper/dm-name.ts';
import { deviceEvidence, SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { GuestEntries, GuestEntry, OrphanCause } from '../model/guests/guest-entries.ts';
import { entryMeets, type Leftover, leftoverOf, volumeMeets } from '../model/guests/leftover-impact.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import type { LvmCoverage } from '../model/lvm/lvm-coverage.ts';
import { knownOrNull, type Reading } from '../model/reading.ts';
import { hidden } from '../model/report/not-judged.ts';

/** What each of the three says in its own words. */
interface OrphanWords {
  readonly title: (entry: GuestEntry) => string;
  readonly headline: (entry: GuestEntry, leftover: Leftover) => string;
  readonly impact: (entry: GuestEntry, leftover: Leftover) => string;
  /** What to look at before the entry goes. */
  readonly advice: string;
}

const SECTIONS = { needs: ['guestEntries'], wants: ['entryCoverage'] } as const;

export const dm010 = defineCheck({
  code: 'DM010',
  title: 'orphan: no guest with this VMID on any node',
  harms: { operation: '' },
  ...SECTIONS,
  examine: ({ guestEntries }, { entryCoverage }) => orphans('guest-gone', guestEntries, entryCoverage),
});

export const dm011 = defineCheck({
  code: 'DM011',
  title: 'orphan: the guest lives on another node',
  harms: { operation: '' },
  ...SECTIONS,
  examine: ({ guestEntries }, { entryCoverage }) => orphans('guest-elsewhere', guestEntries, entryCoverage),
});

export const dm012 = defineCheck({
  code: 'DM012',
  title: 'orphan: the guest is here, the volume in no configuration',
  harms: { operation: '' },
  ...SECTIONS,
  unjudged: ({ guestEntries }) =>
    guestEntries.entries.flatMap((entry) => {
      if (entry.class !== 'unknown' && entry.class !== 'busy') return [];
      const reason = `${plainName(entry.device)}: ${entry.reasons[0]?.fact}`;
      const subject = { kind: 'device', id: entry.device.name } as const;
      const kind = entry.class === 'busy' ? 'busy' : 'hidden';
      // No check of any kind says of such an entry that nothing is wrong with it.
      return [{ ...hidden(reason, { kind, subject, vmids: [entry.vmid] }), codes: null }];
    }),
  examine: ({ guestEntries }, { entryCoverage }) => orphans('not-in-config', guestEntries, entryCoverage),
});

const WORDS: Readonly<Record<OrphanCause, OrphanWords>> = {
  'guest-gone': {
    title: (entry) => `${volumePath(entry)} is active, and no node has a guest ${entry.vmid}`,
    headline: ({ lvName, vmid }, leftover) =>
      leftover === 'entry'
        ? `left a dead entry, ${lvName}: creating the next guest ${vmid} will fail here`
        : `left ${lvName} active on this node`,
    impact: ({ device, vmid, volumeKind, lvName }, leftover) => {
      const [asEntry, asVolume] = [entryMeets(device, lvName), volumeMeets(volumeKind, lvName)];
      const reuse = `PVE assigns VMID ${vmid} to a new guest without checking for leftovers.`;
      if (leftover === 'entry') return `${reuse} The entry has no volume behind it: ${asEntry}.`;
      if (leftover === 'volume') return `${reuse} The volume still exists, so ${asVolume}.`;
      return `${reuse} If the volume still exists, ${asVolume}. If only the entry is left, ${asEntry}.`;
    },
    advice:
      'Make sure that nothing outside PVE uses the volume, then deactivate it on this node. Its data stays where it is.',
  },
  'guest-elsewhere': {
    title: (entry) => `${volumePath(entry)} is active here, but guest ${entry.vmid} lives on another node`,
    headline: ({ lvName }) => `lives on another node, but its disk ${lvName} is still active here`,
    impact: ({ device, lvName, vmid }, leftover) =>
      leftover === 'entry'
        ? `No volume is behind this entry, so ${entryMeets(device, lvName)}: guest ${vmid} cannot be migrated here.`
        : 'This node does not see what the other node changes. After a resize there, the guest gets the old size when it comes ' +
          'back (DM020); after a removal there, this entry blocks the name with "Device or resource busy" (DM013).',
    advice: 'Deactivate it on this node. The volume and the guest on the other node are not affected.',
  },
  'not-in-config': {
    title: (entry) => `${volumePath(entry)} is active, but no configuration of guest ${entry.vmid} names it`,
    headline: ({ lvName }) => `no longer uses ${lvName}, which is still active here`,
    impact: ({ device, lvName, volumeKind }, leftover) =>
      leftover === 'entry'
        ? `No volume is behind this entry, so ${entryMeets(device, lvName)}.`
        : `${origins[volumeKind]} It takes space that no guest uses, and ${volumeMeets(volumeKind, lvName)}.`,
    advice: 'Find out where the volume came from, then deactivate it on this node. Its data stays where it is.',
  },
};

/** How a volume of each kind comes to be in no configuration. */
const origins = {
  disk: 'An interrupted move, restore or destroy leaves such a disk behind.',
  base: 'An interrupted conversion or removal of a template leaves such a disk behind.',
  custom: 'Somebody allocated it by hand, or an interrupted task left it behind.',
  cloudinit: 'A cloud-init drive was removed while something held its volume open.',
  vmstate: 'An interrupted snapshot or hibernation leaves its memory image behind.',
  fleecing: 'An interrupted backup leaves its fleecing image behind.',
  snapshot: 'No configuration has this snapshot: creating or removing it was interrupted.',
  'being-deleted': 'A removal with saferemove was interrupted, and PVE does not take it up again.',
} as const;

/** One finding for each orphan of that cause. LVM only chooses the words: the repair looks at it again. */
function orphans(cause: OrphanCause, { entries }: GuestEntries, coverage: Reading<LvmCoverage>): readonly Found[] {
  const words = WORDS[cause];
  return entries
    .filter((entry) => entry.class === 'orphan' && entry.orphanCause === cause)
    .map((entry) => {
      const leftover = leftoverOf(entry.device, knownOrNull(coverage));
      return {
        harm: 'operation',
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
