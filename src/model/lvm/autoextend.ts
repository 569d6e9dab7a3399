/** How LVM extends thin pools by itself: its settings, and whether the daemon that does it is there. */
export interface Autoextend {
  /** `activation/thin_pool_autoextend_threshold`; 100 is never. */
  readonly thinPoolAutoextendThreshold: number;
  /** `activation/thin_pool_autoextend_percent`: by how much, of the pool's size. */
  readonly thinPoolAutoextendPercent: number;
  /** `activation/monitoring`: whether LVM gives its pools to dmeventd. */
  readonly monitoring: boolean;
  readonly dmeventdRuns: boolean;
}

/** Why LVM extends no pool here by itself; null where it does. */
export function whyNotExtended(autoextend: Autoextend): string | null {
  if (autoextend.thinPoolAutoextendThreshold >= 100)
    return 'LVM extends no thin pool by itself: thin_pool_autoextend_threshold is 100';
  if (autoextend.thinPoolAutoextendPercent <= 0)
    return 'LVM extends no thin pool by itself: thin_pool_autoextend_percent is 0';
  if (!autoextend.monitoring) return 'LVM extends no thin pool by itself: activation/monitoring is 0';
  return autoextend.dmeventdRuns ? null : 'LVM extends no thin pool by itself: dmeventd does not run';
}
