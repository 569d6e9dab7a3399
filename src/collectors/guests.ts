import { type Host, readFile } from '../host/host.ts';
import { believable } from '../model/believable.ts';
import type { Cluster, GuestConfig, Guests } from '../model/guests/pve.ts';
import { known, type Problem, type Reading, unreadable } from '../model/reading.ts';
import { type GuestFile, parseLxcConfig, parseQemuConfig } from '../parse/guest-config.ts';
import { parseVmlist } from '../parse/pmxcfs.ts';

const KINDS = [
  { folder: 'qemu-server', type: 'qemu', parse: parseQemuConfig },
  { folder: 'lxc', type: 'lxc', parse: parseLxcConfig },
] as const;

type Kind = (typeof KINDS)[number];

interface Candidate extends GuestFile {
  readonly kind: Kind;
}

/** A guest that moves between two reads is seen twice or not at all; a second look settles that. */
const ATTEMPTS = 3;

/**
 * Every guest of every node. Any configuration may refer to any volume, so one that cannot be read, and one that pmxcfs
 * lists and is not there, makes the whole section unreadable.
 */
export async function collectGuests(host: Host, cluster: Reading<Cluster>): Promise<Reading<Guests>> {
  const belief = believable(cluster);
  if (belief.state !== 'known') return belief;
  for (let attempt = 1; ; attempt++) {
    const guests = await readGuests(host, belief.value);
    if (attempt === ATTEMPTS || !mayBeMoving(guests)) return guests;
    await host.pause(200);
  }
}

/** What pmxcfs does not answer or does not allow is the same a moment later. */
const mayBeMoving = (guests: Reading<Guests>): boolean =>
  guests.state === 'unreadable' && !['timed-out', 'denied'].includes(guests.problem.kind);

async function readGuests(host: Host, cluster: Cluster): Promise<Reading<Guests>> {
  const candidates = await listConfigs(host, cluster.nodeNames);
  if (candidates.state !== 'known') return candidates;
  const texts = await host.readFiles(candidates.value.map(({ path }) => path));
  const vmlist = await readFile(host, '/etc/pve/.vmlist');
  if (vmlist.state !== 'known') return vmlist;
  const configs: GuestConfig[] = [];
  for (const [at, candidate] of candidates.value.entries()) {
    const text = texts[at];
    const problem = text && textProblem(text, candidate.path);
    if (problem) return unreadable(problem);
    if (text?.state === 'known') configs.push(candidate.kind.parse(text.value, candidate));
  }
  const mismatch = compareWithList(configs, vmlist.value);
  return mismatch ? unreadable(mismatch) : known({ configs: await withAge(host, configs, cluster.nodeName) });
}

/** How long a lock has stood tells one that somebody works under from one that is left. */
async function withAge(
  host: Host,
  configs: readonly GuestConfig[],
  localNode: string,
): Promise<readonly GuestConfig[]> {
  const begun = configs.filter(
    ({ node, lock, unfinished }) => node === localNode && (lock !== '' || unfinished.length > 0),
  );
  const stats = await host.stats(begun.map(({ path }) => path));
  const ages = new Map(begun.map((config, at) => [config, stats[at]]));
  return configs.map((config) => {
    const stat = ages.get(config);
    if (stat === undefined || stat.state === 'absent') return config;
    if (stat.state === 'unreadable') return { ...config, unchangedSeconds: null, writtenAt: null };
    return {
      ...config,
      unchangedSeconds: Math.max(0, Math.floor((host.now().getTime() - stat.value.modifiedMs) / 1000)),
      writtenAt: Math.floor(stat.value.modifiedMs / 1000),
    };
  });
}

/** `[1-9]\d*.conf` only (pve-cluster src/pmxcfs/memdb.c name_is_vm_config): an editor's temporary file is no guest. */
async function listConfigs(host: Host, nodeNames: readonly string[]): Promise<Reading<readonly Candidate[]>> {
  const folders = nodeNames.flatMap((node) =>
    KINDS.map((kind) => ({ node, kind, path: `/etc/pve/nodes/${node}/${kind.folder}` })),
  );
  const listings = await host.listDirs(folders.map(({ path }) => path));
  const candidates: Candidate[] = [];
  for (const [at, { node, kind, path }] of folders.entries()) {
    const listing = listings[at];
    if (listing?.state === 'unreadable') return listing;
    for (const name of listing?.state === 'known' ? listing.value : []) {
      const vmid = /^([1-9]\d{0,9})\.conf$/.exec(name)?.[1];
      if (vmid !== undefined) candidates.push({ vmid: Number(vmid), node, kind, path: `${path}/${name}` });
    }
  }
  return known(candidates);
}

function textProblem(text: Reading<string>, path: string): Problem | null {
  if (text.state === 'unreadable') return text.problem;
  if (text.state === 'absent') return { kind: 'vanished', source: path, detail: 'it was listed and is not there' };
  return null;
}

/** pmxcfs's own list of guests must be the one that was found: a missing file would turn its volumes into orphans. */
function compareWithList(configs: readonly GuestConfig[], text: string): Problem | null {
  const source = '/etc/pve/.vmlist';
  const list = parseVmlist(text);
  const [malformed] = list.problems;
  if (malformed !== undefined) return { kind: 'malformed', source, detail: malformed };
  const found = new Map<number, GuestConfig>();
  for (const config of configs) {
    const twin = found.get(config.vmid);
    if (twin) return { kind: 'malformed', source: config.path, detail: `guest ${config.vmid} is also in ${twin.path}` };
    found.set(config.vmid, config);
  }
  for (const { vmid, node, type } of list.value) {
    // Left from PVE 3: their files were in directories, never on a volume, and PVE runs them no more.
    if (type === 'openvz') continue;
    if (found.get(vmid)?.node !== node)
      return {
        kind: 'vanished',
        source,
        detail: `it lists guest ${vmid} on node ${node}, whose configuration is not there`,
      };
    found.delete(vmid);
  }
  const [unlisted] = found.values();
  return unlisted ? { kind: 'malformed', source, detail: `it does not list the guest of ${unlisted.path}` } : null;
}
