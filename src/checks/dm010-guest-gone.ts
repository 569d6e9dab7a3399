import { defineCheck } from '../model/check.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { entryMeets, type Leftover, volumeMeets } from '../model/guests/leftover-impact.ts';
import { orphanFindings } from '../model/guests/orphan-finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';

export const dm010 = defineCheck({
  code: 'DM010',
  slug: 'guest-gone',
  title: 'orphan: no guest with this VMID on any node',
  needs: ['guestEntries'],
  wants: ['coverage'],
  examine: ({ guestEntries }, { coverage }) =>
    orphanFindings(guestEntries.entries, knownOrNull(coverage), {
      cause: 'guest-gone',
      title: (entry) => `${volumePath(entry)} is active, and no node has a guest ${entry.vmid}`,
      headline: ({ lvName, vmid }, leftover) =>
        leftover === 'entry'
          ? `left a dead entry, ${lvName}: creating the next guest ${vmid} will fail here`
          : `left ${lvName} active on this node`,
      impact,
      advice:
        'Make sure that nothing outside PVE uses the volume, then deactivate it on this node. Its data stays where it is.',
    }),
});

function impact(entry: GuestEntry, leftover: Leftover): string {
  const { device, vmid, volumeKind } = entry;
  const asEntry = entryMeets(device, entry.lvName);
  const asVolume = volumeMeets(volumeKind, entry.lvName);
  const reuse = `PVE assigns VMID ${vmid} to a new guest without checking for leftovers.`;
  if (leftover === 'entry') return `${reuse} The entry has no volume behind it: ${asEntry}.`;
  if (leftover === 'volume') return `${reuse} The volume still exists, so ${asVolume}.`;
  return `${reuse} If the volume still exists, ${asVolume}. If only the entry is left, ${asEntry}.`;
}
