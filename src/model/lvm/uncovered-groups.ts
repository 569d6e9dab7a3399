import type { Facts } from '../check.ts';
import { type DevNo, type DmDevice, devNo } from '../device-mapper/device-mapper.ts';
import { byMinor } from '../device-mapper/device-stack.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { lostDevices } from '../device-mapper/lost-devices.ts';
import { decodeDevice } from '../guests/guest-devices.ts';
import type { LeftOutDevice, Lvm, VolumeGroup } from './lvm.ts';

/** A disk that entries of a VG lie on, and that LVM does not report as a physical volume of it. */
export interface UncoveredDisk {
  readonly number: DevNo;
  /** `sdc`, or the name of a map. */
  readonly name: string;
  readonly wwid: string;
  /** Other disks that answer with the same WWID: other paths, as a rule. */
  readonly twins: readonly string[];
  /** Names of the entries. */
  readonly entries: readonly string[];
}

/** A VG that LVM reports on other disks than its entries use, on two disks at once, or not at all. */
export interface UncoveredGroup {
  readonly vgUuid: string;
  readonly vgName: string;
  /** null where LVM does not report it. */
  readonly vg: VolumeGroup | null;
  readonly pvNames: readonly string[];
  readonly disks: readonly UncoveredDisk[];
  readonly leftOut: readonly LeftOutDevice[];
}

type UncoveredFacts = Facts<'stack' | 'lvm' | 'coverage' | 'blockDevices'>;

/** One for each name of a VG. Disks that are gone or fail are not among them: what lies on those is lost (DM031). */
export function uncoveredGroups(facts: UncoveredFacts): readonly UncoveredGroup[] {
  const disks = disksByGroup(facts);
  const leftOut = Map.groupBy(facts.lvm.leftOut, ({ pvUuid }) => ownerOf(pvUuid, facts.lvm));
  const groups = [...new Set([...disks.keys(), ...leftOut.keys()])].map((vgUuid): UncoveredGroup => {
    const vg = facts.coverage.vg(vgUuid);
    const found = disks.get(vgUuid);
    const pvs = facts.lvm.pvs.filter((pv) => pv.vgUuid === vgUuid && !pv.missing);
    return {
      vgUuid,
      vg,
      pvNames: pvs.map(({ pvName }) => pvName),
      vgName: vg?.vgName ?? found?.vgName ?? 'that LVM does not name',
      disks: found?.disks ?? [],
      leftOut: leftOut.get(vgUuid) ?? [],
    };
  });
  return [...Map.groupBy(groups, ({ vgName }) => vgName).values()].flatMap((same) => same.slice(0, 1));
}

const ownerOf = (pvUuid: string, { pvs }: Lvm): string => pvs.find((pv) => pv.pvUuid === pvUuid)?.vgUuid ?? '';

interface GroupDisks {
  readonly vgName: string;
  readonly disks: readonly UncoveredDisk[];
}

function disksByGroup(facts: UncoveredFacts): ReadonlyMap<string, GroupDisks> {
  // Most nodes have no stranger to ask about.
  let explained: ReturnType<typeof explainedRule> | null = null;
  const found = new Map<string, { readonly vgName: string; readonly entries: Map<DevNo, string[]> }>();
  for (const device of byMinor(facts.stack.devices)) {
    const identity = identifyUuid(device.uuid);
    const name = splitDmName(device.name);
    if (identity.kind !== 'lvm' || name === null) continue;
    for (const number of facts.coverage.strangersUnder(device, identity.vgUuid)) {
      explained ??= explainedRule(facts);
      if (explained(device, number)) continue;
      const group = found.get(identity.vgUuid) ?? { vgName: name.vgName, entries: new Map() };
      group.entries.set(number, [...(group.entries.get(number) ?? []), device.name]);
      found.set(identity.vgUuid, group);
    }
  }
  const describe = diskDescriber(facts);
  return new Map(
    [...found].map(([vgUuid, { vgName, entries }]) => [
      vgUuid,
      { vgName, disks: [...entries].map(([number, names]) => describe(number, names)) },
    ]),
  );
}

/** Lost disks, numbers that changed while the node was read, and volumes of guests, in which LVM need not look. */
function explainedRule({ stack, blockDevices }: UncoveredFacts): (device: DmDevice, number: DevNo) => boolean {
  const all = lostDevices(stack, blockDevices);
  const lost = new Set(all.flatMap(({ affected }) => affected));
  // A RAID volume goes on without the leg on a lost disk, which LVM cannot read.
  const numbers = new Set([...all.map(({ number }) => number), ...[...lost].map(devNo)]);
  const guestVolumes = stack.devices.filter((device) => decodeDevice(device) !== null);
  return (device, number) => {
    if (lost.has(device) || numbers.has(number) || !blockDevices.devices.has(number)) return true;
    const below = stack.at(number);
    // An entry below that could not be read may be a layer of LVM's own.
    if (below === null) return number.startsWith(`${device.major}:`);
    return guestVolumes.some((volume) => volume === below || stack.liesOn(below, volume));
  };
}

function diskDescriber({ stack, blockDevices }: UncoveredFacts) {
  const disksByWwid = new Map<string, Set<string>>();
  for (const { disk, wwid } of blockDevices.devices.values()) {
    if (disk === null || wwid === '') continue;
    disksByWwid.set(wwid, (disksByWwid.get(wwid) ?? new Set()).add(disk));
  }
  return (number: DevNo, entries: readonly string[]): UncoveredDisk => {
    const block = blockDevices.devices.get(number);
    const wwid = block?.wwid ?? '';
    const twins = [...(disksByWwid.get(wwid) ?? [])].filter((disk) => disk !== block?.disk).sort();
    const name = stack.at(number)?.name ?? block?.kernelName ?? number;
    return { number, name, wwid, twins, entries };
  };
}
