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

/** The heading of the table (net/unix/af_unix.c unix_seq_show); a text without it is not that file. */
export const isNetUnix = (text: string): boolean =>
  /^Num +RefCount +Protocol +Flags +Type +St +Inode +Path *\n/.test(text);
