import {
  allOf,
  type CrossFinding,
  defineCrossCheck,
  evidenceOf,
  isFor,
  named,
  nodesOf,
  type Sighting,
} from '../model/cluster/across-nodes.ts';
import type { GroupPrint } from '../model/cluster/node-record.ts';
import { disksOf, groupSightings, seenTogether } from '../model/cluster/shared-groups.ts';
import { reads } from '../model/command/command.ts';
import { SOURCE } from '../model/evidence.ts';

export const cl004 = defineCrossCheck({
  code: 'CL004',
  title: 'an LVM storage without `shared 1` is on a LUN that several nodes use',
  harms: { data: '' },
  parts: ['groups'],
  judge: (facts) => {
    const groups = groupSightings(facts);
    return allOf(
      facts.storage.storages
        .filter(({ type, shared }) => type === 'lvm' && !shared)
        .map((storage) => {
          const vgName = storage.properties['vgname'] ?? '';
          const seen = seenTogether(
            vgName,
            groups.filter(({ node }) => isFor(storage, node)),
          );
          return {
            findings: seen.proven.length === 0 ? [] : [findingFor(storage.storeid, vgName, seen.proven)],
            open: seen.open,
          };
        }),
    );
  },
});

function findingFor(storeid: string, vgName: string, seen: readonly Sighting<GroupPrint>[]): CrossFinding {
  const nodes = nodesOf(seen);
  return {
    harm: 'data',
    subject: { kind: 'storage', id: storeid },
    title: `Storage ${storeid} is not marked as shared, and ${named(nodes)} use one and the same VG ${vgName}`,
    headline: `is not marked as shared, and ${named(nodes)} use one and the same VG ${vgName}`,
    evidence: [
      { fact: `storage ${storeid} of type lvm on VG ${vgName} has no \`shared 1\``, source: SOURCE.storage },
      ...evidenceOf(seen, (group) => `VG ${vgName} has UUID ${group.vgUuid} and is on ${disksOf(group)}`),
    ],
    impact:
      'Without `shared 1` Proxmox VE locks the storage on the own node only. Two nodes that make, resize or remove a volume at the same time overwrite the LVM metadata of the other one, and volumes are lost or overlap.',
    remedy: {
      text: `See on every node that the VG is the same one, by its UUID. If the LUN is meant to be shared, mark the storage so (Shared, in its settings) on any node. Otherwise let only one node see it: \`nodes\` in storage.cfg, and zoning or masking at the array. Until then make, resize and remove no disks on ${storeid} from two nodes.`,
      commands: [reads('vgs', '-o', 'vg_name,vg_uuid,pv_name', vgName), reads('cat', '/etc/pve/storage.cfg')],
    },
    nodes,
  };
}
