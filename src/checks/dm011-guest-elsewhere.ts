import { defineCheck } from '../model/check.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { entryMeets, type Leftover, readIndex } from '../model/guests/leftover-impact.ts';
import { orphanFindings } from '../model/guests/orphan-finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';

export const dm011 = defineCheck({
  code: 'DM011',
  slug: 'guest-elsewhere',
  title: 'orphan: the guest lives on another node',
  needs: ['guestEntries'],
  wants: ['lvm'],
  examine: ({ guestEntries }, { lvm }) =>
    orphanFindings(guestEntries.entries, readIndex(lvm), {
      code: 'DM011',
      cause: 'guest-elsewhere',
      title: (entry) => `${volumePath(entry)} is active here, but guest ${entry.vmid} lives on another node`,
      impact,
      advice: 'Deactivate it on this node. The volume itself, and the guest on its own node, are not touched by that.',
    }),
});

function impact(entry: GuestEntry, leftover: Leftover): string {
  if (leftover === 'entry')
    return `No volume is behind this entry, so ${entryMeets(entry.device, entry.lvName)}: guest ${entry.vmid} cannot be migrated here.`;
  return (
    'An entry here does not follow what the other node does: after a resize it shows the old size or the old sectors ' +
    '(DM020), after a removal it stays behind and blocks the name with "Device or resource busy" (DM013).'
  );
}
