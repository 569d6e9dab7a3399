import type { Cluster } from './pve.ts';
import { absent, type Reading, unreadable } from './reading.ts';

/** Whether files below /etc/pve may be taken for the cluster's: mounted, and quorate, so that they are not old. */
export function believable(cluster: Reading<Cluster>): Reading<Cluster> {
  if (cluster.state !== 'known' || cluster.value.quorate) return cluster;
  const detail = 'this node has no quorum, so its copy of the configuration may be old';
  return unreadable({ kind: 'failed', source: '/etc/pve', detail });
}

/** A configuration with NUL bytes is no text that anybody wrote: what it says must not decide anything. */
export function withoutNulBytes(reading: Reading<string>, source: string): Reading<string> {
  if (reading.state === 'absent') return absent(reading.reason);
  if (reading.state === 'unreadable' || !reading.value.includes('\0')) return reading;
  return unreadable({ kind: 'malformed', source, detail: 'it holds NUL bytes, so it is not a configuration' });
}
