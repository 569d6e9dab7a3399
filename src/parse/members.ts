import { isObject, parseJsonObject } from './json-object.ts';

/** What pmxcfs says of its cluster. */
export interface Members {
  readonly nodeName: string;
  /** Empty on a node that is in no cluster. */
  readonly clusterName: string;
  /** Null where it is not said: a node that is in no cluster has no quorum to lose. */
  readonly quorate: boolean | null;
}

/** /etc/pve/.members (pve-cluster src/pmxcfs/status.c cfs_create_memberlist_msg); null when it is not that JSON. */
export function parseMembers(text: string): Members | null {
  const members = parseJsonObject(text);
  const nodeName = members?.['nodename'];
  if (!members || typeof nodeName !== 'string' || nodeName === '') return null;
  const cluster = members['cluster'];
  if (cluster === undefined) return { nodeName, clusterName: '', quorate: null };
  if (!isObject(cluster)) return null;
  const { name, quorate } = cluster;
  return {
    nodeName,
    clusterName: typeof name === 'string' ? name : '',
    quorate: quorate === 1 || quorate === true,
  };
}
