/**
 * What a finding does, before anybody asks whom it hits. A check says it; how bad that is follows from the guests
 * (`problems/severity.ts`), so that one loss is not critical by one name and a warning by another.
 */
export type Harm =
  /** Two write to one thing at once and do not know of each other: what is there is being destroyed, whoever needs it. */
  | 'corruption'
  /** Data cannot be reached, or is lost, or is about to be. */
  | 'data'
  /** Something that Proxmox VE does fails, or would do harm: a start, a migration, a backup, the next guest of that number. */
  | 'operation'
  /** One more failure takes it. */
  | 'redundancy'
  /** Room runs out. */
  | 'room'
  | 'housekeeping'
  /** Nobody can judge anything about guests. */
  | 'no-sight'
  /** Something could not be looked at. */
  | 'less-sight';

/** What a check finds, by what it does: when, as the end of a line. Empty: always. */
export type Harms = Readonly<Partial<Record<Harm, string>>>;
