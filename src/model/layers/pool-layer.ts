import { knownOrNull } from '../reading.ts';
import { deviceId, type Made } from './layer.ts';
import { because, type LayerSources } from './layer-sources.ts';
import { pathNumber } from './path-number.ts';

/** The pool of a dataset: the part before the first slash (zfs(8)). */
export const poolId = (dataset: string): string => `zpool:${dataset.split('/')[0]}`;

/** A pool of ZFS as the kernel states it. Devices that `zpool status` names by their paths; one that is away has none. */
export function poolLayer(name: string, sources: LayerSources): Made {
  const { zfsPools } = sources.readings;
  const { state = null, status = null } = knownOrNull(zfsPools)?.pools.find((pool) => pool.name === name) ?? {};
  const why = because(zfsPools);
  const paths = (status?.devices ?? []).map((device) => device.name).filter((path) => path.startsWith('/dev/'));
  const numbers = paths.map((path) => pathNumber(path, sources));
  return {
    ...{ kind: 'pool', what: 'ZFS pool', name },
    condition: state === null ? 'unknown' : state === 'ONLINE' ? 'fine' : 'wrong',
    state:
      state ?? (why === '' ? 'not imported here, as far as the kernel shows' : `its state could not be read: ${why}`),
    below: numbers.flatMap((number) => (number === null ? [] : [deviceId(number)])),
    unseen:
      status === null
        ? [`the disks of ZFS pool ${name}: pve-doctor does not look there`]
        : paths.filter((_, at) => numbers[at] === null).map((path) => `where ${path} leads could not be read`),
  };
}
