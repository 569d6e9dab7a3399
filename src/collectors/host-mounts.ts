import type { Host } from '../host/host.ts';
import { withCovered } from '../model/mounts/mount-tree.ts';
import type { HostMounts } from '../model/mounts/mounts.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { parseFibTrie, parseIfInet6 } from '../parse/local-addresses.ts';
import { parseMountinfo } from '../parse/mountinfo.ts';

/** Process 1's: ours may be another one, under sudo in a container or a unit with PrivateMounts. */
const MOUNTINFO = '/proc/1/mountinfo';

/** The mount table never hangs and never shows that a mount is dead. */
export async function collectHostMounts(host: Host): Promise<Reading<HostMounts>> {
  const [table = absent(MOUNTINFO), ipv4 = absent(''), ipv6 = absent('')] = await host.readFiles([
    MOUNTINFO,
    '/proc/net/fib_trie',
    '/proc/net/if_inet6',
  ]);
  if (table.state !== 'known') return table;
  const { value, problems } = parseMountinfo(table.value);
  const [problem] = problems;
  if (problem !== undefined) return unreadable({ kind: 'malformed', source: MOUNTINFO, detail: problem });
  const addresses = [
    ...(ipv4.state === 'known' ? parseFibTrie(ipv4.value) : []),
    ...(ipv6.state === 'known' ? parseIfInet6(ipv6.value) : []),
  ];
  return known({ mounts: withCovered(value), addresses });
}
