import { append } from '../model/append.ts';
import type { SectionReadings } from '../model/derived.ts';
import { type DeviceUse, deviceUse } from '../model/device-mapper/device-use.ts';
import { SOURCE } from '../model/evidence.ts';
import type { CheckCode, FindingFacts } from '../model/finding.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import { decodeGuestVolume } from '../model/guests/guest-volume.ts';
import { nextFreeVmids } from '../model/guests/leftover-impact.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { poolName, poolUse, poolVolume } from '../model/lvm/thin-pools.ts';
import { volumeOfLv } from '../model/needs/host-names.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import type { Leftovers, NextVmid, PoolRow, Report, ReportedEntry, ReportedGuest } from '../model/report/report.ts';

/** Every guest-volume entry for the report; not judged (`unknown`) where guests could not be read. */
export function reportEntries(sections: SectionReadings, findings: readonly FindingFacts[]): readonly ReportedEntry[] {
  const codes = codesByDevice(findings);
  const running = knownOrNull(sections.running);
  const runningVmids = running && new Set(running.guests.map(({ vmid }) => vmid));
  const judged = knownOrNull(sections.guestEntries)?.entries ?? notJudged(sections);
  return judged.map((entry) => {
    const use = deviceUse(entry.device, sections);
    const { name, uuid, major, minor, openCount } = entry.device;
    return {
      name,
      uuid,
      major,
      minor,
      vgName: entry.vgName,
      lvName: entry.lvName,
      vmid: entry.vmid,
      volumeKind: entry.volumeKind,
      class: entry.class,
      reasons: entry.reasons.map(({ fact }) => fact),
      references: entry.references,
      inUse: use.inUse,
      openCount,
      holders: use.inUse === 'yes' ? use.holders : [],
      idle: isIdle(entry, use, runningVmids),
      findings: codes.get(name) ?? [],
    };
  });
}

/** Without guests only a duplicate can be told, which needs nothing but device-mapper. */
function notJudged({ stack, duplicates, guestEntries }: SectionReadings): readonly GuestEntry[] {
  const extras = new Set(knownOrNull(duplicates)?.flatMap((set) => set.extras));
  return (knownOrNull(stack)?.entries ?? []).map((entry) => ({
    ...entry,
    class: extras.has(entry.device) ? 'duplicate' : 'unknown',
    orphanCause: null,
    reasons: [{ fact: `not judged: ${whyNot(guestEntries) ?? ''}`, source: SOURCE.guests }],
    references: [],
  }));
}

/** Active while its guest is stopped: the normal state of a thin volume that was ever used. */
function isIdle(entry: GuestEntry, use: DeviceUse, running: ReadonlySet<number> | null): boolean | null {
  if (entry.class !== 'valid') return false;
  if (running === null || use.inUse === 'unknown') return null;
  return use.inUse === 'no' && !running.has(entry.vmid);
}

function codesByDevice(findings: readonly FindingFacts[]): ReadonlyMap<string, readonly CheckCode[]> {
  const codes = new Map<string, CheckCode[]>();
  for (const { code, subject } of findings) if (subject.kind === 'device') append(codes, subject.id, code);
  return codes;
}

const NEXT_VMIDS = 10;

/** Guests whose configuration is on this node. */
export function reportGuests(
  { guests, running, cluster }: SectionReadings,
  entries: readonly ReportedEntry[],
  findings: readonly FindingFacts[],
): readonly ReportedGuest[] {
  if (guests.state !== 'known' || cluster.state !== 'known') return [];
  const local = cluster.value.nodeName;
  const runningVmids = running.state === 'known' ? new Set(running.value.guests.map(({ vmid }) => vmid)) : null;
  const duplicates = Map.groupBy(entries, (entry) => entry.class === 'duplicate' && entry.vmid);
  const orphans = Map.groupBy(entries, (entry) => entry.class === 'orphan' && entry.vmid);
  const others = Map.groupBy(findings, ({ code, vmid }) => !/^DM01[012]$|^DM001$/.test(code) && vmid);
  return guests.value.configs
    .filter(({ node }) => node === local)
    .map(({ vmid, name, type, template, lock }): ReportedGuest => {
      const status = runningVmids === null ? 'unknown' : runningVmids.has(vmid) ? 'running' : 'stopped';
      const count = (of: ReadonlyMap<number | false | null, readonly unknown[]>) => of.get(vmid)?.length ?? 0;
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

/** Entries and volumes of VMIDs that no node has: what a new guest of that number meets. */
export function volumesWithoutGuest({ configsByVmid, stack, lvm }: SectionReadings): readonly Leftovers[] {
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

/** The same without what something needs all the same, such as a file of the node itself. */
export function reportLeftovers(
  { guestEntries, hostNeeds, lvm }: SectionReadings,
  all: readonly Leftovers[],
): readonly Leftovers[] {
  const needs = knownOrNull(hostNeeds);
  const valid = (knownOrNull(guestEntries)?.entries ?? []).filter((entry) => entry.class === 'valid');
  const entryNames = new Set(valid.map(({ device }) => device.name));
  const named = new Set(valid.map(volumePath));
  const needed = new Map(
    (knownOrNull(lvm)?.lvs ?? [])
      .filter((lv) => named.has(volumePath(lv)) || (needs !== null && needs.find(volumeOfLv(lv)) !== null))
      .map((lv) => [volumePath(lv), lv.sizeBytes]),
  );
  return all.flatMap(({ vmid, entries, volumes, bytes }) => {
    const left = {
      vmid,
      entries: entries.filter((name) => !entryNames.has(name)),
      volumes: volumes.filter((path) => !needed.has(path)),
      bytes: volumes.reduce((rest, path) => rest - (needed.get(path) ?? 0), bytes),
    };
    return left.entries.length + left.volumes.length === 0 ? [] : [left];
  });
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

/** Thin pools with what is left to extend them by and whose volumes are on them. */
export function reportThinPools({ thinPools, deviceMapper, lvm }: SectionReadings): Report['thinPools'] {
  if (thinPools.state !== 'known') return null;
  const devices = knownOrNull(deviceMapper)?.devices ?? [];
  const { vgs, lvs } = knownOrNull(lvm) ?? { vgs: [], lvs: [] };
  return thinPools.value.pools.map((pool): PoolRow => {
    const volume = poolVolume(pool, devices);
    const own = lvs.filter(({ vgName, lvName }) => vgName === volume?.vgName && lvName === volume.lvName);
    // Two VGs of one name: neither is known to be the pool's.
    const [lv] = own.length === 1 ? own : [];
    const inside = lvs.filter(({ vgUuid, poolLv }) => lv !== undefined && vgUuid === lv.vgUuid && poolLv === lv.lvName);
    const vmids = new Set(inside.flatMap(({ lvName }) => decodeGuestVolume(lvName)?.vmid ?? []));
    return {
      name: poolName(pool, devices),
      ...poolUse(pool),
      sizeBytes: lv?.sizeBytes ?? null,
      vgFreeBytes: vgs.find(({ vgUuid }) => vgUuid === lv?.vgUuid)?.freeBytes ?? null,
      vmids: lv === undefined ? null : [...vmids].sort((a, b) => a - b),
    };
  });
}
