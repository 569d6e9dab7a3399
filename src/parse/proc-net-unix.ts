import { hasLostBytes } from '../model/believable.ts';

/**
 * VMIDs of running containers: each has an abstract socket `@/var/lib/lxc/<vmid>/command` in /proc/net/unix
 * (pve-container src/PVE/LXC.pm list_active_containers).
 */
export function parseRunningContainers(text: string): readonly number[] {
  const vmids = new Set<number>();
  for (const line of text.split('\n')) {
    const match = /^[a-f0-9]+:\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+\d+\s+@\/var\/lib\/lxc\/(\d{1,10})\/command$/.exec(line);
    if (match) vmids.add(Number(match[1]));
  }
  return [...vmids];
}

/** The heading of the table (net/unix/af_unix.c unix_seq_show). */
const HEADING = /^Num +RefCount +Protocol +Flags +Type +St +Inode +Path *\n/;

/** Why a text cannot be the whole table; null when it can. A node has sockets always, those of systemd at least. */
export function netUnixComplaint(text: string): string | null {
  if (!HEADING.test(text)) return 'it is not the list of unix sockets';
  if (!text.endsWith('\n')) return 'its last line is cut';
  if (hasLostBytes(text)) return 'it holds bytes that are no UTF-8';
  return text.indexOf('\n') === text.length - 1 ? 'it lists no socket at all' : null;
}
