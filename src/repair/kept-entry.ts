import { sectionsOf } from '../model/derived.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { hasCanonicalName } from '../model/device-mapper/duplicate-sets.ts';
import { knownOrNull } from '../model/reading.ts';
import { type Condition, identityOf } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';

export interface KeptEntry {
  readonly device: DmDevice;
  readonly because: string;
  /** It must be the same before and after the other one goes. */
  readonly condition: Condition;
}

/** The entry that stays when this extra goes; null when the device is no extra. */
export function keptBeside(extra: DmDevice, snapshot: Snapshot): KeptEntry | null {
  const kept = knownOrNull(sectionsOf(snapshot).keptBeside)?.get(extra);
  if (kept === undefined) return null;
  return { device: kept, because: whyKept(kept), condition: { is: 'device-present', device: identityOf(kept) } };
}

/** In the order in which entries are preferred (duplicate-sets.ts compareForKeeping). */
function whyKept(device: DmDevice): string {
  if (device.openCount > 0) return 'in use';
  if (device.uuid.startsWith('LVM-')) return 'LVM’s own entry';
  return hasCanonicalName(device) ? 'has the name that LVM gives the volume' : 'lowest minor number';
}
