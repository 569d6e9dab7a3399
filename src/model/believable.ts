import type { Cluster } from './guests/pve.ts';
import { type Reading, unreadable } from './reading.ts';

/** Whether files below /etc/pve may be taken for the cluster's: mounted, and quorate, so that they are not old. */
export function believable(cluster: Reading<Cluster>): Reading<Cluster> {
  if (cluster.state !== 'known' || cluster.value.quorate) return cluster;
  const detail = 'this node has no quorum, so its copy of the configuration may be old';
  return unreadable({ kind: 'failed', source: '/etc/pve', detail });
}

/** What stands in a decoded text for bytes that are no UTF-8. */
const NO_UTF8 = '\ufffd';

/** Whether a text that was decoded has lost bytes: nobody knows what stood there. */
export const hasLostBytes = (text: string): boolean => text.includes(NO_UTF8);

/** Why a file below /etc/pve may not say what its writer meant, so that what it does not say proves nothing. */
export function configDamage(text: string): string | null {
  return hasLostBytes(text) ? 'it holds bytes that are no UTF-8, so what it refers to is not certain' : null;
}

/** A configuration that is damaged must not decide anything. */
export function undamagedConfig(reading: Reading<string>, source: string): Reading<string> {
  const detail = reading.state === 'known' ? configDamage(reading.value) : null;
  return detail === null ? reading : unreadable({ kind: 'malformed', source, detail });
}
