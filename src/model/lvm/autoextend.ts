/** How LVM extends thin pools by itself, where dmeventd runs, which does it. */
export interface Autoextend {
  /** `activation/thin_pool_autoextend_threshold`; 100 is never. */
  readonly thinPoolAutoextendThreshold: number;
  /** `activation/thin_pool_autoextend_percent`: by how much, of the pool's size. */
  readonly thinPoolAutoextendPercent: number;
  /** `activation/monitoring`: whether LVM gives its pools to dmeventd. */
  readonly monitoring: boolean;
}

export const EXTENDS_NONE = 'LVM extends no thin pool by itself';

/** Why LVM extends no pool here by itself; null where it does. */
export function whyNotExtended(autoextend: Autoextend): string | null {
  if (autoextend.thinPoolAutoextendThreshold >= 100) return `${EXTENDS_NONE}: thin_pool_autoextend_threshold is 100`;
  if (autoextend.thinPoolAutoextendPercent <= 0) return `${EXTENDS_NONE}: thin_pool_autoextend_percent is 0`;
  return autoextend.monitoring ? null : `${EXTENDS_NONE}: activation/monitoring is 0`;
}
