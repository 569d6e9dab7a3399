import type { Host } from '../host/host.ts';
import type { Storage } from '../model/guests/pve.ts';
import { isSuspended, type ZfsPool, type ZfsPools } from '../model/paths/zfs-pools.ts';
import { known, type Reading, unreadable } from '../model/reading.ts';
import type { VolumePlace } from '../model/volumes/volumes.ts';
import { commandText, outputProblem } from '../parse/command-output.ts';
import { parseZfsList } from '../parse/zfs-list.ts';
import { zfsContents } from '../parse/zfs-volumes.ts';

/** What is in the datasets of storages: one child for all of them, and none where no storage is one. */
export async function zfsPlaces(
  host: Host,
  storages: readonly Storage[],
  zfsPools: Reading<ZfsPools>,
): Promise<readonly VolumePlace[]> {
  if (storages.length === 0) return [];
  const suspended = zfsPools.state === 'known' ? zfsPools.value.pools.find(isSuspended) : undefined;
  if (suspended !== undefined) return placesOf(storages, () => notRun(suspended));
  const result = await host.run('zfs-list');
  const text = commandText(result);
  const datasets = text.state === 'known' ? parseZfsList(text.value) : null;
  const malformed = unreadable(outputProblem(result, 'malformed', 'printed what is not a whole list'));
  const contentsOf = (pool: string): VolumePlace['contents'] => {
    if (text.state !== 'known') return text;
    if (datasets === null) return malformed;
    const contents = zfsContents(datasets, pool);
    const missing = outputProblem(result, 'failed', `does not show dataset ${pool}, so its pool may not be imported`);
    return contents === null ? unreadable(missing) : known(contents);
  };
  return placesOf(storages, contentsOf);
}

/** It asks all pools at once, so it would wait for that one. */
const notRun = ({ name }: ZfsPool): VolumePlace['contents'] =>
  unreadable({
    kind: 'timed-out',
    source: 'zfs list',
    detail: `not run, since pool ${name} is suspended and it would wait`,
  });

function placesOf(
  storages: readonly Storage[],
  contentsOf: (pool: string) => VolumePlace['contents'],
): readonly VolumePlace[] {
  const byPool = Map.groupBy(storages, ({ properties }) => properties['pool'] ?? '');
  return [...byPool].map(([pool, means]) => ({
    ...{ kind: 'zfs', id: pool, where: pool, storeids: means.map(({ storeid }) => storeid) },
    shared: means.some(({ shared }) => shared),
    contents: contentsOf(pool),
  }));
}
