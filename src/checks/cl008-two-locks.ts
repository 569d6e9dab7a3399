import { type CrossFinding, defineCrossCheck, evidenceOf, named, nodesOf } from '../model/cluster/across-nodes.ts';
import { judgedNodes, unjudgedNodes } from '../model/cluster/cluster-view.ts';
import { disksOf, groupSightings, seenTogether } from '../model/cluster/shared-groups.ts';
import { reads } from '../model/command/command.ts';
import { SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { Storage } from '../model/guests/pve.ts';

export const cl008 = defineCrossCheck({
  code: 'CL008',
  title: 'two storages share one VG, each with a lock of its own',
  harms: { operation: '' },
  parts: ['groups'],
  judge: (facts) => {
    const groups = groupSightings(facts);
    const byVg = Map.groupBy(
      facts.storage.storages.filter(({ type, disabled }) => !disabled && (type === 'lvm' || type === 'lvmthin')),
      ({ properties }) => properties['vgname'] ?? '',
    );
    const judged = [...byVg]
      .filter(([vgName, storages]) => vgName !== '' && storages.length > 1)
      .map(([vgName, storages]) => {
        const seen = seenTogether(vgName, groups);
        const isMarked = storages.some(({ shared }) => shared);
        const nodes = isMarked ? allNodes(facts) : nodesOf(seen.proven);
        const evidence = evidenceOf(seen.proven, (group) => `VG ${vgName} is on ${disksOf(group)}`);
        // What storage.cfg says itself needs no other node to say so.
        return isMarked || seen.proven.length > 0
          ? { findings: [findingFor(vgName, storages, nodes, evidence)], open: [] }
          : { findings: [], open: seen.open };
      });
    return { findings: judged.flatMap(({ findings }) => findings), open: judged.flatMap(({ open }) => open) };
  },
});

const allNodes = ({ view }: Parameters<typeof groupSightings>[0]): readonly string[] =>
  [...judgedNodes(view), ...unjudgedNodes(view)].map(({ name }) => name);

function findingFor(
  vgName: string,
  storages: readonly Storage[],
  nodes: readonly string[],
  evidence: readonly Evidence[],
): CrossFinding {
  const ids = storages.map(({ storeid }) => storeid);
  return {
    harm: 'operation',
    subject: { kind: 'volume-group', id: vgName },
    title: `VG ${vgName} is shared and belongs to ${ids.length} storages (${named(ids)}), each with a lock of its own`,
    headline: `is shared and belongs to ${ids.length} storages (${named(ids)}), each with a lock of its own`,
    evidence: [
      ...storages.map(({ storeid, type, shared }) => ({
        fact: `storage ${storeid} of type ${type} is on VG ${vgName}${shared ? ', `shared 1`' : ''}`,
        source: SOURCE.storage,
      })),
      ...evidence,
    ],
    impact:
      'Proxmox VE locks a storage by its id, so two of them do not keep each other out of the one VG. Changes of both at the same time overwrite the LVM metadata of the other one, and volumes are lost or overlap.',
    remedy: {
      text: `Keep one storage for VG ${vgName}: move the references of guests to its id, then remove the other one from storage.cfg. Removing a storage there removes no volumes.`,
      commands: [reads('grep', '-rn', `${ids[1] ?? ''}:`, '/etc/pve/nodes'), reads('cat', '/etc/pve/storage.cfg')],
    },
    nodes,
  };
}
