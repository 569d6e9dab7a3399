import type { AnyCheck } from '../model/check.ts';
import { dm001 } from './dm001-duplicate-name.ts';
import { dm002 } from './dm002-duplicate-mapping.ts';
import { dm010 } from './dm010-guest-gone.ts';
import { dm011 } from './dm011-guest-elsewhere.ts';
import { dm012 } from './dm012-not-in-config.ts';
import { dm013 } from './dm013-ghost.ts';
import { dm020 } from './dm020-stale-table.ts';
import { dm030 } from './dm030-suspended.ts';
import { dm031 } from './dm031-failed-device.ts';
import { dm040 } from './dm040-held-volume.ts';
import { dm050 } from './dm050-autoactivation.ts';
import { id001 } from './id001-next-vmid.ts';
import { lv001 } from './lv001-unreferenced-volume.ts';
import { lv010 } from './lv010-thin-pool-full.ts';
import { node001 } from './node001-cluster-unreadable.ts';
import { node002 } from './node002-command-failed.ts';

/** Every check, in the order in which they run and are listed. */
export const CHECKS: readonly AnyCheck[] = [
  dm001,
  dm002,
  dm010,
  dm011,
  dm012,
  dm013,
  dm020,
  dm030,
  dm031,
  dm040,
  dm050,
  lv001,
  lv010,
  id001,
  node001,
  node002,
];
