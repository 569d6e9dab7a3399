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

/** pmxcfs refuses to make a file larger (pve-cluster src/pmxcfs/memdb.h MEMDB_MAX_FILE_SIZE). */
const MOST_LENGTH = 1024 * 1024;

/**
 * Why a file below /etc/pve is not as PVE writes it, so that what it does not say proves nothing; null when it may be whole.
 * Every writer of PVE ends the last line and encodes what is not ASCII, and so do editors.
 */
export function configDamage(text: string): string | null {
  if (text.includes('\0')) return 'it holds NUL bytes, so it is not a configuration';
  if (text.length > MOST_LENGTH) return 'it is larger than the 1 MiB that pmxcfs allows';
  if (hasLostBytes(text)) return 'it holds bytes that are no UTF-8, so what it refers to is not certain';
  if (text !== '' && !text.endsWith('\n')) return 'its last line has no end, so it may have been cut';
  return null;
}

/** A configuration that is damaged must not decide anything. */
export function undamagedConfig(reading: Reading<string>, source: string): Reading<string> {
  const detail = reading.state === 'known' ? configDamage(reading.value) : null;
  return detail === null ? reading : unreadable({ kind: 'malformed', source, detail });
}
