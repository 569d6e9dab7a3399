import { createHash } from 'node:crypto';
import type { Channel, NotifySettings } from '../model/config/config.ts';
import type { Severity } from '../model/finding.ts';
import type { ChannelRecord, ChannelStore, NewestRun } from '../model/notify/channel-record.ts';
import type { Delivery } from '../model/notify/delivery.ts';
import type { Change } from '../model/notify/message.ts';
import type { HistoryState, KeptProblem } from '../model/report/history-state.ts';
import { composeMessage } from '../render/message/compose.ts';
import { deliverTwice, type Sending } from './deliver.ts';
import { asOfNow } from './outdated-run.ts';
import { newsFor, type Telling, tellingOf } from './policy.ts';

/** Who gets messages, and why now. */
export interface Occasion {
  readonly settings: NotifySettings;
  /** `run`: a run was kept; `asked`: a person wants every channel to get it; `retry`: the timer looks what waits. */
  readonly cause: 'run' | 'asked' | 'retry';
  readonly sending: Sending;
  /** The store is that of a cluster, to which several nodes may send. */
  readonly cluster?: ClusterOccasion;
  readonly limits?: { readonly beginUntilMs: number; readonly endMs: number };
}

export interface ClusterOccasion {
  readonly name: string;
  /** Problems of the newest run that their nodes had told themselves. */
  readonly heard: readonly { readonly id: string; readonly severity: Severity }[];
}

export interface Outcome {
  readonly channel: string;
  readonly delivery: Delivery;
}

/** With the deadlines of `liveClient` a run takes a minute at most; after the end nobody waits any more, whatever hangs. */
const LIMITS = { beginUntilMs: 32_000, endMs: 60_000 };

const MINUTE_MS = 60_000;
/** What was refused stays refused until somebody acts: it is tried less and less often. */
const REFUSED_MS = 60 * MINUTE_MS;
const MOST_MS = 6 * REFUSED_MS;
const RETRY_MS = 14 * MINUTE_MS;

/**
 * Sends each channel what is new for it, from the run that it took last to the newest one, in one message. Channels go side by
 * side and know nothing of each other. Never throws for what a channel does. What fails is sent later: nothing is kept of
 * it but that it waits, and the next try composes it anew.
 */
export async function tellChannels(store: ChannelStore, occasion: Occasion): Promise<readonly Outcome[]> {
  const { settings, sending, limits = LIMITS } = occasion;
  const newest = store.newest();
  if (newest === null) return [];
  const run = asOfNow(newest, sending.now());
  const outcomes: Outcome[] = [];
  const untilMs = sending.elapsedMs() + limits.beginUntilMs;
  const all = Promise.all(
    settings.channels.map(async (channel) => {
      const delivery = await tellOne(store, channel, run, occasion, untilMs);
      if (delivery !== null) outcomes.push({ channel: channel.name, delivery });
    }),
  );
  await Promise.race([all, sending.pause(limits.endMs)]);
  return outcomes;
}

async function tellOne(
  store: ChannelStore,
  channel: Channel,
  run: NewestRun,
  { settings, cause, sending, cluster }: Occasion,
  untilMs: number,
): Promise<Delivery | null> {
  const record = withHeard(store.record(channel.name), run, cluster);
  const now = sending.now();
  const change = newsFor(channel, record, run);
  const telling: Telling =
    cause === 'asked'
      ? 'report'
      : isBetweenRuns(channel, record, cause, cluster)
        ? 'silent'
        : tellingOf(channel.policy, change, record, run, now, settings);
  if (telling === 'up-to-date' || telling === 'silent') {
    const told = telling === 'silent' ? record : { ...tookRun(record, run, now), told: nothingOf(run) };
    // What waited came and went meanwhile, or was sent by hand.
    if (told !== record || (record.waiting !== null && !isUnsure(record, run)))
      await store.save(channel.name, { ...told, waiting: null });
    return null;
  }
  if (cause === 'retry' && isTooEarly(record, now)) return null;
  // On disk before it leaves: whoever is killed while sending leaves it to the timer.
  const waiting = nextTry(record, now, null);
  await store.save(channel.name, { ...record, waiting: { ...waiting, offered: offeredWith(waiting.offered, run) } });
  const id = cluster === undefined ? idOf(record, run, telling) : idInCluster(record, change, telling, cluster);
  const said = { id, createdAt: run.picture.takenAt, report: run.report, change, kind: telling };
  const delivery = await deliverTwice(channel, composeMessage(said), sending, untilMs);
  if (delivery.state === 'failed') {
    await store.save(channel.name, { ...record, waiting: nextTry(record, sending.now(), delivery) });
    return delivery;
  }
  const took = tookRun(record, run, sending.now());
  await store.save(channel.name, telling === 'digest' ? { ...took, digestAt: now.toISOString() } : took);
  return delivery;
}

