import { knownOrNull } from '../reading.ts';
import type { Made } from './layer.ts';
import { because, type LayerSources } from './layer-sources.ts';

/** The pool of a dataset: the part before the first slash (zfs(8)). */
export const poolId = (dataset: string): string => `zpool:${dataset.split('/')[0]}`;

/** A pool of ZFS as the kernel states it; which disks it is on is not read. */
export function poolLayer(name: string, { readings: { zfsPools } }: LayerSources): Made {
  const state = knownOrNull(zfsPools)?.pools.find((pool) => pool.name === name)?.state ?? null;
  const why = because(zfsPools);
  return {
    ...{ kind: 'pool', what: 'ZFS pool', name },
    condition: state === null ? 'unknown' : state === 'ONLINE' ? 'fine' : 'wrong',
    state:
      state ?? (why === '' ? 'not imported here, as far as the kernel shows' : `its state could not be read: ${why}`),
    unseen: [`the disks of ZFS pool ${name}: pve-doctor does not look there`],
  };
}
