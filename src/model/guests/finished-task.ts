/** A task of PVE that has ended, of guests. */
export interface FinishedTask {
  readonly node: string;
  /** `qmdestroy`, `qmmigrate`, `imgdel`, … */
  readonly type: string;
  readonly vmids: readonly number[];
  readonly user: string;
  /** `OK`, or what went wrong. */
  readonly status: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** The newest task of each guest in this node's log; a volume that nobody names any more was dealt with there. */
export type LastTasks = ReadonlyMap<number, FinishedTask>;
