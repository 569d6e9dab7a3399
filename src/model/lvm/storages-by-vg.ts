import type { StorageConfig } from '../guests/pve.ts';

/** Storage ids by the VG that their `vgname` names; a storage id says nothing about its VG otherwise. */
export function storagesByVg(storage: StorageConfig): ReadonlyMap<string, readonly string[]> {
  const byVg = new Map<string, string[]>();
  for (const { storeid, properties } of storage.storages) {
    const vgName = properties['vgname'];
    if (vgName === undefined) continue;
    const storages = byVg.get(vgName);
    if (storages) storages.push(storeid);
    else byVg.set(vgName, [storeid]);
  }
  return byVg;
}
