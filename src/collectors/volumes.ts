import type { StorageConfig } from '../model/guests/pve.ts';
import { known, type Reading } from '../model/reading.ts';
import type { Volumes } from '../model/volumes/volumes.ts';

export interface VolumeSources {
  readonly storage: Reading<StorageConfig>;
}

/** What stands on storages other than LVM, place by place. */
export async function collectVolumes({ storage }: VolumeSources): Promise<Reading<Volumes>> {
  return storage.state === 'known' ? known({ places: [] }) : storage;
}
