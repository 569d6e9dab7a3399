import {
  allOf,
  type CrossFinding,
  defineCrossCheck,
  inPairs,
  isFor,
  named,
  nodesOf,
  type Sighting,
  sightings,
  wordOf,
} from '../model/cluster/across-nodes.ts';
import type { StoragePrint } from '../model/cluster/node-record.ts';
import { reads } from '../model/command/command.ts';
import { SOURCE } from '../model/evidence.ts';
import type { Storage } from '../model/guests/pve.ts';

/** What comes over the network is CL011's. */
const LOCAL: ReadonlySet<string> = new Set(['lvm', 'lvmthin', 'dir', 'btrfs', 'zfspool']);

export const cl009 = defineCrossCheck({
  code: 'CL009',
  title: 'a storage is enabled for a node that lacks its VG, pool or mount',
  harms: { operation: '' },
  parts: ['storages'],
  judge: ({ view, storage }) => {
    const seen = sightings(view, 'storages', (storages) => storages);
    return allOf(
      storage.storages
        .filter(({ type }) => LOCAL.has(type))
        .map((one) => {
          const mine = seen.filter(({ node, item }) => item.storeid === one.storeid && isFor(one, node));
          // Where no node can use it, nothing is wrong across nodes.
          const { proven } = inPairs(mine, (a, b) =>
            a.item.usable !== null && b.item.usable !== null && a.item.usable !== b.item.usable ? 'yes' : 'no',
          );
          return { findings: proven.length === 0 ? [] : [findingFor(one, proven)], open: [] };
        }),
    );
  },
});

function findingFor({ storeid, type, nodes }: Storage, seen: readonly Sighting<StoragePrint>[]): CrossFinding {
  const lacking = seen.filter(({ item }) => item.usable === false);
  const names = nodesOf(lacking);
  const having = nodesOf(seen.filter(({ item }) => item.usable === true));
  return {
    harm: 'operation',
    subject: { kind: 'storage', id: storeid },
    title: `Storage ${storeid} is enabled for ${named(names)}, which cannot use it: ${lacking[0]?.item.because ?? ''}`,
    headline: `is enabled for ${named(names)}, which cannot use it: ${lacking[0]?.item.because ?? ''}`,
    evidence: [
      {
        fact: `storage ${storeid} of type ${type} is enabled for ${nodes === null ? 'all nodes' : named(nodes)}`,
        source: SOURCE.storage,
      },
      ...lacking.map(({ node, standing, item }) => ({
        fact: `${node}: ${item.because}`,
        source: wordOf(node, standing),
      })),
      ...seen
        .filter(({ item }) => item.usable === true)
        .map(({ node, standing }) => ({ fact: `${node}: it is usable`, source: wordOf(node, standing) })),
    ],
    impact: `Guests with disks on ${storeid} cannot be started or migrated to ${named(names)}, which shows when a node fails and HA wants to. Proxmox VE tries to activate it there every few seconds.`,
    remedy: {
      text: `If it belongs to ${named(having)} only, restrict the storage to the nodes that are meant to have it. Otherwise make it visible on ${named(names)}: zoning, masking, the session of iSCSI, the devices file of LVM, the mount. An unmount or a session that ended by mistake looks the same: see that it is not meant to be there before you take the storage away from ${named(names)}.`,
      commands: [reads('pvesm', 'status', '--storage', storeid)],
    },
    nodes: nodesOf(seen),
  };
}
