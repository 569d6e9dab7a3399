import { defineCheck } from '../model/check.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { entryMeets, type Leftover } from '../model/guests/leftover-impact.ts';
import { orphanFindings } from '../model/guests/orphan-finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';

export const dm011 = defineCheck({
  code: 'DM011',
  slug: 'guest-elsewhere',
  title: 'orphan: the guest lives on another node',
  needs: ['guestEntries'],
  wants: ['coverage'],
  examine: ({ guestEntries }, { coverage }) =>
    orphanFindings(guestEntries.entries, knownOrNull(coverage), {
      cause: 'guest-elsewhere',
      title: (entry) => `${volumePath(entry)} is active here, but guest ${entry.vmid} lives on another node`,
      headline: ({ lvName }) => `lives on another node, but its disk ${lvName} is still active here`,
      impact,
      advice: 'Deactivate it on this node. The volume and the guest on the other node are not affected.',
    }),
});

function impact(entry: GuestEntry, leftover: Leftover): string {
  if (leftover === 'entry')
    return `No volume is behind this entry, so ${entryMeets(entry.device, entry.lvName)}: guest ${entry.vmid} cannot be migrated here.`;
  return (
    'This node does not see what the other node changes. After a resize there, the guest gets the old size when it comes back ' +
    '(DM020); after a removal there, this entry blocks the name with "Device or resource busy" (DM013).'
  );
}
