import type { LogicalVolume, Lvm, VolumeGroup } from './lvm.ts';

/** Why a volume is asked for: its data is on a device, or it cannot do without one. */
export type Reach = 'has data on it' | 'needs it';

/**
 * Volumes of a VG of which a part lies on some devices, by LVM's names of them: directly, through a volume of LVM's own, through their thin pool,
 * or through what they read from. A RAID volume does not need every leg (lvmraid(7)).
 */
export function volumesOn(
  { vgUuid }: VolumeGroup,
  { lvs }: Lvm,
  isOn: (deviceName: string) => boolean,
  reach: Reach,
): readonly LogicalVolume[] {
  const own = new Map(lvs.filter((lv) => lv.vgUuid === vgUuid).map((lv) => [lv.lvName, lv]));
  const answers = new Map<string, boolean>();
  const lies = (name: string): boolean => {
    const lv = own.get(name);
    const known = answers.get(name);
    if (lv === undefined || known !== undefined) return known ?? false;
    answers.set(name, false);
    const devices = lv.segments.flatMap((segment) => segment.devices.map((device) => device.name));
    const there = devices.filter((device) => isOn(device) || lies(device)).length;
    const spared = reach === 'needs it' ? sparedLegs(lv, devices.length) : 0;
    const answer = there > spared || readFrom(lv, own).some(lies);
    answers.set(name, answer);
    return answer;
  };
  return [...own.values()].filter(({ lvName, role }) => !role.includes('private') && lies(lvName));
}

/** Legs without which a RAID volume goes on; with RAID 10 it depends on which, so more than one is said to be too many. */
function sparedLegs({ layout, role }: LogicalVolume, legs: number): number {
  if (!layout.includes('raid') || role.includes('private')) return 0;
  if (layout.includes('raid1')) return legs - 1;
  if (layout.some((word) => word.startsWith('raid6'))) return 2;
  return layout.includes('raid0') || layout.includes('raid0_meta') ? 0 : 1;
}

/** A thin snapshot has all that it needs in their pool (lvmthin(7), "External Origin"); a thick one reads from its origin. */
const readFrom = ({ poolLv, origin }: LogicalVolume, own: ReadonlyMap<string, LogicalVolume>): readonly string[] => {
  const isInPool = poolLv !== '' && own.get(origin)?.poolLv === poolLv;
  return [poolLv, isInPool ? '' : origin].filter((name) => name !== '');
};
