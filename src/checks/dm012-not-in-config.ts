import { defineCheck } from '../model/check.ts';
import { plainName } from '../model/device-mapper/dm-name.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { entryMeets, type Leftover, volumeMeets } from '../model/guests/leftover-impact.ts';
import { orphanFindings } from '../model/guests/orphan-finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';

export const dm012 = defineCheck({
  code: 'DM012',
  slug: 'not-in-config',
  title: 'orphan: the guest is here, the volume in no configuration',
  needs: ['guestEntries'],
  wants: ['coverage'],
  unjudged: ({ guestEntries }) =>
    guestEntries.entries.flatMap((entry) =>
      entry.class === 'unknown' ? [`${plainName(entry.device)}: ${entry.reasons[0]?.fact}`] : [],
    ),
  examine: ({ guestEntries }, { coverage }) =>
    orphanFindings(guestEntries.entries, knownOrNull(coverage), {
      cause: 'not-in-config',
      title: (entry) => `${volumePath(entry)} is active, but no configuration of guest ${entry.vmid} names it`,
      headline: ({ lvName }) => `no longer uses ${lvName}, which is still active here`,
      impact,
      advice: 'Find out where the volume came from, then deactivate it on this node. Its data stays where it is.',
    }),
});

function impact(entry: GuestEntry, leftover: Leftover): string {
  const { device, lvName, volumeKind } = entry;
  if (leftover === 'entry') return `No volume is behind this entry, so ${entryMeets(device, lvName)}.`;
  const origin = origins[volumeKind];
  const space = 'It takes space that no guest uses';
  return `${origin} ${space}, and ${volumeMeets(volumeKind, lvName)}.`;
}

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
