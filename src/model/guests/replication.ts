/** Storage replication of guests, as /etc/pve/replication.cfg and the state of this node tell it. */

/** A job `local: VMID-N` (pve-guest-common src/PVE/ReplicationConfig.pm). */
export interface ReplicationJob {
  /** `100-0` */
  readonly id: string;
  readonly vmid: number;
  /** The node that gets the copies. */
  readonly target: string;
  readonly disabled: boolean;
  /** Its next run takes it away, with the copies or without. */
  readonly beingRemoved: boolean;
}

/** What the node that runs a job remembers of it (src/PVE/ReplicationState.pm). */
export interface ReplicationState {
  readonly vmid: number;
  readonly target: string;
  /** Of the last run that succeeded, ISO 8601; null: none did. */
  readonly lastSyncAt: string | null;
  /** How many runs failed since then. */
  readonly failCount: number;
  /** What the last run said, one line; empty where it succeeded. */
  readonly error: string;
  /** A run is under way, or was when its process died. */
  readonly running: boolean;
}

export interface Replication {
  /** /etc/pve/replication.cfg is there. Proxmox VE makes it with the first job of the cluster and never takes it away. */
  readonly configured: boolean;
  readonly jobs: readonly ReplicationJob[];
  /** Of guests that this node replicates. */
  readonly states: readonly ReplicationState[];
}
