import { type Host, listDir, readFile } from '../host/host.ts';
import type { Cluster } from '../model/guests/pve.ts';
import { absent, known, type Problem, type ProblemKind, type Reading, unreadable } from '../model/reading.ts';
import { parseMountinfo } from '../parse/mountinfo.ts';
import { type Members, parseMembers } from '../parse/pmxcfs.ts';

/** Where a Proxmox VE node shows what it is, even while pmxcfs is down. */
const TRACES = ['/etc/pve', '/var/lib/pve-cluster', '/usr/share/perl5/PVE'];

/** Owner-write bit of st_mode: set on /etc/pve/local while the node is quorate (pve-cluster Cluster.pm check_cfs_quorum). */
const OWNER_WRITE = 0o200;

/**
 * Whether /etc/pve may be believed. Without pmxcfs it is an empty directory, and every volume would look like a leftover;
 * so anything that cannot be read here makes the whole section unreadable.
 */
export async function collectCluster(host: Host): Promise<Reading<Cluster>> {
  const traces = await host.listDirs(TRACES);
  if (traces.every(({ state }) => state === 'absent')) return absent('this machine is not a Proxmox VE node');
  const unmounted = await findMountProblem(host);
  if (unmounted) return unreadable(unmounted);
  const [nodes, members, links, stats] = await Promise.all([
    listDir(host, '/etc/pve/nodes'),
    readFile(host, '/etc/pve/.members'),
    host.readLinks(['/etc/pve/local']),
    host.stats(['/etc/pve/local']),
  ]);
  const [link, stat] = [links[0], stats[0]];
  for (const reading of [members, link, stat]) if (reading?.state === 'unreadable') return reading;
  if (nodes.state === 'unreadable') return nodes;
  if (nodes.state === 'absent')
    return unreadable(problem('/etc/pve/nodes', 'vanished', 'pmxcfs shows no directory of nodes'));
  const listed = members.state === 'known' ? parseMembers(members.value) : null;
  if (members.state === 'known' && listed === null)
    return unreadable(problem('/etc/pve/.members', 'malformed', 'it is not the JSON that pmxcfs writes'));
  const nodeNames = nodes.value;
  const nodeName = await findNodeName(host, link?.state === 'known' ? link.value : null, listed, nodeNames);
  if (nodeName === null)
    return unreadable(problem('/etc/pve/local', 'malformed', 'the name of this node cannot be told from /etc/pve'));
  const quorate = isQuorate(stat?.state === 'known' ? stat.value.mode : null, listed);
  if (quorate === null)
    return unreadable(problem('/etc/pve/local', 'vanished', 'whether this node has quorum cannot be told'));
  return known({
    nodeName,
    nodeNames,
    quorate,
    clusterName: listed?.clusterName ?? '',
    ...(listed?.isAlone && { isAlone: true }),
    ...(listed?.names && { members: listed.names }),
  });
}

const problem = (source: string, kind: ProblemKind, detail: string): Problem => ({ source, kind, detail });

async function findMountProblem(host: Host): Promise<Problem | null> {
  const mountinfo = await readFile(host, '/proc/1/mountinfo');
  if (mountinfo.state === 'unreadable') return mountinfo.problem;
  const mounts = mountinfo.state === 'known' ? parseMountinfo(mountinfo.value).value : [];
  // The last mount on a target is the one that is seen.
  const mount = mounts.findLast(({ target }) => target === '/etc/pve');
  if (!mount?.fsType.startsWith('fuse'))
    return problem('/etc/pve', 'vanished', 'pmxcfs is not mounted there (is the pve-cluster service running?)');
  const files = await host.readFiles(['/etc/pve/.version', '/etc/pve/.vmlist']);
  for (const reading of files) {
    if (reading.state === 'unreadable') return reading.problem;
    if (reading.state === 'absent') return problem('/etc/pve', 'vanished', reading.reason);
  }
  return null;
}

/** The link `local`, else pmxcfs's own word, else a host name that is a node of the cluster. */
async function findNodeName(
  host: Host,
  link: string | null,
  members: Members | null,
  nodeNames: readonly string[],
): Promise<string | null> {
  const linked = /^(?:\/etc\/pve\/)?nodes\/([^/]+)\/?$/.exec(link ?? '')?.[1];
  const said = members?.nodeName;
  if (linked !== undefined && said !== undefined && linked !== said) return null;
  if (linked !== undefined || said !== undefined) return linked ?? said ?? null;
  const hostName = await readFile(host, '/proc/sys/kernel/hostname');
  const short = hostName.state === 'known' ? (hostName.value.trim().split('.')[0] ?? '') : '';
  return nodeNames.includes(short) ? short : null;
}

/** Both sources must agree; a node that is in no cluster has no quorum to lose. */
function isQuorate(mode: number | null, members: Members | null): boolean | null {
  const bit = mode === null ? null : (mode & OWNER_WRITE) !== 0;
  if (members?.quorate === false || bit === false) return false;
  if (bit !== null) return bit;
  return members === null ? null : true;
}
