import type { Storage, StorageConfig } from './pve.ts';

/** A volume group that storage.cfg names. */
export interface VolumeGroupUse {
  /** All storages on it, disabled and restricted ones too, in the order of the file. */
  readonly storages: readonly Storage[];
  /** One of them is marked shared: other nodes work on the same metadata. */
  readonly shared: boolean;
}

/** Every VG that a storage names, by VG name. */
export function volumeGroupsInUse(config: StorageConfig): ReadonlyMap<string, VolumeGroupUse> {
  const uses = new Map<string, Storage[]>();
  for (const storage of config.storages) {
    const vgName = storage.properties['vgname'];
    if (vgName === undefined) continue;
    const storages = uses.get(vgName);
    if (storages) storages.push(storage);
    else uses.set(vgName, [storage]);
  }
  return new Map(
    [...uses].map(([vgName, storages]) => [vgName, { storages, shared: storages.some((storage) => storage.shared) }]),
  );
}
