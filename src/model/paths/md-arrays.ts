/** An array of the kernel's md driver, as /proc/mdstat shows it (drivers/md/md.c md_seq_show; raid1.c, raid5.c, raid10.c status). */
export interface MdArray {
  /** `md0`. */
  readonly name: string;
  readonly active: boolean;
  readonly readOnly: boolean;
  /** `raid1`, `raid5`, `linear`; empty where it is not active. */
  readonly level: string;
  readonly members: readonly MdMember[];
  /** Members that it should have, and those that work; null for a level without redundancy. */
  readonly wanted: number | null;
  readonly working: number | null;
  /** What it does now (`recovery = 12.6%`, `resync=DELAYED`); empty where it does nothing. */
  readonly progress: string;
  /** Firmware's own metadata (`external:imsm`, `external:ddf`): it holds arrays, and is never active itself. */
  readonly container: boolean;
  /** `array_state` of sysfs (Documentation/admin-guide/md.rst); empty where it could not be read. */
  readonly state: string;
  /** How many spares mdadm.conf says it has; null where it says nothing. */
  readonly wantedSpares: number | null;
}

export interface MdMember {
  /** Kernel name: `sdb1`. */
  readonly name: string;
  readonly state: 'in use' | 'failed' | 'spare' | 'journal' | 'replacement';
}

export interface MdArrays {
  readonly arrays: readonly MdArray[];
  /** Why there may be others, each a sentence without a full stop. */
  readonly unread: readonly string[];
}

/** What an array has lost, the worst first; `whole` while it is checked or made, too. */
export type MdSituation =
  | 'inactive'
  | 'failed'
  | 'degraded'
  | 'rebuilding'
  | 'failed spare'
  | 'missing spare'
  | 'whole';

/**
 * Members without which the data is gone. RAID 10 depends on which of them are left, and the last member of RAID 1 is never counted as lost: there
 * the kernel's own word is needed (`broken`, from Linux 5.4 on).
 */
const LEAST: Readonly<Record<string, (wanted: number) => number>> = {
  raid4: (wanted) => wanted - 1,
  raid5: (wanted) => wanted - 1,
  raid6: (wanted) => wanted - 2,
};

export function mdSituation(array: MdArray): MdSituation {
  const { active, container, level, state, wanted, working, progress, members, wantedSpares } = array;
  if (container) return 'whole';
  if (state === 'broken' || (wanted !== null && working !== null && working < (LEAST[level]?.(wanted) ?? 1)))
    return 'failed';
  if (!active) return 'inactive';
  if (wanted !== null && working !== null && working < wanted)
    return /^(?:recovery|reshape)/.test(progress) ? 'rebuilding' : 'degraded';
  if (members.some((member) => member.state === 'failed')) return 'failed spare';
  const spares = members.filter((member) => member.state === 'spare').length;
  return wantedSpares !== null && spares < wantedSpares ? 'missing spare' : 'whole';
}
