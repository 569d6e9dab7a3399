import type { SectionReadings } from '../model/derived.ts';
import type { Finding } from '../model/finding.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { nextFreeVmids } from '../model/guests/next-vmids.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';
import type { Leftovers, NextVmid, ReportedEntry, ReportedGuest } from '../model/report/report.ts';

const NEXT_VMIDS = 10;

/** Guests whose configuration is on this node. */
export function reportGuests(
  { guests, running, cluster }: SectionReadings,
  entries: readonly ReportedEntry[],
  findings: readonly Finding[],
): readonly ReportedGuest[] {
  if (guests.state !== 'known' || cluster.state !== 'known') return [];
  const local = cluster.value.nodeName;
  const runningVmids = running.state === 'known' ? new Set(running.value.guests.map(({ vmid }) => vmid)) : null;
  const duplicates = countBy(entries.filter((entry) => entry.class === 'duplicate'));
  const orphans = countBy(entries.filter((entry) => entry.class === 'orphan'));
  const others = countBy(findings.filter(({ code }) => !/^DM01[012]$|^DM001$/.test(code)));
  return guests.value.configs
    .filter(({ node }) => node === local)
    .map(({ vmid, name, type, template, lock }): ReportedGuest => {
      const status = runningVmids === null ? 'unknown' : runningVmids.has(vmid) ? 'running' : 'stopped';
      const count = (of: ReadonlyMap<number, number>) => of.get(vmid) ?? 0;
      return {
        vmid,
        name,
        type,
        status,
        template,
        lock,
        duplicates: count(duplicates),
        orphans: count(orphans),
        otherFindings: count(others),
      };
    })
    .sort((a, b) => a.vmid - b.vmid);
}

function countBy(things: readonly { readonly vmid: number | null }[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { vmid } of things) if (vmid !== null) counts.set(vmid, (counts.get(vmid) ?? 0) + 1);
  return counts;
}

/** Entries and volumes of VMIDs that no node has. */
export function reportLeftovers({ configsByVmid, stack, lvm }: SectionReadings): readonly Leftovers[] {
  if (configsByVmid.state !== 'known') return [];
  const owned = configsByVmid.value;
  const found = new Map<number, { entries: string[]; volumes: string[]; bytes: number }>();
  const of = (vmid: number) => {
    const leftovers = found.get(vmid) ?? { entries: [], volumes: [], bytes: 0 };
    found.set(vmid, leftovers);
    return leftovers;
  };
  for (const { vmid, device } of knownOrNull(stack)?.entries ?? [])
    if (!owned.has(vmid)) of(vmid).entries.push(device.name);
  for (const lv of knownOrNull(lvm)?.lvs ?? []) {
    const volume = decodeGuestVolume(lv.lvName);
    if (volume === null || owned.has(volume.vmid)) continue;
    const leftovers = of(volume.vmid);
    leftovers.volumes.push(volumePath(lv));
    leftovers.bytes += lv.sizeBytes;
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([vmid, { entries, volumes, bytes }]) => ({ vmid, entries: entries.sort(), volumes: volumes.sort(), bytes }));
}

/** The VMIDs that PVE hands out next, each with the leftovers that it meets; none where those could not be read. */
export function reportNextVmids(
  { guests, datacenter, deviceMapper, lvm }: SectionReadings,
  leftovers: readonly Leftovers[],
): readonly NextVmid[] {
  if (guests.state !== 'known' || datacenter.state !== 'known') return [];
  if (deviceMapper.state === 'unreadable' || lvm.state === 'unreadable') return [];
  const met = new Map(leftovers.map(({ vmid, entries, volumes }) => [vmid, [...entries, ...volumes]]));
  return nextFreeVmids(guests.value, datacenter.value, NEXT_VMIDS).map((vmid) => ({
    vmid,
    leftovers: met.get(vmid) ?? [],
  }));
}
