/** What a user may set about mounts. */
export interface MountSettings {
  /** How long a mount of the node has to answer. */
  readonly probeTimeoutMs: number;
  /** How long a mount inside a container has to answer. */
  readonly containerTimeoutMs: number;
  /** Used space or inodes from here on are a warning. */
  readonly warningPercent: number;
  readonly criticalPercent: number;
}

/** 2 s: long for a healthy server, short for a check that runs every few minutes (PVE's own test of a path waits as long). */
export const DEFAULT_MOUNT_SETTINGS: MountSettings = {
  probeTimeoutMs: 2000,
  containerTimeoutMs: 2000,
  warningPercent: 85,
  criticalPercent: 95,
};
