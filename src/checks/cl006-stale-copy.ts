import {
  allOf,
  type CrossFinding,
  type CrossJudgement,
  defineCrossCheck,
  inPairs,
  named,
  nodesOf,
  type PairVerdict,
  type Sighting,
  wordOf,
} from '../model/cluster/across-nodes.ts';
import type { GroupPrint, NodeRecord } from '../model/cluster/node-record.ts';
import { sameGroup } from '../model/cluster/same-disk.ts';
import { disksOf, groupSightings } from '../model/cluster/shared-groups.ts';
import { CLOCK_DOUBT_SECONDS } from '../model/cluster/together.ts';
import { reads } from '../model/command/command.ts';

export const cl006 = defineCrossCheck({
  code: 'CL006',
  title: 'a node reads an old copy of the metadata of a shared VG',
  harms: { data: '' },
  parts: ['groups'],
  judge: (facts) => {
    const shared = new Set(
      facts.storage.storages.filter(({ shared: is }) => is).flatMap(({ properties }) => properties['vgname'] ?? []),
    );
    const byUuid = Map.groupBy(groupSightings(facts), ({ item }) => item.vgUuid);
    return allOf([...byUuid.values()].map((ofOne) => judge(ofOne, shared)));
  },
});

/** One later look with an older state may fall between a write and its reading; the second one does not. */
const LATER_LOOKS = 2;

type Seen = Sighting<GroupPrint>;

function judge(ofOne: readonly Seen[], shared: ReadonlySet<string>): CrossJudgement {
  const behind = new Map<Seen, Contradiction>();
  const decide = (a: Seen, b: Seen): PairVerdict => {
    const isOne = sameGroup(a.item, b.item) === 'same' || (shared.has(a.item.vgName) && shared.has(b.item.vgName));
    if (!isOne) return 'no';
    const found = [contradictionOf(a, b), contradictionOf(b, a)].find((one) => one.looks > 0);
    if (found === undefined) return 'no';
    if (found.looks < LATER_LOOKS) {
      const which = `VG ${a.item.vgName}: ${found.old.node} had an older state than ${found.current.node} had before`;
      return { open: `${which}, in one look only; \`pve-doctor cluster --fresh\` looks several times` };
    }
    behind.set(found.old, found);
    return 'yes';
  };
  const { proven, open } = inPairs(ofOne, decide);
  const [old] = behind.values();
  return { findings: old === undefined ? [] : [findingFor(old, proven)], open };
}

interface Contradiction {
  readonly current: Seen;
  readonly old: Seen;
  /** Looks of `old` that came later and saw a lower number. */
  readonly looks: number;
  readonly higher: number;
  readonly lower: number;
}

/** The number only grows: who looks later and sees a lower one does not read what the other wrote. */
function contradictionOf(current: Seen, old: Seen): Contradiction {
  const first = looksOf(current).filter(({ seqno }) => seqno !== null);
  const doubt = doubtOf(current) + doubtOf(old);
  const later = looksOf(old).filter(({ seqno, at }) =>
    first.some((one) => seqno !== null && one.seqno !== null && seqno < one.seqno && at > one.at + doubt),
  );
  const numbers = (looks: readonly Look[]) => looks.flatMap(({ seqno }) => seqno ?? []);
  return {
    ...{ current, old, looks: later.length },
    higher: Math.max(0, ...numbers(first)),
    lower: Math.max(0, ...numbers(later)),
  };
}

interface Look {
  readonly at: number;
  readonly seqno: number | null;
}

const looksOf = ({ standing, item }: Seen): readonly Look[] =>
  standing.samples.map((record: NodeRecord) => ({
    at: Date.parse(record.takenAt) / 1000 - (standing.clockAheadSeconds ?? 0),
    seqno: record.fingerprint.groups?.find(({ vgUuid }) => vgUuid === item.vgUuid)?.seqno ?? null,
  }));

const doubtOf = ({ standing: { via, clockAheadSeconds } }: Seen): number =>
  via === 'here' ? 0 : clockAheadSeconds === null ? CLOCK_DOUBT_SECONDS : 1;

function findingFor({ current, old, higher, lower }: Contradiction, proven: readonly Seen[]): CrossFinding {
  const { vgName, vgUuid } = current.item;
  const evidence = (one: Seen, seqno: number, when: string) => ({
    fact: `${one.node}: VG ${vgName} (UUID ${vgUuid}) on ${disksOf(one.item)} has metadata number ${seqno}${when}`,
    source: wordOf(one.node, one.standing),
  });
  return {
    harm: 'data',
    subject: { kind: 'volume-group', id: vgName },
    title: `${old.node} reads an old copy of VG ${vgName}: metadata number ${lower}, after ${current.node} had ${higher}`,
    headline: `is an old copy on ${old.node}: metadata number ${lower}, after ${current.node} had ${higher}`,
    evidence: [evidence(current, higher, ''), evidence(old, lower, ' in at least two looks that came later')],
    impact:
      'The number grows with each change of the VG, so this node does not see what the other one wrote: a copy of the LUN, or reads that are cached. Whatever it starts or changes there is based on volumes that may not exist any more, or are elsewhere by now.',
    remedy: {
      text: `Change nothing in VG ${vgName} and start no guest of it on ${old.node}. Compare the WWIDs of the disks below it on ${named(nodesOf(proven))}: a clone or a snapshot of the array has to go from ${old.node}. If they are equal, find out what caches between node and array.`,
      commands: [reads('vgs', '-o', 'vg_name,vg_uuid,vg_seqno,pv_name', vgName), reads('multipath', '-ll')],
    },
    nodes: nodesOf(proven),
  };
}
