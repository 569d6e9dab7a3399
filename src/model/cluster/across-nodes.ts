/** What checks across nodes look at (the section `acrossNodes`), and how they compare node with node. */

import { type Check, defineCheck, type Found } from '../check.ts';
import { listed } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import type { Guests, Storage, StorageConfig } from '../guests/pve.ts';
import { oncePer } from '../once-per.ts';
import { hidden } from '../report/not-judged.ts';
import { minuteOf } from '../time-words.ts';
import { type ClusterView, type JudgedNode, judgedNodes, unjudgedNodes } from './cluster-view.ts';
import type { Fingerprint, PartName, Seen } from './node-record.ts';
import { hadTogether } from './together.ts';

export interface AcrossNodes {
  readonly view: ClusterView;
  readonly storage: StorageConfig;
  /** null where the configurations could not be read. */
  readonly guests: Guests | null;
  /** Only what involves this node; null: all of the cluster. */
  readonly only: string | null;
}

/** What a check across nodes says of one thing, with the nodes that it involves. */
export type CrossFinding = Omit<Found, 'repairAction' | 'nodes'> & { readonly nodes: readonly string[] };

export interface CrossJudgement {
  readonly findings: readonly CrossFinding[];
  /** What could not be decided. */
  readonly open: readonly OpenQuestion[];
}

/** Something that could not be decided. */
export interface OpenQuestion {
  /** Without a full stop. */
  readonly reason: string;
  /** The guest whose task it waits for; null where it does not wait. */
  readonly busyVmid: number | null;
  /** Nodes that it is about; empty: all. */
  readonly nodes: readonly string[];
}

interface CrossCheck extends Pick<Check, 'code' | 'title' | 'harms'> {
  /** Without these parts of a node nothing can be said of it. */
  readonly parts: readonly PartName[];
  readonly judge: (facts: AcrossNodes) => CrossJudgement;
}

/**
 * A check of what only several nodes together show. It compares nodes in pairs, each by what these two told, so that a node of
 * which nothing is heard takes away what it was part of and adds nothing. It only reports: nothing is repaired across nodes.
 */
export const defineCrossCheck = ({ judge: judgeAll, parts, ...names }: CrossCheck): Check<'acrossNodes', never> => {
  const judge = oncePer(judgeAll);
  return defineCheck({
    ...names,
    needs: ['acrossNodes'],
    examine: ({ acrossNodes }) =>
      judge(acrossNodes).findings.filter(({ nodes }) => acrossNodes.only === null || nodes.includes(acrossNodes.only)),
    notCompared: ({ acrossNodes }) => [
      ...unheard(acrossNodes.view, parts),
      ...judge(acrossNodes).open.flatMap(({ reason, busyVmid }) => (busyVmid === null ? [reason] : [])),
    ],
    unjudged: ({ acrossNodes }) =>
      judge(acrossNodes).open.flatMap(({ reason, busyVmid, nodes }) => {
        const isOurs = acrossNodes.only === null || nodes.includes(acrossNodes.only);
        return busyVmid === null || !isOurs ? [] : [hidden(reason, { kind: 'busy', vmids: [busyVmid] })];
      }),
  });
};

/** Nodes and parts of nodes of which nothing can be said, each as a sentence. */
function unheard(view: ClusterView, parts: readonly PartName[]): readonly string[] {
  return [
    ...unjudgedNodes(view).map(({ name, standing }) => `${name} is not judged: ${standing.because}`),
    ...judgedNodes(view).flatMap(({ name, standing: { record } }) => {
      const untold = parts.filter((part) => record.fingerprint[part] === null);
      if (untold.length === 0) return [];
      const gap = record.gaps.find(({ part }) => untold.some((one) => one === part));
      const why = gap === undefined || gap.because === 'size' ? 'it did not fit into its record' : gap.detail;
      return [`${name} did not tell ${listed(untold.map((part) => PARTS[part]))}${why === '' ? '' : `: ${why}`}`];
    }),
  ];
}

export const PARTS: Readonly<Record<PartName, string>> = {
  running: 'which guests run',
  activity: 'its tasks and locks',
  thinPools: 'its active thin pools',
  fileSystems: 'its mounted file systems',
  groups: 'its VGs',
  storages: 'which storages are usable',
  luns: 'its disks',
  remoteMounts: 'its remote mounts',
  lvmSettings: 'its settings of LVM',
};

/** A thing as one node told of it. */
export interface Sighting<T> {
  readonly node: string;
  readonly standing: JudgedNode;
  readonly item: T;
}

