import {
  allOf,
  atOnce,
  type CrossFinding,
  type CrossJudgement,
  defineCrossCheck,
  evidenceOf,
  inPairs,
  NOT_AT_ONCE,
  named,
  nodesOf,
  type PairVerdict,
  type Sighting,
  sightings,
  sinceOf,
} from '../model/cluster/across-nodes.ts';
import type { GroupPrint, PoolPrint } from '../model/cluster/node-record.ts';
import { sameGroupOf } from '../model/cluster/same-disk.ts';
import { reads } from '../model/command/command.ts';

export const cl002 = defineCrossCheck({
  code: 'CL002',
  title: 'a thin pool is active on two nodes at once',
  harms: { corruption: '' },
  parts: ['thinPools', 'groups'],
  judge: ({ view }) => {
    const seen = sightings(view, 'thinPools', (pools) => pools);
    const byUuid = Map.groupBy(seen, ({ item }) => item.vgUuid + item.lvUuid);
    return allOf([...byUuid.values()].map(judge));
  },
});

const groupsOf = ({ standing }: Sighting<unknown>): readonly GroupPrint[] | null => standing.record.fingerprint.groups;

function judge(ofOne: readonly Sighting<PoolPrint>[]): CrossJudgement {
  const decide = (a: Sighting<PoolPrint>, b: Sighting<PoolPrint>): PairVerdict => {
    const same = sameGroupOf(a.item.vgUuid, groupsOf(a), groupsOf(b));
    const where = `thin pool ${nameOf(a.item)} is active on ${named([a.node, b.node])}`;
    if (same === 'other') return 'no';
    if (same === 'unknown') return { open: `${where}: whether both mean one disk could not be told` };
    return atOnce(a, b) ? 'yes' : { open: `${where}: ${NOT_AT_ONCE}` };
  };
  const { proven, open } = inPairs(ofOne, decide);
  const [first] = proven;
  return { findings: first === undefined ? [] : [findingFor(first.item, proven)], open };
}

const nameOf = ({ vgName, lvName }: PoolPrint): string => `${vgName}/${lvName}`;

function findingFor(pool: PoolPrint, proven: readonly Sighting<PoolPrint>[]): CrossFinding {
  const nodes = nodesOf(proven);
  return {
    harm: 'corruption',
    subject: { kind: 'thin-pool', id: nameOf(pool) },
    title: `Thin pool ${nameOf(pool)} is active on ${named(nodes)} at once`,
    headline: `is active on ${named(nodes)} at once`,
    evidence: evidenceOf(
      proven,
      (one) => `pool ${nameOf(one)} (UUID ${one.lvUuid}) is active ${sinceOf(one)}; ${one.openCount} have it open`,
    ),
    impact:
      'A thin pool belongs to one node: each node keeps its own copy of the metadata in memory and writes it back whole. The first change on a second node damages all volumes of the pool.',
    remedy: {
      text: 'Restrict the storage to one node (`nodes` in storage.cfg), so that pvestatd of the others does not activate it again. Then deactivate the pool on every node where nothing uses it. Check the pool with thin_check before it is used further.',
      commands: [
        reads('lvs', '-a', '-o', 'lv_name,lv_active,lv_device_open', pool.vgName),
        reads('cat', '/etc/pve/storage.cfg'),
      ],
    },
    nodes,
  };
}
