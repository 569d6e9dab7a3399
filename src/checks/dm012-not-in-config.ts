import { defineCheck } from '../model/check.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { entryMeets, type Leftover, readIndex, volumeMeets } from '../model/guests/leftover-impact.ts';
import { orphanFindings } from '../model/guests/orphan-finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';

export const dm012 = defineCheck({
  code: 'DM012',
  slug: 'not-in-config',
  title: 'orphan: the guest is here, the volume in no configuration',
  needs: ['guestEntries'],
  wants: ['lvm'],
  unjudged: ({ guestEntries }) =>
    guestEntries.entries.flatMap((entry) =>
      entry.class === 'unknown' ? [`${entry.device.name}: ${entry.reasons[0]}`] : [],
    ),
  examine: ({ guestEntries }, { lvm }) =>
    orphanFindings(guestEntries.entries, readIndex(lvm), {
      code: 'DM012',
      cause: 'not-in-config',
      title: (entry) => `${volumePath(entry)} is active, but no configuration of guest ${entry.vmid} names it`,
      impact,
      advice: 'Find out where the volume came from before it goes, then deactivate it. Its data stays where it is.',
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
  disk: 'A move, a restore or a destroy that ended halfway leaves such a disk.',
  base: 'A template that was converted or removed halfway leaves such a disk.',
  custom: 'Somebody allocated it by hand, or a task that ended halfway left it.',
  cloudinit: 'A cloud-init drive that was removed while its volume was held open stays like this.',
  vmstate: 'The memory of a snapshot or hibernation that was interrupted stays like this.',
  fleecing: 'A backup that was interrupted leaves its fleecing image.',
  snapshot: 'No snapshot section of any configuration belongs to it: a snapshot that was made or removed halfway.',
  'being-deleted': 'A removal with saferemove was interrupted, and PVE does not take it up again.',
} as const;
