import { defineCheck } from '../model/check.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { entryMeets, type Leftover, readIndex, volumeMeets } from '../model/guests/leftover-impact.ts';
import { orphanFindings } from '../model/guests/orphan-finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';

export const dm010 = defineCheck({
  code: 'DM010',
  slug: 'guest-gone',
  title: 'orphan: no guest with this VMID on any node',
  needs: ['guestEntries'],
  wants: ['lvm'],
  examine: ({ guestEntries }, { lvm }) =>
    orphanFindings(guestEntries.entries, readIndex(lvm), {
      code: 'DM010',
      cause: 'guest-gone',
      title: (entry) => `${volumePath(entry)} is active, and no node has a guest ${entry.vmid}`,
      impact,
      advice: 'Make sure that nothing but PVE uses the volume, then deactivate it here. Its data stays where it is.',
    }),
});

function impact(entry: GuestEntry, leftover: Leftover): string {
  const { device, vmid, volumeKind } = entry;
  const asEntry = entryMeets(device, entry.lvName);
  const asVolume = volumeMeets(volumeKind, entry.lvName);
  const reuse = `PVE gives VMID ${vmid} to a new guest without looking for leftovers.`;
  if (leftover === 'entry') return `${reuse} No volume is behind this entry, so ${asEntry}.`;
  if (leftover === 'volume') return `${reuse} The volume still exists, so ${asVolume}.`;
  return `${reuse} If the volume still exists, ${asVolume}. If only the entry is left, ${asEntry}.`;
}