/** Something was offered that may have been taken, and nobody can see now what became of it. */
function isUnsure({ told, waiting }: ChannelRecord, { picture }: NewestRun): boolean {
  const known = new Set((told?.picture.problems ?? []).map(({ id }) => id));
  const here = new Set(picture.problems.filter(({ presence }) => presence !== 'gone').map(({ id }) => id));
  return (waiting?.offered ?? []).some(({ id }) => !known.has(id) && here.has(id));
}

const tookRun = (record: ChannelRecord, { uuid, picture }: NewestRun, now: Date): ChannelRecord => ({
  ...record,
  // What comes and goes and was never seen by a message is not known to a channel that took none before.
  told: { uuid, picture: record.told === null ? withoutAway(picture) : picture },
  sentAt: now.toISOString(),
  turn: record.turn + 1,
  waiting: null,
});

/** Notices alone are no news: a channel that counts from here was sent none of them, so none is resolved for it later. */
const nothingOf = ({ uuid, picture }: NewestRun): ChannelRecord['told'] => ({
  uuid,
  picture: { ...picture, problems: [] },
});

const withoutAway = (picture: HistoryState): HistoryState => ({
  ...picture,
  problems: picture.problems.filter(({ presence }) => presence !== 'away'),
});

function isTooEarly({ waiting }: ChannelRecord, now: Date): boolean {
  if (waiting === null) return false;
  const ms = Date.parse(waiting.notBefore) - now.getTime();
  // A time further ahead than any wait was written by a wrong clock.
  return ms > 0 && ms <= MOST_MS;
}

function nextTry({ waiting }: ChannelRecord, now: Date, failed: Extract<Delivery, { state: 'failed' }> | null) {
  const attempts = (waiting?.attempts ?? 0) + 1;
  const refused = failed !== null && !failed.retry;
  const wait = refused ? REFUSED_MS * 2 ** Math.min(attempts - 1, 10) : Math.max(RETRY_MS, failed?.waitMs ?? 0);
  return {
    since: waiting?.since ?? now.toISOString(),
    attempts,
    refused,
    error: failed?.because ?? waiting?.error ?? '',
    notBefore: new Date(now.getTime() + Math.min(wait, MOST_MS)).toISOString(),
    offered: waiting?.offered ?? [],
  };
}

const offeredWith = (offered: readonly KeptProblem[], { picture }: NewestRun): readonly KeptProblem[] => {
  const shown = picture.problems.filter(({ presence, acknowledged }) => presence !== 'gone' && !acknowledged);
  const known = new Set(shown.map(({ id }) => id));
  return [...shown, ...offered.filter(({ id }) => !known.has(id))];
};

/** The same from one run to another whenever it is made, so that a receiver can see a repetition. */
const idOf = (record: ChannelRecord, run: NewestRun, kind: 'report' | 'digest'): string =>
  uuidOf([record.told?.uuid ?? '', run.uuid, kind, record.sentAt ?? ''].join(' '));

/** The same from whichever node, where it says the same after the same messages. */
function idInCluster(
  { turn }: ChannelRecord,
  { fresh, changed, resolved }: Change,
  kind: 'report' | 'digest',
  { name }: ClusterOccasion,
): string {
  const said = [...fresh, ...changed.map(({ problem }) => problem)].map(({ id, severity }) => `${id} ${severity}`);
  return uuidOf(JSON.stringify([name, turn, kind, said.sort(), resolved.map(({ id }) => id).sort()]));
}

/** A look at the cluster in between is no run that somebody wants to be told of whatever it found. */
const isBetweenRuns = (
  { policy }: Channel,
  { waiting }: ChannelRecord,
  cause: Occasion['cause'],
  cluster: ClusterOccasion | undefined,
): boolean =>
  cluster !== undefined && cause === 'retry' && waiting === null && (policy === 'always' || policy === 'on-problem');

/** With what nodes have told by themselves, as long as it is no worse. */
function withHeard(record: ChannelRecord, run: NewestRun, cluster: ClusterOccasion | undefined): ChannelRecord {
  if (cluster === undefined || cluster.heard.length === 0) return record;
  const told = record.told ?? { uuid: '', picture: { ...run.picture, problems: [], blind: [] } };
  const known = new Set(told.picture.problems.filter(({ presence }) => presence !== 'gone').map(({ id }) => id));
  const heard = new Map(cluster.heard.map(({ id, severity }) => [id, severity]));
  const more = run.picture.problems.flatMap((problem) => {
    const severity = heard.get(problem.id);
    return severity === undefined || known.has(problem.id) ? [] : [{ ...problem, severity }];
  });
  if (more.length === 0) return record;
  const added = new Set(more.map(({ id }) => id));
  const problems = [...told.picture.problems.filter(({ id }) => !added.has(id)), ...more];
  return { ...record, told: { ...told, picture: { ...told.picture, problems } } };
}

/** A UUID of version 8 (RFC 9562 section 5.8). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
