import type { NodeWord } from '../model/cluster/cluster-view.ts';
import { idInCluster, type MailPart, type ToldChannel } from '../model/cluster/mail-part.ts';
import type { ChannelRecord } from '../model/notify/channel-record.ts';
import { isWorse, type KeptProblem } from '../model/report/history-state.ts';
import type { Report } from '../model/report/report.ts';
import { channelRecords, type OpenChannels, openChannels } from '../store/channels.ts';
import { adoptTold, clusterDirectory, readPass } from '../store/cluster-mail.ts';
import { type KeepResult, keepRun } from '../store/history.ts';
import type { ClusterOccasion } from './tell.ts';

type Words = ReadonlyMap<string, NodeWord>;

/** A look at the cluster every quarter of an hour is kept for so long: it is there to be compared with. */
const KEEP_DAYS = 7;

/** What channels of the cluster took, as all nodes say, those that are gone too: what was told stays told. */
export function toldAnywhere(words: Words): readonly ToldChannel[] {
  const newest = new Map<string, ToldChannel>();
  for (const word of words.values()) {
    if (word.state !== 'record') continue;
    for (const told of word.record.mail?.told ?? [])
      if (told.turn > (newest.get(told.channel)?.turn ?? 0)) newest.set(told.channel, told);
  }
  return [...newest.values()];
}

/** What nodes have told of their problems by themselves. */
export function heardAnywhere(words: Words): ClusterOccasion['heard'] {
  return [...words].flatMap(([node, word]) => {
    if (word.state !== 'record') return [];
    const kinds = new Map((word.record.verdict?.problems ?? []).map(({ id, kind }) => [id, kind]));
    return (word.record.mail?.heard ?? []).flatMap(({ id, severity }) => {
      const kind = kinds.get(id);
      return kind === undefined ? [] : [{ id: idInCluster(node, { id, kind }), severity }];
    });
  });
}

/** Keeps a look at the cluster, going on from what whoever sent last has seen and told. A problem with the disk is thrown. */
export function keepClusterRun(directory: string, words: Words, report: Report): KeepResult {
  adoptTold(directory, toldAnywhere(words), report.takenAt);
  return keepRun({ path: clusterDirectory(directory), keepDays: KEEP_DAYS, isSent: true }, report);
}

/** What this node publishes of the mail of its cluster. `channels`: those by which it sends. */
export async function mailPartOf(directory: string, joins: boolean, channels: readonly string[]): Promise<MailPart> {
  const { passedAt, covers } = await readPass(directory);
  return {
    ...{ joins, channels: joins ? channels : [], passedAt, covers: joins ? covers : [] },
    heard: heardOf(channelRecords(directory), channels),
    told:
      covers.length === 0
        ? []
        : [...channelRecords(clusterDirectory(directory))].map(([channel, { told, sentAt, digestAt, turn }]) => ({
            ...{ channel, told, sentAt, digestAt, turn },
          })),
  };
}

/** Problems that all channels know, each as mild as one of them does. */
function heardOf(records: ReadonlyMap<string, ChannelRecord>, channels: readonly string[]): MailPart['heard'] {
  const [first = [], ...others] = channels.map((name) => knownTo(records.get(name)));
  return first.flatMap(({ id, severity }) => {
    const same = others.map((list) => list.find((one) => one.id === id)?.severity);
    const least = same.reduce<typeof severity | undefined>(
      (mild, other) => (mild === undefined || other === undefined ? undefined : isWorse(mild, other) ? other : mild),
      severity,
    );
    return least === undefined ? [] : [{ id, severity: least }];
  });
}

const knownTo = (record: ChannelRecord | undefined): readonly KeptProblem[] =>
  (record?.told?.picture.problems ?? []).filter(isKnown);

const isKnown = ({ presence, acknowledged }: KeptProblem): boolean => presence !== 'gone' && !acknowledged;

/**
 * Notes in this node's own history what the mail of the cluster has told of it, so that a node that is on its own again tells what
 * nobody has told, and nothing else.
 */
export function noteTold(directory: string, node: string, told: readonly ToldChannel[], now: string): void {
  const store = openChannels(directory, now);
  try {
    for (const one of told) note(store, node, one);
  } finally {
    store.close();
  }
}

function note(store: OpenChannels, node: string, { channel, told, sentAt, digestAt }: ToldChannel): void {
  const run = store.newest();
  if (run === null || told === null) return;
  const record = store.record(channel);
  const known = new Map(told.picture.problems.filter(isKnown).map((one) => [one.id, one]));
  const knownHere = new Map(knownTo(record).map((one) => [one.id, one]));
  const blind = new Set(told.picture.blind.map(({ name }) => name));
  // Told as resolved since this node told of it itself: when it is there again, nobody knows.
  const isOver = (id: string): boolean =>
    (sentAt ?? '') >= (record.sentAt ?? '') &&
    told.picture.problems.some((one) => one.id === id && one.presence === 'gone');
  const problems = run.picture.problems.flatMap((problem) => {
    const id = idInCluster(node, problem);
    const then = known.get(id) ?? (isOver(id) ? undefined : knownHere.get(problem.id));
    return then === undefined ? [] : [{ ...problem, severity: then.severity }];
  });
  const picture = {
    ...run.picture,
    problems,
    blind: run.picture.blind.filter(({ name }) => blind.has(`${name} on ${node}`)),
  };
  store.save(channel, { ...record, told: { uuid: run.uuid, picture }, sentAt, digestAt, waiting: null });
}