/** Everything of one part, from every node that told it. */
export function sightings<T, P extends PartName>(
  view: ClusterView,
  part: P,
  items: (told: NonNullable<Fingerprint[P]>, standing: JudgedNode) => readonly T[],
): readonly Sighting<T>[] {
  return judgedNodes(view).flatMap(({ name: node, standing }) => {
    const told = standing.record.fingerprint[part];
    return told === null ? [] : items(told, standing).map((item) => ({ node, standing, item }));
  });
}

/** `open`: it may be so, and why nobody can tell. */
export type PairVerdict = 'yes' | 'no' | OpenPair;

export interface OpenPair {
  readonly open: string;
  /** The guest whose task or young lock may explain it. */
  readonly busyVmid?: number;
}

export interface Paired<T> {
  /** In at least one pair that is proven; empty or at least two. */
  readonly proven: readonly Sighting<T>[];
  readonly open: readonly OpenQuestion[];
}

/** Compares the sightings of one thing, each node with each other. */
export function inPairs<T>(
  all: readonly Sighting<T>[],
  decide: (a: Sighting<T>, b: Sighting<T>) => PairVerdict,
): Paired<T> {
  const proven = new Set<Sighting<T>>();
  const open: OpenQuestion[] = [];
  all.forEach((a, at) => {
    for (const b of all.slice(at + 1)) {
      if (a.node === b.node) continue;
      const verdict = decide(a, b);
      if (verdict === 'yes') proven.add(a).add(b);
      else if (verdict !== 'no')
        open.push({ reason: verdict.open, busyVmid: verdict.busyVmid ?? null, nodes: [a.node, b.node] });
    }
  });
  return { proven: all.filter((one) => proven.has(one)), open: proven.size > 0 ? [] : open };
}

/** What is open of all nodes, for a check that compares no pairs. */
export const openQuestions = (reasons: readonly string[]): readonly OpenQuestion[] =>
  reasons.map((reason) => ({ reason, busyVmid: null, nodes: [] }));

/** The same instant is proven by spans that overlap; what changed hands in between stands in both records. */
export const atOnce = <T extends Seen>(a: Sighting<T>, b: Sighting<T>): boolean =>
  hadTogether(a.standing, a.item, b.standing, b.item);

export const NOT_AT_ONCE = 'their records do not overlap in time, so it may have moved from the one to the other';

export const nodesOf = <T>(all: readonly Sighting<T>[]): readonly string[] => [...new Set(all.map(({ node }) => node))];

/** `pve1 and pve2`, `pve1, pve2 and 5 more`. */
export function named(nodes: readonly string[]): string {
  const [last = ''] = nodes.slice(-1);
  if (nodes.length < 2) return last;
  return nodes.length <= 4
    ? `${nodes.slice(0, -1).join(', ')} and ${last}`
    : `${nodes.slice(0, 3).join(', ')} and ${nodes.length - 3} more`;
}

/** Where a node's word is to be had, for evidence. */
export const wordOf = (node: string, { via, record }: JudgedNode): string =>
  via === 'here'
    ? `this node, ${node}`
    : `${via === 'ssh' ? 'answer' : 'record'} of ${node}, ${minuteOf(record.takenAt)}`;

export const evidenceOf = <T>(
  all: readonly Sighting<T>[],
  fact: (item: T, sighting: Sighting<T>) => string,
): readonly Evidence[] =>
  all.map((sighting) => ({
    fact: `${sighting.node}: ${fact(sighting.item, sighting)}`,
    source: wordOf(sighting.node, sighting.standing),
  }));

/** Since when a node has it, in words. */
export const sinceOf = ({ since, looks }: Seen): string =>
  `since at least ${new Date(since * 1000).toISOString().slice(11, 19)} UTC, in ${looks} look${looks === 1 ? '' : 's'}`;

/** Whether PVE uses a storage on a node. */
export const isFor = ({ disabled, nodes }: Storage, node: string): boolean =>
  !disabled && (nodes === null || nodes.includes(node));

export const allOf = (judgements: readonly CrossJudgement[]): CrossJudgement => ({
  findings: judgements.flatMap(({ findings }) => findings),
  open: judgements.flatMap(({ open }) => open),
});

/** A cluster in which pve-doctor runs on one node only has nothing to compare, and nothing that is missing. */
export const isHeard = ({ nodes, self }: ClusterView): boolean =>
  nodes.some(({ name, standing }) => name !== self && (standing.state === 'judged' || standing.reason !== 'no-record'));
