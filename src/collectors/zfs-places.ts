import type { Host } from '../host/host.ts';
import type { Storage } from '../model/guests/pve.ts';
import { known, unreadable } from '../model/reading.ts';
import type { VolumePlace } from '../model/volumes/volumes.ts';
import { commandText, outputProblem } from '../parse/command-output.ts';
import { parseZfsList } from '../parse/zfs-list.ts';
import { zfsContents } from '../parse/zfs-volumes.ts';

/** What is in the datasets of storages: one child for all of them, and none where no storage is one. */
export async function zfsPlaces(host: Host, storages: readonly Storage[]): Promise<readonly VolumePlace[]> {
  if (storages.length === 0) return [];
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
  const byPool = Map.groupBy(storages, ({ properties }) => properties['pool'] ?? '');
  return [...byPool].map(([pool, means]) => ({
    ...{ kind: 'zfs', id: pool, where: pool, storeids: means.map(({ storeid }) => storeid) },
    shared: means.some(({ shared }) => shared),
    contents: contentsOf(pool),
  }));
}
