import type { Facts } from '../check.ts';
import { isFor } from '../cluster/across-nodes.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import type { GuestEntry, OrphanCause } from '../guests/guest-entries.ts';
import { decodeGuestVolume } from '../guests/guest-volume.ts';
import { creationOf, type LogicalVolume, lvDmUuid, volumePath } from '../lvm/lvm.ts';
import type { UnreferencedVolume } from '../lvm/unreferenced-volumes.ts';
import { knownOrNull, whyNot } from '../reading.ts';
import { whyYoung } from '../time-words.ts';
import type { JudgedVolume, LeftoverPlace, LeftoverSources, Leftovers, Standing } from './leftovers.ts';

type LvmFacts = Facts<'configsByVmid' | 'storagesByVg' | 'storage' | 'cluster'>;

const CODES = { 'guest-gone': 'DM010', 'guest-elsewhere': 'DM011', 'not-in-config': 'DM012' } as const;

/** What LV001 and DM010 to DM012 judged, in the form of all leftovers. A VG of which LVM tells nothing is unread. */
export function lvmLeftovers(facts: LvmFacts, wanted: LeftoverSources): Pick<Leftovers, 'places' | 'volumes'> {
  const lvs = knownOrNull(wanted.lvm)?.lvs ?? [];
  const places = placesOf(facts, lvs, whyNot(wanted.unreferenced));
  const byUuid = new Map(lvs.map((lv) => [lvDmUuid(lv), lv]));
  const inactive = (knownOrNull(wanted.unreferenced) ?? []).flatMap((volume) => {
    const place = places.get(volume.lv.vgUuid);
    return place === undefined ? [] : [inactiveVolume(volume, place, facts)];
  });
  const active = (knownOrNull(wanted.guestEntries)?.entries ?? []).flatMap((entry): readonly JudgedVolume[] => {
    const lv = byUuid.get(entry.device.uuid);
    const place = lv && places.get(lv.vgUuid);
    if (lv === undefined || place === undefined) return [];
    const used = entry.device.openCount === 0 ? null : `its entry ${entry.device.name} is open`;
    const waits = used ?? whyYoung(creationOf(lv), knownOrNull(wanted.lvm)?.readAt ?? '', 'made');
    return activeVolume(entry, lv, place, waits, facts);
  });
  return { places: [...places.values()], volumes: [...inactive, ...active] };
}

/** VGs that a storage means, by UUID; one that LVM does not show by its name. */
function placesOf(
  { storagesByVg, storage }: LvmFacts,
  lvs: readonly LogicalVolume[],
  unread: string | null,
): ReadonlyMap<string, LeftoverPlace> {
  const shared = new Set(storage.storages.filter((one) => one.shared).map(({ storeid }) => storeid));
  const groups = new Map(lvs.map(({ vgUuid, vgName }) => [vgUuid, vgName]));
  const shown = new Set(groups.values());
  for (const vgName of storagesByVg.keys()) if (!shown.has(vgName)) groups.set(vgName, vgName);
  return new Map(
    [...groups].map(([id, where]): [string, LeftoverPlace] => {
      const storeids = storagesByVg.get(where) ?? [];
      const isShown = shown.has(where);
      const why = unread ?? (isShown ? null : `LVM shows no volume of VG ${where} on this node`);
      const sharing = {
        shared: storeids.some((storeid) => shared.has(storeid)),
        unread: why,
        notOurs: unread === null && !isShown,
      };
      return [id, { kind: 'lvm', id, storeids, where, ...sharing }];
    }),
  );
}

function inactiveVolume(
  { lv, vmid, unclear, busy }: UnreferencedVolume,
  place: LeftoverPlace,
  facts: LvmFacts,
): JudgedVolume {
  const owner = facts.configsByVmid.get(vmid)?.at(-1) ?? null;
  const cause: OrphanCause =
    owner === null ? 'guest-gone' : owner.node === facts.cluster.nodeName ? 'not-in-config' : 'guest-elsewhere';
  const standing = standingOfInactive(unclear, busy, cause);
  const proof: readonly Evidence[] = [
    { fact: `${volumePath(lv)}, ${lv.sizeBytes} bytes, is in LVM metadata and not active here`, source: SOURCE.lvm },
    owner === null
      ? { fact: `no node has a guest ${vmid}`, source: SOURCE.guests }
      : { fact: `guest ${vmid} is on node ${owner.node} and does not name it`, source: owner.path },
  ];
  return { ...described(lv, place, vmid, facts), standing, owner, proof, code: 'LV001' };
}

function standingOfInactive(unclear: string | null, busy: string | null, cause: OrphanCause): Standing {
  if (busy !== null) return { is: 'busy', because: busy };
  return unclear === null ? { is: 'leftover', cause } : { is: 'unclear', because: unclear };
}

function activeVolume(
  entry: GuestEntry,
  lv: LogicalVolume,
  place: LeftoverPlace,
  waits: string | null,
  facts: LvmFacts,
): readonly JudgedVolume[] {
  const because = entry.reasons.map(({ fact }) => fact).join('; ');
  const judged = standingOf(entry, because);
  const standing: Standing | null =
    judged?.is === 'leftover' && waits !== null ? { is: 'busy', because: waits } : judged;
  if (standing === null || identifyUuid(entry.device.uuid).kind !== 'lvm') return [];
  const owner = facts.configsByVmid.get(entry.vmid)?.at(-1) ?? null;
  const code = entry.orphanCause === null ? 'DM012' : CODES[entry.orphanCause];
  return [{ ...described(lv, place, entry.vmid, facts), standing, owner, proof: entry.reasons, code }];
}

function standingOf(entry: GuestEntry, because: string): Standing | null {
  if (entry.class === 'busy') return { is: 'busy', because };
  if (entry.class === 'unknown') return { is: 'unclear', because };
  return entry.class === 'orphan' && entry.orphanCause !== null ? { is: 'leftover', cause: entry.orphanCause } : null;
}

/**
 * The storage whose volume this is: a VG may have storages of both types, and several pools. To one of type `lvm` a thin volume is
 * not its own, and a base is no volume at all (LVMPlugin.pm parse_volname).
 */
function storageOf(
  { vgName, lvName, poolLv, layout }: LogicalVolume,
  { storage, cluster }: LvmFacts,
): string | undefined {
  const isThin = layout.includes('thin');
  return storage.storages.find((one) => {
    const { type, properties } = one;
    const isMeant = isThin
      ? type === 'lvmthin' && properties['thinpool'] === poolLv
      : type === 'lvm' && !lvName.startsWith('base-');
    return isMeant && properties['vgname'] === vgName && isFor(one, cluster.nodeName);
  })?.storeid;
}

function described(lv: LogicalVolume, place: LeftoverPlace, vmid: number, facts: LvmFacts) {
  const storeid = storageOf(lv, facts);
  return {
    place,
    vmid,
    name: lv.lvName,
    volid: storeid === undefined ? volumePath(lv) : `${storeid}:${lv.lvName}`,
    kind: decodeGuestVolume(lv.lvName)?.kind ?? ('custom' as const),
    sizeBytes: lv.sizeBytes,
    // A thin volume holds what its pool gave it, which the report does not say.
    heldBytes: lv.poolLv === '' ? lv.sizeBytes : null,
    createdAt: creationOf(lv),
    changedAt: null,
    snapshots: [],
    lastTask: null,
  };
}
