import type { Facts } from '../check.ts';
import type { BlockDevices } from '../device-mapper/block-devices.ts';
import { type DevNo, devNo, underlyingDevices } from '../device-mapper/device-mapper.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import type { Lvm } from '../lvm/lvm.ts';
import { decodeDevice } from './guest-devices.ts';

/**
 * Why no storage of Proxmox VE can mean a VG. PVE knows a VG by its name alone, so a name that two VGs have means neither,
 * and one inside a guest (a nested Proxmox VE) is the guest's own, whatever it is called.
 */
export interface Foreign {
  readonly why: 'on-guest' | 'same-name' | 'other-group' | 'unnamed';
  /** A sentence without a full stop. */
  readonly because: string;
}

/** A VG that the report or a device-mapper UUID shows. */
export interface Group {
  /** Without hyphens. */
  readonly vgUuid: string;
  readonly vgName: string;
  readonly isReported: boolean;
  /** The guest that its disks belong to, by its volume or because it was given the disk. */
  readonly insideOf: { readonly vmid: number; readonly by: string } | null;
}

export interface GroupStanding {
  readonly groups: readonly Group[];
  /** null where a storage means this VG and no other one. */
  readonly foreign: (vgUuid: string) => Foreign | null;
}

type StandingFacts = Facts<'stack' | 'storage' | 'storagesByVg' | 'guests' | 'cluster'>;

/** Without LVM only what device-mapper shows is known. */
export function groupStanding(facts: StandingFacts, lvm: Lvm | null, blockDevices: BlockDevices | null): GroupStanding {
  const groups = visibleGroups(facts, lvm, ownerFinder(facts, blockDevices));
  const byUuid = new Map(groups.map((group) => [group.vgUuid, group]));
  const byName = Map.groupBy(
    groups.filter(({ insideOf }) => insideOf === null),
    ({ vgName }) => vgName,
  );
  const named = new Set([...facts.storagesByVg.keys(), ...facts.storage.mentionedVgs]);
  const foreign = (vgUuid: string): Foreign | null => {
    const group = byUuid.get(vgUuid);
    if (group === undefined) return null;
    const { vgName, insideOf } = group;
    if (insideOf !== null)
      return {
        why: 'on-guest',
        because: `VG ${vgName} lies on ${insideOf.by}, so it belongs to guest ${insideOf.vmid}`,
      };
    const sameName = byName.get(vgName) ?? [];
    const reported = sameName.filter(({ isReported }) => isReported);
    const rivals = (reported.length > 0 ? reported : sameName).filter((other) => other.vgUuid !== vgUuid);
    const uuids = rivals.map((other) => other.vgUuid).join(', ');
    if (rivals.length > 0 && reported.length > 0 && !group.isReported)
      return { why: 'other-group', because: `the VG called ${vgName} that LVM reports is another one (UUID ${uuids})` };
    if (rivals.length > 0)
      return {
        why: 'same-name',
        because: `another VG is called ${vgName} too (UUID ${uuids}), so its name means neither`,
      };
    return named.has(vgName) ? null : { why: 'unnamed', because: `no storage of storage.cfg names VG ${vgName}` };
  };
  return { groups, foreign };
}

interface Seen {
  readonly vgName: string;
  readonly isReported: boolean;
  readonly bottoms: Set<DevNo>;
}

type OwnerFinder = (number: DevNo, vgUuid: string) => Group['insideOf'];

function visibleGroups({ stack }: StandingFacts, lvm: Lvm | null, ownerOf: OwnerFinder): readonly Group[] {
  const seen = new Map<string, Seen>();
  for (const { vgUuid, vgName } of lvm?.vgs ?? []) seen.set(vgUuid, { vgName, isReported: true, bottoms: new Set() });
  for (const pv of lvm?.pvs ?? []) seen.get(pv.vgUuid)?.bottoms.add(devNo(pv));
  for (const device of stack.devices) {
    const identity = identifyUuid(device.uuid);
    const name = splitDmName(device.name);
    if (identity.kind !== 'lvm' || name === null) continue;
    const group = seen.get(identity.vgUuid) ?? { vgName: name.vgName, isReported: false, bottoms: new Set() };
    for (const number of underlyingDevices(device)) group.bottoms.add(number);
    seen.set(identity.vgUuid, group);
  }
  return [...seen].map(([vgUuid, { vgName, isReported, bottoms }]) => ({
    vgUuid,
    vgName,
    isReported,
    insideOf: [...bottoms].map((number) => ownerOf(number, vgUuid)).find((owner) => owner !== null) ?? null,
  }));
}

/** Whose disk a device is: down to a guest's volume of another VG, or to a disk that a configuration of this node names. */
function ownerFinder(facts: StandingFacts, blockDevices: BlockDevices | null): OwnerFinder {
  const { stack } = facts;
  const given = givenDisks(facts);
  const anyGiven = [...given].find(([name]) => BLOCK_DEVICE.test(name));
  const ofNumber = (number: DevNo): Group['insideOf'] => {
    if (blockDevices === null && anyGiven !== undefined && stack.at(number) === null)
      return { vmid: anyGiven[1], by: `${number}, which may be ${anyGiven[0]} that guest ${anyGiven[1]} was given` };
    const block = blockDevices?.devices.get(number);
    const names = [block?.kernelName, block?.disk, stack.at(number)?.name].filter((name) => name != null);
    const name = names.find((candidate) => given.has(candidate));
    const vmid = name === undefined ? undefined : given.get(name);
    return vmid === undefined ? null : { vmid, by: `${name}, which guest ${vmid} was given` };
  };
  return (start, vgUuid) => {
    const seen = new Set<DevNo>();
    const queue = [start];
    for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
      if (seen.has(number)) continue;
      seen.add(number);
      const device = stack.at(number);
      const entry = device && decodeDevice(device);
      const identity = identifyUuid(device?.uuid ?? '');
      if (entry !== null && !(identity.kind === 'lvm' && identity.vgUuid === vgUuid))
        return { vmid: entry.vmid, by: `volume ${entry.vgName}/${entry.lvName}` };
      const owner = ofNumber(number);
      if (owner !== null) return owner;
      if (device !== null) queue.push(...underlyingDevices(device));
    }
    return null;
  };
}

/** Names of block devices (kernel Documentation/admin-guide/devices.txt); any other may be a terminal or a camera. */
const BLOCK_DEVICE = /^(?:[hsv]d[a-z]+|xvd[a-z]+|nvme\d+n\d+|(?:dm-|loop|md|zd|rbd|nbd|mmcblk|drbd|bcache)\d)/;

/** Whole disks and maps that guests of this node have as their drives, by kernel name or map name. */
function givenDisks({ guests, cluster }: StandingFacts): ReadonlyMap<string, number> {
  const given = new Map<string, number>();
  for (const { vmid, node, mentions } of guests.configs) {
    for (const { target, certainty } of mentions) {
      if (certainty !== 'certain') continue;
      // A LUN of an iSCSI storage is given as a volume, and leads to a disk all the same. One of another node’s guest may be here too.
      const own = node === cluster.nodeName && target.kind === 'path' ? target.path : '';
      const path = target.resolved ?? own;
      const name = /^\/dev\/(?:mapper\/)?([^/]+)$/.exec(path)?.[1];
      if (name !== undefined) given.set(name, vmid);
    }
  }
  return given;
}
