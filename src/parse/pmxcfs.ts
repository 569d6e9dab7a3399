import { isRecord } from '../model/json-shape.ts';
import type { Parsed } from '../model/reading.ts';

/** JSON objects of pmxcfs, read without trusting their form. */

type JsonObject = Readonly<Record<string, unknown>>;

/** Null for anything that is not one whole JSON object, a cut text too. */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** What pmxcfs says of its cluster. */
export interface Members {
  readonly nodeName: string;
  /** Empty on a node that is in no cluster. */
  readonly clusterName: string;
  /** Null where it is not said: a node that is in no cluster has no quorum to lose. */
  readonly quorate: boolean | null;
  /** Its list of nodes has this one only. */
  readonly isAlone?: boolean;
  /** All in the list of nodes; left out where there is none. */
  readonly names?: readonly string[];
}

/** /etc/pve/.members (pve-cluster src/pmxcfs/status.c cfs_create_memberlist_msg); null when it is not that JSON. */
export function parseMembers(text: string): Members | null {
  const members = parseJsonObject(text);
  const nodeName = members?.['nodename'];
  if (!members || typeof nodeName !== 'string' || nodeName === '') return null;
  const cluster = members['cluster'];
  if (cluster === undefined) return { nodeName, clusterName: '', quorate: null };
  if (!isRecord(cluster)) return null;
  const { name, quorate } = cluster;
  const { nodelist } = members;
  const names = isRecord(nodelist) ? Object.keys(nodelist) : null;
  return {
    nodeName,
    clusterName: typeof name === 'string' ? name : '',
    quorate: quorate === 1 || quorate === true,
    ...(names?.join() === nodeName && { isAlone: true }),
    ...(names !== null && { names }),
  };
}

/** The nodes of the same file, with their addresses; null where it has none. */
export function parseNodeAddresses(text: string): {
  readonly self: string;
  readonly nodes: readonly { readonly name: string; readonly ip: string; readonly online: boolean }[];
} | null {
  const members = parseJsonObject(text);
  const nodes = members?.['nodelist'];
  const self = members?.['nodename'];
  if (typeof self !== 'string' || !isRecord(nodes)) return null;
  const addresses = Object.entries(nodes).map(([name, node]) => {
    const { ip, online } = isRecord(node) ? node : {};
    return { name, ip: typeof ip === 'string' ? ip : '', online: online === 1 || online === true };
  });
  return { self, nodes: addresses };
}

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
  if (!isRecord(ids)) return { value: [], problems: ['its "ids" are not an object'] };
  const guests: ListedGuest[] = [];
  const problems: string[] = [];
  for (const [id, entry] of Object.entries(ids)) {
    const { node, type } = isRecord(entry) ? entry : {};
    if (/^[1-9]\d{0,9}$/.test(id) && typeof node === 'string' && typeof type === 'string') {
      guests.push({ vmid: Number(id), node, type });
    } else {
      problems.push(`its entry ${JSON.stringify(id.slice(0, 40))} is not a guest`);
    }
  }
  return { value: guests, problems };
}
