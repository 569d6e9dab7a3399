import type { ReportedFinding, Subject } from '../../model/finding.ts';
import type { Problem } from '../../model/report/problem.ts';
import type { Report } from '../../model/report/report.ts';
import { findingKey } from '../../model/report/report-history.ts';
import type { IndexedName } from '../store/hub-store.ts';

/** More than people look for on one node. */
const MOST_NAMES = 5000;

const LONGEST_NAME = 300;

const KINDS: Partial<Record<Subject['kind'], IndexedName['kind']>> = {
  device: 'volume',
  volume: 'volume',
  'thin-pool': 'volume',
  'volume-group': 'storage',
  storage: 'storage',
  disk: 'wwid',
};

/** Names by which people look for something over the fleet; those that belong to a problem say to which. */
export function indexedNamesOf(report: Report): readonly IndexedName[] {
  const said = new Set<string>();
  const indexedNames: IndexedName[] = [];
  for (const thing of [...ofProblems(report), ...ofNode(report)]) {
    const named = JSON.stringify([thing.kind, thing.name.toLowerCase()]);
    const key = `${named} ${thing.problemId ?? ''}`;
    // What is part of a problem need not be said again as only there.
    const isSaid = said.has(thing.problemId === null ? named : key);
    if (thing.name === '' || thing.name.length > LONGEST_NAME || isSaid) continue;
    indexedNames.push(thing);
    said.add(named).add(key);
  }
  return indexedNames.slice(0, MOST_NAMES);
}

function ofProblems({ problems, findings }: Report): readonly IndexedName[] {
  const byKey = new Map(findings.map((finding) => [findingKey(finding), finding]));
  return problems.flatMap((problem) => [
    ...ofProblem(problem),
    ...problem.findings.flatMap((key) => ofFinding(byKey.get(key), problem.id)),
  ]);
}

const ofProblem = ({ id, kind, guests }: Problem): readonly IndexedName[] => [
  ...guests.flatMap((guest) => guestThings(guest, id)),
  ...(kind === 'server' && id.startsWith('server:')
    ? [{ kind: 'server' as const, name: id.slice('server:'.length), problemId: id }]
    : []),
];

function ofFinding(finding: ReportedFinding | undefined, problemId: string): readonly IndexedName[] {
  if (finding === undefined) return [];
  const { subject, about = '', vmid, evidence } = finding;
  const kind = KINDS[subject.kind];
  const names = kind === undefined ? [] : namesOf(kind, subject.id).concat(about === '' ? [] : namesOf(kind, about));
  const wwids = [subject.id, about, ...evidence.map(({ fact }) => fact)].flatMap((text) => text.match(WWID) ?? []);
  return [
    ...names.map((name) => ({ ...name, problemId })),
    ...wwids.map((name) => ({ kind: 'wwid' as const, name, problemId })),
    ...(vmid === null ? [] : [{ kind: 'vmid' as const, name: `${vmid}`, problemId }]),
  ];
}

/** As udev and multipath write them (scsi_id(8): type 2 and 3; `naa.` and `eui.` of sysfs). */
const WWID = /\b(?:naa\.|eui\.)[0-9a-f]{16,32}\b|\b[23][0-9a-f]{16}(?:[0-9a-f]{16})?\b/g;

/** `ceph:vm-108-disk-0` and `pve/vm-108-disk-0` are also looked for without what stands before. */
function namesOf(kind: IndexedName['kind'], name: string): Pick<IndexedName, 'kind' | 'name'>[] {
  const [, storage, last] = /^(?:([A-Za-z][A-Za-z0-9._-]*):)?.*?([^:/]*)$/.exec(name) ?? [];
  return [
    { kind, name },
    ...(kind === 'volume' && last !== undefined && last !== name ? [{ kind, name: last }] : []),
    ...(kind === 'volume' && storage !== undefined ? [{ kind: 'storage' as const, name: storage }] : []),
  ];
}

const guestThings = (
  { vmid, name }: { readonly vmid: number; readonly name: string },
  problemId: string | null,
): readonly IndexedName[] => [
  { kind: 'vmid', name: `${vmid}`, problemId },
  { kind: 'guest', name, problemId },
];

/** `10.9.0.2` of `10.9.0.2:2049`, `fe80::1` of `[fe80::1]:2049`. */
const withoutPort = (server: string): string => server.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');

function ofNode({ node, guests, mounts, thinPools, leftovers }: Report): readonly IndexedName[] {
  const only = (kind: IndexedName['kind'], name: string): IndexedName => ({ kind, name, problemId: null });
  return [
    only('node', node),
    ...guests.flatMap((guest) => guestThings(guest, null)),
    ...mounts.flatMap(({ server, storages }) => [
      ...(server === null ? [] : [only('server', withoutPort(server))]),
      ...storages.map((storage) => only('storage', storage)),
    ]),
    ...(thinPools ?? []).map(({ name }) => only('volume', name)),
    ...leftovers.flatMap(({ vmid, volumes }) => [
      only('vmid', `${vmid}`),
      ...volumes.map((volume) => only('volume', volume)),
    ]),
  ];
}
