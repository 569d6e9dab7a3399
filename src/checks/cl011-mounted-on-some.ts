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
import type { RemoteMountPrint } from '../model/cluster/node-record.ts';
import { reads } from '../model/command/command.ts';
import { SOURCE } from '../model/evidence.ts';
import type { Storage } from '../model/guests/pve.ts';

const REMOTE: ReadonlySet<string> = new Set(['nfs', 'cifs', 'cephfs', 'glusterfs']);

type Place = { readonly mount: RemoteMountPrint | null };

export const cl011 = defineCrossCheck({
  code: 'CL011',
  title: 'a remote storage is mounted on some nodes only',
  harms: { operation: '' },
  parts: ['remoteMounts'],
  judge: ({ view, storage }) =>
    allOf(
      storage.storages
        .filter(({ type }) => REMOTE.has(type))
        .map((one) => {
          const target = targetOf(one);
          const seen = sightings(view, 'remoteMounts', (mounts): readonly Place[] => [
            { mount: mounts.find((mount) => mount.target === target) ?? null },
          ]).filter(({ node }) => isFor(one, node));
          const { proven } = inPairs(seen, (a, b) =>
            (a.item.mount === null) === (b.item.mount === null) ? 'no' : 'yes',
          );
          return { findings: proven.length === 0 ? [] : [findingFor(one, target, proven)], open: [] };
        }),
    ),
});

const targetOf = ({ storeid, properties }: Storage): string => properties['path'] ?? `/mnt/pve/${storeid}`;

function findingFor({ storeid, type }: Storage, target: string, seen: readonly Sighting<Place>[]): CrossFinding {
  const lacking = nodesOf(seen.filter(({ item }) => item.mount === null));
  const having = nodesOf(seen.filter(({ item }) => item.mount !== null));
  return {
    harm: 'operation',
    subject: { kind: 'storage', id: storeid },
    title: `Storage ${storeid} is mounted on ${named(having)} and not on ${named(lacking)}`,
    headline: `is mounted on ${named(having)} and not on ${named(lacking)}`,
    evidence: [
      { fact: `storage ${storeid} of type ${type} is enabled for all of them`, source: SOURCE.storage },
      ...seen.map(({ node, standing, item: { mount } }) => ({
        fact:
          mount === null
            ? `${node}: nothing is mounted on ${target}`
            : `${node}: ${mount.source} is mounted on ${target}`,
        source: wordOf(node, standing),
      })),
    ],
    impact: `Guests, backups and templates on ${storeid} are not there on ${named(lacking)}. What writes to ${target} nevertheless fills the root file system of that node.`,
    remedy: {
      text: `Find out on ${named(lacking)} why it cannot be mounted: network, firewall, rights at the server. \`pve-doctor mounts\` says there what the server answers.`,
      commands: [reads('pvesm', 'status', '--storage', storeid)],
    },
    nodes: nodesOf(seen),
  };
}
