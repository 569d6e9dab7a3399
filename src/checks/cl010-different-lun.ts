import {
  allOf,
  type CrossFinding,
  type CrossJudgement,
  defineCrossCheck,
  evidenceOf,
  inPairs,
  named,
  nodesOf,
  type Sighting,
  sightings,
} from '../model/cluster/across-nodes.ts';
import type { LunPrint, PvPrint } from '../model/cluster/node-record.ts';
import { sameDisk } from '../model/cluster/same-disk.ts';
import { groupSightings } from '../model/cluster/shared-groups.ts';
import { reads } from '../model/command/command.ts';
import { counted } from '../model/evidence.ts';
import { size } from '../model/size.ts';

export const cl010 = defineCrossCheck({
  code: 'CL010',
  title: 'nodes see a LUN with another size, WWID or number of paths',
  harms: { operation: '' },
  parts: ['luns', 'groups'],
  judge: (facts) => {
    const seen = sightings(facts.view, 'luns', (luns) => luns.filter(({ wwid }) => wwid !== ''));
    const byWwid = Map.groupBy(seen, ({ item }) => item.wwid);
    const sharedNames = new Set(
      facts.storage.storages.filter(({ shared }) => shared).flatMap(({ properties }) => properties['vgname'] ?? []),
    );
    const pvs = groupSightings(facts)
      .filter(({ item }) => sharedNames.has(item.vgName))
      .flatMap(({ node, standing, item }) =>
        item.pvs.map((pv) => ({ node, standing, item: { ...pv, vgName: item.vgName } })),
      );
    const byPv = Map.groupBy(pvs, ({ item }) => item.pvUuid);
    return allOf([...[...byWwid.values()].map(judgeLun), ...[...byPv.values()].map(judgePv)]);
  },
});

function judgeLun(ofOne: readonly Sighting<LunPrint>[]): CrossJudgement {
  const { proven } = inPairs(ofOne, ({ item: a }, { item: b }) =>
    sameDisk(a, b) === 'same' && (differInSize(a, b) || differInPaths(a, b)) ? 'yes' : 'no',
  );
  const [first] = proven;
  return { findings: first === undefined ? [] : [lunFinding(first.item, proven)], open: [] };
}

const differInSize = (a: LunPrint, b: LunPrint): boolean =>
  a.sizeBytes !== null && b.sizeBytes !== null && a.sizeBytes !== b.sizeBytes;

/** A disk without a multipath map has one path, whichever. */
const differInPaths = (a: LunPrint, b: LunPrint): boolean => Math.max(1, a.paths) !== Math.max(1, b.paths);

/** `4 paths on pve1 and pve2, 2 paths on pve3`: whoever has the same value stands together. */
function byValue(seen: readonly Sighting<LunPrint>[], value: (lun: LunPrint) => string): string {
  const groups = Map.groupBy(seen, ({ item }) => value(item));
  return [...groups].map(([words, ofOne]) => `${words} on ${named(nodesOf(ofOne))}`).join(', ');
}

const sizeOf = ({ sizeBytes }: LunPrint): string =>
  sizeBytes === null ? 'a size that is not known' : `${sizeBytes} bytes (${size(sizeBytes)})`;

const pathsOf = ({ paths }: LunPrint): string => (paths === 0 ? 'no multipath map' : counted(paths, 'path'));

function lunFinding({ wwid }: LunPrint, proven: readonly Sighting<LunPrint>[]): CrossFinding {
  const isSize = proven.some(({ item: a }) => proven.some(({ item: b }) => differInSize(a, b)));
  const what = byValue(proven, isSize ? sizeOf : pathsOf);
  return {
    harm: 'operation',
    subject: { kind: 'disk', id: wwid },
    title: `LUN ${wwid} has ${what}`,
    headline: `has ${what}`,
    evidence: evidenceOf(
      proven,
      (lun) => `${lun.name} has ${sizeOf(lun)}, ${pathsOf(lun)}, ${lun.usablePaths} of them not known to have failed`,
    ),
    impact: isSize
      ? 'A node with the old size reads and writes up to there only. A volume that another node has put behind that end cannot be activated on it, or gives I/O errors.'
      : 'A node with fewer paths loses the LUN earlier than the others when a switch, a controller or a cable fails.',
    remedy: {
      text: isSize
        ? 'On each node with the smaller size, let the kernel read the size of every path again. `pve-doctor check` there then says what is left to do about the map (PATH004).'
        : 'Compare the paths with zoning and masking at the array, and with the sessions of iSCSI.',
      commands: [reads('multipath', '-ll', wwid)],
    },
    nodes: nodesOf(proven),
  };
}

type SeenPv = Sighting<PvPrint & { readonly vgName: string }>;

/** A physical volume of a shared VG that is another disk elsewhere: a copy of the LUN. */
function judgePv(ofOne: readonly SeenPv[]): CrossJudgement {
  const { proven } = inPairs(ofOne, ({ item: a }, { item: b }) =>
    !a.missing && !b.missing && sameDisk(a.disk, b.disk) === 'other' ? 'yes' : 'no',
  );
  const [first] = proven;
  return { findings: first === undefined ? [] : [pvFinding(first.item, proven)], open: [] };
}

function pvFinding({ pvUuid, vgName }: SeenPv['item'], proven: readonly SeenPv[]): CrossFinding {
  const nodes = nodesOf(proven);
  return {
    harm: 'operation',
    subject: { kind: 'volume-group', id: vgName },
    title: `A physical volume of the shared VG ${vgName} is another disk on ${named(nodes)}`,
    headline: `is shared, and a physical volume of it is another disk on ${named(nodes)}`,
    evidence: evidenceOf(proven, ({ disk }) => `the PV with UUID ${pvUuid} is on the disk with WWID ${disk.wwid}`),
    impact:
      'One of them is a copy of the LUN (a clone, a snapshot of the array). What one node writes, the other one never sees.',
    remedy: {
      text: 'Find out at the array which WWID is the LUN that is meant, and take the other one away from the nodes that see it.',
      commands: [reads('pvs', '-o', 'pv_name,pv_uuid,vg_name'), reads('multipath', '-ll')],
    },
    nodes,
  };
}
