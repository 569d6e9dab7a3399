/** The machine itself. A value that could not be read is null. */
export interface HostFacts {
  readonly hostName: string;
  /** `8.4.1`; null where pve-manager is not installed. */
  readonly pveVersion: string | null;
  readonly kernelRelease: string | null;
  readonly model: string | null;
  readonly cpuModel: string | null;
  readonly cpuCount: number | null;
  /** Load averages of 1, 5 and 15 minutes. */
  readonly loadAverages: readonly [number, number, number] | null;
  readonly memoryTotalBytes: number | null;
  readonly memoryAvailableBytes: number | null;
  readonly rootTotalBytes: number | null;
  readonly rootAvailableBytes: number | null;
  readonly uptimeSeconds: number | null;
}

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
