import type { Fingerprint, Gap, GroupPrint, NodeRecord, PartName } from './node-record.ts';
import { withoutReasons } from './recorded-left-out.ts';

/** pmxcfs sends every value again at each change of membership, so a record is small wherever it can be. */
export const WANTED_BYTES = 8 * 1024;

/** PVE::Cluster takes 32 767 characters at most. */
export const MOST_BYTES = 30 * 1024;

/** The record with less in it. */
type Cut = (record: NodeRecord) => NodeRecord;

const gap = (record: NodeRecord, part: Gap['part'], detail = ''): readonly Gap[] => [
  ...record.gaps.filter((other) => other.part !== part),
  { part, because: 'size', detail },
];

const without =
  (part: PartName): Cut =>
  (record) =>
    record.fingerprint[part] === null
      ? record
      : { ...record, fingerprint: { ...record.fingerprint, [part]: null }, gaps: gap(record, part) };

const withoutVolumes =
  (isWanted: (group: GroupPrint) => boolean): Cut =>
  (record) => {
    const groups = record.fingerprint.groups ?? [];
    if (!groups.some((group) => group.volumes !== null && isWanted(group))) return record;
    const cut = groups.map((group) => (isWanted(group) ? { ...group, volumes: null } : group));
    const names = cut.filter(({ volumes }) => volumes === null).map(({ vgName }) => vgName);
    const fingerprint: Fingerprint = { ...record.fingerprint, groups: cut };
    return { ...record, fingerprint, gaps: gap(record, 'volumes', names.join(', ').slice(0, 200)) };
  };

// Each problem then counts as judged only where its checks, and all of its guests, were.
const withoutFindings: Cut = (record) =>
  record.verdict === null || !(record.verdict.problems ?? []).some(({ findings }) => findings !== undefined)
    ? record
    : {
        ...record,
        verdict: {
          ...record.verdict,
          problems: record.verdict.problems?.map(({ findings: _, ...problem }) => problem) ?? null,
        },
      };

// A list that is not whole is none: what is not in it would look well.
const withoutProblems: Cut = (record) =>
  record.verdict === null || record.verdict.problems === null
    ? record
    : { ...record, verdict: { ...record.verdict, problems: null }, gaps: gap(record, 'problems') };

const withShortUnjudged: Cut = (record) => {
  const unjudged = record.verdict?.unjudged ?? [];
  const short = withoutReasons(unjudged);
  return record.verdict === null || unjudged.length === 0 || JSON.stringify(short) === JSON.stringify(unjudged)
    ? record
    : { ...record, verdict: { ...record.verdict, unjudged: short } };
};

// That everything was judged takes no room.
const withoutUnjudged: Cut = (record) =>
  record.verdict === null || record.verdict.unjudged === null || record.verdict.unjudged.length === 0
    ? record
    : { ...record, verdict: { ...record.verdict, unjudged: null }, gaps: gap(record, 'unjudged') };

// Whoever sends next without it tells some things again.
const withoutTold: Cut = (record) =>
  record.mail === undefined || record.mail === null || record.mail.told === null
    ? record
    : { ...record, mail: { ...record.mail, told: null }, gaps: gap(record, 'told') };

/**
 * The order in which things are left out: first what only one node has ever spoken of, then what an admin is helped by, last what
 * shows that data is in danger.
 */
const cuts = (isShared: (group: GroupPrint) => boolean): readonly { readonly cut: Cut; readonly above: number }[] => [
  { cut: withoutVolumes((group) => !isShared(group)), above: WANTED_BYTES },
  { cut: without('lvmSettings'), above: WANTED_BYTES },
  { cut: without('remoteMounts'), above: WANTED_BYTES },
  { cut: without('luns'), above: WANTED_BYTES },
  { cut: withoutTold, above: WANTED_BYTES },
  { cut: withShortUnjudged, above: WANTED_BYTES },
  { cut: without('storages'), above: MOST_BYTES },
  { cut: withoutFindings, above: MOST_BYTES },
  { cut: withoutUnjudged, above: MOST_BYTES },
  { cut: withoutProblems, above: MOST_BYTES },
  { cut: withoutVolumes(() => true), above: MOST_BYTES },
  { cut: without('groups'), above: MOST_BYTES },
  { cut: without('activity'), above: MOST_BYTES },
  { cut: without('fileSystems'), above: MOST_BYTES },
  { cut: without('running'), above: MOST_BYTES },
  { cut: without('thinPools'), above: MOST_BYTES },
];

/**
 * The record as it is published: at most `WANTED_BYTES` where leaving out helps that no danger shows in, and never more than
 * `MOST_BYTES`. `sizeOf` is the length of the packed value; `peers` tell which groups other nodes have spoken of.
 */
export function fitRecord(
  record: NodeRecord,
  peers: readonly NodeRecord[],
  sizeOf: (record: NodeRecord) => number,
): NodeRecord {
  const elsewhere = new Set(
    peers.flatMap(({ fingerprint }) =>
      (fingerprint.groups ?? []).flatMap(({ vgUuid, pvs }) => [vgUuid, ...pvs.map(({ pvUuid }) => pvUuid)]),
    ),
  );
  const isShared = ({ vgUuid, pvs }: GroupPrint): boolean =>
    elsewhere.has(vgUuid) || pvs.some(({ pvUuid }) => elsewhere.has(pvUuid));
  let fitting = record;
  let size = sizeOf(fitting);
  for (const { cut, above } of cuts(isShared)) {
    if (size <= above) continue;
    const less = cut(fitting);
    if (less === fitting) continue;
    fitting = less;
    size = sizeOf(fitting);
  }
  return fitting;
}
