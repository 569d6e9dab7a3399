import {
  allOf,
  type CrossFinding,
  defineCrossCheck,
  evidenceOf,
  inPairs,
  isFor,
  named,
  nodesOf,
  type Sighting,
} from '../model/cluster/across-nodes.ts';
import type { GroupPrint } from '../model/cluster/node-record.ts';
import { disksOf, groupSightings } from '../model/cluster/shared-groups.ts';
import { reads } from '../model/command/command.ts';
import { SOURCE } from '../model/evidence.ts';

export const cl005 = defineCrossCheck({
  code: 'CL005',
  title: 'a shared storage is another VG on another node',
  harms: { operation: '' },
  parts: ['groups'],
  judge: (facts) => {
    const groups = groupSightings(facts);
    return allOf(
      facts.storage.storages
        .filter(({ type, shared }) => type === 'lvm' && shared)
        .map((storage) => {
          const vgName = storage.properties['vgname'] ?? '';
          const mine = groups.filter(({ node, item }) => item.vgName === vgName && isFor(storage, node));
          const uuidsOf = (node: string) => mine.filter((one) => one.node === node).map(({ item }) => item.vgUuid);
          // A node that sees two of this name is LV003's; only where two nodes have none in common is it another one.
          const { proven } = inPairs(mine, (a, b) =>
            uuidsOf(a.node).some((uuid) => uuidsOf(b.node).includes(uuid)) ? 'no' : 'yes',
          );
          return { findings: proven.length === 0 ? [] : [findingFor(storage.storeid, vgName, proven)], open: [] };
        }),
    );
  },
});

function findingFor(storeid: string, vgName: string, seen: readonly Sighting<GroupPrint>[]): CrossFinding {
  const nodes = nodesOf(seen);
  return {
    harm: 'operation',
    subject: { kind: 'storage', id: storeid },
    title: `Storage ${storeid} is marked as shared, and VG ${vgName} is not the same one on ${named(nodes)}`,
    headline: `is marked as shared, and VG ${vgName} is not the same one on ${named(nodes)}`,
    evidence: [
      { fact: `storage ${storeid} on VG ${vgName} has \`shared 1\``, source: SOURCE.storage },
      ...evidenceOf(seen, (group) => `VG ${vgName} has UUID ${group.vgUuid} and is on ${disksOf(group)}`),
    ],
    impact:
      'Proxmox VE takes the volumes of all these nodes for the same ones. A guest that is migrated or started on another node gets another disk with its name, or none, and a removal may hit the wrong one.',
    remedy: {
      text: `If every node has a VG of its own, take \`shared\` away from ${storeid} and give each VG a storage with \`nodes\`. If it should be one LUN, find out which node sees another one (a clone, a snapshot of the array, a disk of another cluster) and take it away there.`,
      commands: [reads('vgs', '-o', 'vg_name,vg_uuid,vg_seqno,pv_name'), reads('cat', '/etc/pve/storage.cfg')],
    },
    nodes,
  };
}
