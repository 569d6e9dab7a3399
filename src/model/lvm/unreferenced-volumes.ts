import type { Facts } from '../check.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';
import { buildDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import type { Reference } from '../guests/guest-entries.ts';
import { decodeGuestVolume, drbdResource, type GuestVolumeName, isVmid } from '../guests/guest-volume.ts';
import type { Occupied } from '../guests/in-flight.ts';
import { volumeOfLv } from '../needs/host-names.ts';
import { whyNotWhole } from '../needs/references.ts';
import { whyYoung } from '../time-words.ts';
import { creationOf, type LogicalVolume, type Lvm, lvDmUuid } from './lvm.ts';

/** An inactive volume of a guest that no configuration is known to name. */
export interface UnreferencedVolume {
  readonly lv: LogicalVolume;
  readonly vmid: number;
  /** Why nobody knows whether a configuration names it; null where that is known. */
  readonly unclear: string | null;
  /** What works on it, so that it is not judged now; null where nothing does. */
  readonly busy: string | null;
}

type VolumeFacts = Facts<
  | 'lvm'
  | 'stack'
  | 'configsByVmid'
  | 'storagesByVg'
  | 'inFlight'
  | 'coverage'
  | 'references'
  | 'hostNeeds'
  | 'groups'
  | 'unsettled'
>;

export function unreferencedVolumes(facts: VolumeFacts): readonly UnreferencedVolume[] {
  const { lvm, stack, groups, references } = facts;
  const entries = entriesByLv(stack);
  const bases = basesOf(lvm);
  const activeUuids = new Set(stack.devices.map(({ uuid }) => uuid));
  const changedNames = new Set(stack.changedMeanwhile);
  return lvm.lvs.flatMap((lv): readonly UnreferencedVolume[] => {
    const volume = decodeGuestVolume(lv.lvName);
    if (volume === null || !isVmid(volume.vmid) || lv.role.includes('private') || activeUuids.has(lvDmUuid(lv)))
      return [];
    // LV003 says it once for such a VG.
    if (groups.foreign(lv.vgUuid) !== null || bases.has(baseKey(lv.vgUuid, lv.lvName))) return [];
    const named = [...references.find(lv.vgName, lv.lvName), ...references.findUuid(lvDmUuid(lv))];
    if (named.some(({ certainty }) => certainty === 'certain') || facts.hostNeeds.find(volumeOfLv(lv)) !== null)
      return [];
    const dmName = buildDmName(lv.vgName, lv.lvName);
    const occupied = changedNames.has(dmName)
      ? { is: 'busy', because: `${dmName} changed while the node was read` }
      : occupiedBy(lv, volume, facts);
    const unclear =
      occupied?.is === 'unclear'
        ? occupied.because
        : (underOtherGroup(lv, entries) ?? whyUnclear(lv, volume.vmid, named, facts));
    return [{ lv, vmid: volume.vmid, unclear, busy: occupied?.is === 'busy' ? occupied.because : null }];
  });
}

/** Names of LVM's entries by the UUID of the volume alone, which stays when its VG is merged, split or imported anew. */
const entriesByLv = ({ devices }: DeviceStack): ReadonlyMap<string, string> =>
  new Map(
    devices.flatMap(({ uuid, name }) => {
      const identity = identifyUuid(uuid);
      return identity.kind === 'lvm' ? [[identity.lvUuid, name]] : [];
    }),
  );

/** Another node merged or split the VG while this one had the volume active: the guest runs on through the old entry. */
function underOtherGroup({ lvUuid }: LogicalVolume, entries: ReadonlyMap<string, string>): string | null {
  const name = entries.get(lvUuid);
  return name === undefined ? null : `entry ${name} of this node has its UUID`;
}

/** Where silence proves nothing: text that names it, a reference that means nobody knows what, what could not be read. */
function whyUnclear(
  lv: LogicalVolume,
  vmid: number,
  named: readonly Reference[],
  { references, configsByVmid, coverage, hostNeeds, unsettled }: VolumeFacts,
): string | null {
  const [leftOut] = coverage.leftOutOf(lv.vgUuid);
  if (leftOut) return `LVM may have read an older copy: it leaves out ${leftOut.path}, which carries the VG too`;
  const [maybe] = [...named, ...references.findUnplaced(vmid, lv.lvName)];
  if (maybe) return `guest ${maybe.vmid} may refer to it: ${maybe.key} (${maybe.text})`;
  if (drbdResource(lv.lvName) !== null) return 'only LINSTOR knows whether a volume beneath DRBD is in use';
  const suspect = { where: lv.vgName, name: lv.lvName, vmids: [vmid], createdAt: creationOf(lv) };
  return whyNotWhole(configsByVmid.get(vmid)?.at(-1)) ?? unsettled.why(suspect) ?? hostNeeds.unclearInactive;
}

const baseKey = (vgUuid: string, lvName: string): string => `${vgUuid} ${lvName}`;

/**
 * Volumes that others read through: an external origin, or a thick snapshot's. A thin snapshot has all that it needs in
 * their pool (lvmthin(7), "External Origin").
 */
function basesOf({ lvs }: Lvm): ReadonlySet<string> {
  const pools = new Map(lvs.map((lv) => [baseKey(lv.vgUuid, lv.lvName), lv.poolLv]));
  const bases = lvs.filter(({ vgUuid, origin, poolLv }) => {
    const pool = pools.get(baseKey(vgUuid, origin));
    return origin !== '' && pool !== undefined && (pool === '' || pool !== poolLv);
  });
  return new Set(bases.map(({ vgUuid, origin }) => baseKey(vgUuid, origin)));
}

function occupiedBy(
  lv: LogicalVolume,
  volume: GuestVolumeName,
  { inFlight, storagesByVg, lvm }: VolumeFacts,
): Occupied | null {
  const storages = storagesByVg.get(lv.vgName) ?? [];
  const young = whyYoung(creationOf(lv), lvm.readAt, 'made');
  return (
    inFlight.forVmid(volume.vmid) ??
    (volume.kind === 'being-deleted' ? inFlight.forDeletion : null) ??
    storages.map((storeid) => inFlight.forStorage(storeid)).find((one) => one !== null) ??
    (young === null ? null : { is: 'busy', because: young })
  );
}
