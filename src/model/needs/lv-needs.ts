import type { Facts } from '../check.ts';
import type { DeviceStack } from '../device-mapper/device-stack.ts';
import { buildDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import type { Reference } from '../guests/guest-entries.ts';
import { decodeGuestVolume, drbdResource } from '../guests/guest-volume.ts';
import type { Occupied } from '../guests/in-flight.ts';
import { creationOf, type LogicalVolume, type Lvm, lvDmUuid } from '../lvm/lvm.ts';
import { whyYoung } from '../time-words.ts';
import { type Answer, NOBODY, needed, occupied, unknown } from './answer.ts';
import { describeHostName, volumeOfLv } from './host-names.ts';
import { describeReference, whyNotWhole } from './references.ts';

export type LvNeedFacts = Facts<
  | 'lvm'
  | 'stack'
  | 'configsByVmid'
  | 'storagesByVg'
  | 'inFlight'
  | 'coverage'
  | 'references'
  | 'hostNeeds'
  | 'unsettled'
>;

/** Who needs a logical volume that is not active on this node. */
export function lvNeeds(facts: LvNeedFacts): (lv: LogicalVolume) => Answer {
  const { lvm, stack, references, hostNeeds } = facts;
  const entries = entriesByLv(stack);
  const bases = basesOf(lvm);
  const changedNames = new Set(stack.changedMeanwhile);
  return (lv) => {
    const named = [...references.find(lv.vgName, lv.lvName), ...references.findUuid(lvDmUuid(lv))];
    const host = hostNeeds.find(volumeOfLv(lv));
    const by = [
      ...named.filter(({ certainty }) => certainty === 'certain').map(describeReference),
      ...(host === null ? [] : [describeHostName(host)]),
      ...(bases.has(baseKey(lv.vgUuid, lv.lvName)) ? ['another volume reads through it'] : []),
    ];
    if (by.length > 0) return needed(...by);
    const dmName = buildDmName(lv.vgName, lv.lvName);
    const flying = changedNames.has(dmName)
      ? ({ is: 'busy', because: `${dmName} changed while the node was read` } as const)
      : occupiedBy(lv, facts);
    if (flying !== null) return occupied(flying);
    const because = underOtherGroup(lv, entries) ?? whyUnclear(lv, named, facts);
    return because === null ? NOBODY : unknown(because);
  };
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

/** The number in its name; one that no guest has where there is none. */
const vmidOf = ({ lvName }: LogicalVolume): number => decodeGuestVolume(lvName)?.vmid ?? 0;

/** Where silence proves nothing: text that names it, a reference that means nobody knows what, what could not be read. */
function whyUnclear(
  lv: LogicalVolume,
  named: readonly Reference[],
  { references, configsByVmid, coverage, hostNeeds, unsettled }: LvNeedFacts,
): string | null {
  const vmid = vmidOf(lv);
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

function occupiedBy(lv: LogicalVolume, { inFlight, storagesByVg, lvm }: LvNeedFacts): Occupied | null {
  const storages = storagesByVg.get(lv.vgName) ?? [];
  const young = whyYoung(creationOf(lv), lvm.readAt, 'made');
  return (
    inFlight.forVmid(vmidOf(lv)) ??
    (decodeGuestVolume(lv.lvName)?.kind === 'being-deleted' ? inFlight.forDeletion : null) ??
    storages.map((storeid) => inFlight.forStorage(storeid)).find((one) => one !== null) ??
    (young === null ? null : { is: 'busy', because: young })
  );
}
