/** What /proc/<pid>/stat tells of a process. */
export interface ProcessRow {
  readonly command: string;
  /** R, S, D (uninterruptible sleep), Z, … */
  readonly state: string;
  readonly parentPid: number;
  /** In clock ticks after boot; with the pid it names one process for good. */
  readonly startTicks: number;
}

export interface ProcessTable {
  readonly byPid: ReadonlyMap<number, ProcessRow>;
}
