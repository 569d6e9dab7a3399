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
}

export interface MdMember {
  /** Kernel name: `sdb1`. */
  readonly name: string;
  readonly state: 'in use' | 'failed' | 'spare' | 'journal' | 'replacement';
}
