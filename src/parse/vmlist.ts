import type { Parsed } from '../model/reading.ts';
import { isObject, parseJsonObject } from './json-object.ts';

/** A guest that pmxcfs knows of, on any node. */
export interface ListedGuest {
  readonly vmid: number;
  readonly node: string;
  /** `qemu`, `lxc`; `openvz` on clusters of old. */
  readonly type: string;
}

/**
 * /etc/pve/.vmlist: `{"version": N, "ids": {"100": {"node": …, "type": …, "version": M}}}`, without `ids` where there are
 * no guests (pve-cluster src/pmxcfs/status.c cfs_create_vmlist_msg).
 */
export function parseVmlist(text: string): Parsed<readonly ListedGuest[]> {
  const list = parseJsonObject(text);
  if (!list || !('version' in list)) return { value: [], problems: ['it is not the JSON that pmxcfs writes'] };
  const ids = list['ids'] ?? {};
  if (!isObject(ids)) return { value: [], problems: ['its "ids" are not an object'] };
  const guests: ListedGuest[] = [];
  const problems: string[] = [];
  for (const [id, entry] of Object.entries(ids)) {
    const { node, type } = isObject(entry) ? entry : {};
    if (/^[1-9]\d{0,9}$/.test(id) && typeof node === 'string' && typeof type === 'string') {
      guests.push({ vmid: Number(id), node, type });
    } else {
      problems.push(`its entry ${JSON.stringify(id.slice(0, 40))} is not a guest`);
    }
  }
  return { value: guests, problems };
}
