import { type HubLine, type HubReply, type PackedReport, putReport, sendHeartbeat } from '../channels/hub.ts';
import { messageOf } from '../model/faults.ts';
import type { HubState } from '../model/hub/enrolment.ts';
import type { Acknowledgement } from '../model/report/acknowledgement.ts';
import { hubState, type KnownHub, keepHubAcknowledgements, keepHubState, spoolOf } from '../store/hub-files.ts';
import {
  beyondLimits,
  dropSpooled,
  readSpooled,
  SPOOL_LIMITS,
  type Spooled,
  spooled,
  tidySpool,
} from '../store/hub-spool.ts';

/** By what a hub is told, and the clock by which. */
export interface HubSending {
  readonly send: HubLine['send'];
  readonly now: () => Date;
  /** Of a clock that is never set. */
  readonly elapsedMs: () => number;
}

export interface HubOutcome {
  readonly channel: string;
  /** Reports, or sightings, that it took. */
  readonly taken: number;
  /** Empty where nothing is wrong. */
  readonly error: string;
  readonly waiting: number;
}

/** After this no other report is begun: what is left is for the next quarter of an hour. */
const BEGIN_UNTIL_MS = 45_000;

/** So long a look that says the same is only seen; then the hub gets the whole of it again. */
const WHOLE_EVERY_MS = 24 * 60 * 60 * 1000;

/** A report at which the hub failed for so long is one that it will never take. */
const FAILS_AT_MOST_MS = 24 * 60 * 60 * 1000;

const HOUR_MS = 60 * 60 * 1000;
/** What was refused is tried less and less often; longer waits are not believed. */
const MOST_REFUSED_MS = 6 * HOUR_MS;
const MOST_WAIT_MS = 24 * HOUR_MS;

/** What of this run's own look there is besides what waits. */
export interface OwnLook {
  /** It could not be kept to wait; null where it waits with the others. */
  readonly unkept: PackedReport | null;
  /** Why there is none of it to hand over; empty otherwise. */
  readonly lost: string;
}

const NOTHING: OwnLook = { unkept: null, lost: '' };

/** Hands a hub what waits for it, the oldest first, until something stands in the way. Call it behind the lock for sending. */
export async function tellHub(hub: KnownHub, sending: HubSending, own: OwnLook = NOTHING): Promise<HubOutcome> {
  const { directory, enrolment, key, channel } = hub;
  const { send, now, elapsedMs } = sending;
  const untilMs = elapsedMs() + BEGIN_UNTIL_MS;
  const memory = memoryOf(directory);
  tidySpool(spoolOf(directory), now().getTime());
  await makeRoom(directory, memory, now);
  if (own.lost !== '') await memory.keep(withLost(memory.state(), 1, now(), own.lost));
  const looks = [
    ...spooled(spoolOf(directory)).map(waitingLook),
    ...(own.unkept === null ? [] : [ownLook(own.unkept)]),
  ];
  let [taken, faults] = [0, 0];
  let isLeft = own.unkept !== null;
  let isStopped = isTooEarly(memory.state(), now());
  for (const look of looks) {
    if (isStopped || elapsedMs() > untilMs) break;
    const step = await handOver({ enrolment, key, send, now }, memory.state(), look, now);
    await memory.keep(step.state, step.acknowledgements);
    if (step.isOver) look.drop();
    if (step.isOver && look.isOwn) isLeft = false;
    if (step.acknowledgements !== null) taken += 1;
    // One report at which a hub fails holds up no other; two are the hub itself.
    if (step.mayBeIts) faults += 1;
    isStopped = !step.isOver && (!step.mayBeIts || faults > 1);
  }
  // The one that could not be kept is the last one, and gone with this run.
  if (isLeft) await memory.keep(withLost(memory.state(), 1, now(), UNKEPT));
  const waiting = spooled(spoolOf(directory)).length;
  const error = isStopped ? (memory.state().waiting?.error ?? '') : memory.complaint();
  const errors = [error, isLeft ? `the look of this run is lost: ${UNKEPT}` : ''];
  return { channel, taken, error: errors.filter((one) => one !== '').join('; '), waiting };
}

const FULL = `a node keeps ${SPOOL_LIMITS.count} reports or ${SPOOL_LIMITS.bytes / 1024 / 1024} MiB for a hub that takes nothing, and the oldest went`;

const UNKEPT = 'the disk of this node did not keep it, and the hub did not take it at once';

/** Said before it is done: whoever is killed in between has said it of one that still waits, and not lost one without a word. */
async function makeRoom(directory: string, memory: Memory, now: () => Date): Promise<void> {
  for (const one of beyondLimits(spoolOf(directory))) {
    const before = memory.state();
    await memory.keep(withLost(before, 1, now(), FULL));
    if (!dropSpooled(one)) await memory.keep(before);
  }
}

type Memory = ReturnType<typeof memoryOf>;

/** What is known of a hub. Where the disk takes nothing it is known for this run: that keeps no report from leaving. */
function memoryOf(directory: string) {
  let state = hubState(directory);
  let complaint = '';
  return {
    state: (): HubState => state,
    /** Why something was not kept; empty where all was. */
    complaint: (): string => complaint,
    keep: async (next: HubState, acknowledgements: readonly Acknowledgement[] | null = null): Promise<void> => {
      state = next;
      try {
        await keepHubState(directory, state);
        if (acknowledgements !== null) await keepHubAcknowledgements(directory, acknowledgements);
      } catch (error) {
        complaint = messageOf(error);
      }
    },
  };
}

/** One look that is to be handed over. */
interface Look {
  readonly takenAt: string;
  readonly contentDigest: string;
  /** null where it was damaged. */
  readonly body: () => Uint8Array | 'gone' | null;
  readonly drop: () => void;
  /** Of this run, and nowhere on the disk. */
  readonly isOwn: boolean;
}

const waitingLook = (one: Spooled): Look => ({
  ...{ takenAt: one.takenAt, contentDigest: one.contentDigest },
  body: () => readSpooled(one),
  drop: () => void dropSpooled(one),
  isOwn: false,
});

const ownLook = ({ takenAt, contentDigest, body }: PackedReport): Look => ({
  ...{ takenAt, contentDigest },
  body: () => body,
  drop: () => undefined,
  isOwn: true,
});

function isTooEarly({ waiting }: HubState, now: Date): boolean {
  const ms = waiting === null ? 0 : Date.parse(waiting.notBefore) - now.getTime();
  // A time further ahead than any wait was written by a wrong clock.
  return ms > 0 && ms <= MOST_WAIT_MS;
}

interface Step {
  readonly state: HubState;
  /** What the hub said in its answer; null where it took nothing. */
  readonly acknowledgements: readonly Acknowledgement[] | null;
  /** This report need not wait any longer. */
  readonly isOver: boolean;
  readonly mayBeIts: boolean;
}

async function handOver(line: HubLine, state: HubState, one: Look, now: () => Date): Promise<Step> {
  const body = one.body();
  // Another run handed it over, or took it away and said so: it is not lost here.
  if (body === 'gone') return { state, acknowledgements: null, isOver: true, mayBeIts: false };
  if (body === null) return lose(state, now(), 'it was damaged on the disk of this node');
  const { takenAt, contentDigest } = one;
  const seen = isKnown(state, one) ? await sendHeartbeat(line, { takenAt, contentDigest }) : null;
  const isWhole = seen === null || seen.state === 'unknown';
  const reply: HubReply = isWhole ? await putReport(line, { takenAt, contentDigest, body }) : seen;
  if (reply.state === 'taken') {
    const lost = state.lost !== null && state.lost.at < takenAt ? null : state.lost;
    const wholeAt = isWhole ? takenAt : state.wholeAt;
    const sentAt = now().toISOString();
    const next = { contentDigest, wholeAt, sentAt, takenAt, waiting: null, lost };
    return { state: next, acknowledgements: reply.acknowledgements, isOver: true, mayBeIts: false };
  }
  const mayBeIts = reply.state === 'later' && reply.mayBeIts === true;
  const isOld = now().getTime() - Date.parse(takenAt) > FAILS_AT_MOST_MS;
  if (reply.state === 'never' || (mayBeIts && isOld)) return lose(state, now(), reply.because);
  const isRefused = reply.state !== 'later';
  const because = reply.state === 'unknown' ? 'the hub knows no report of that time' : reply.because;
  const waiting = nextTry(state, now(), isRefused, because, reply.state === 'later' ? reply.waitMs : 0);
  return { state: { ...state, waiting }, acknowledgements: null, isOver: false, mayBeIts };
}

/** Whether the hub has a report that says the same, and got it whole within a day. */
function isKnown({ contentDigest, wholeAt }: HubState, one: Pick<Look, 'contentDigest' | 'takenAt'>): boolean {
  if (contentDigest !== one.contentDigest || wholeAt === null) return false;
  const age = Date.parse(one.takenAt) - Date.parse(wholeAt);
  return age >= 0 && age < WHOLE_EVERY_MS;
}

const lose = (state: HubState, now: Date, because: string): Step => ({
  state: withLost(state, 1, now, because),
  ...{ acknowledgements: null, isOver: true, mayBeIts: false },
});

/** Said in the next report that goes out. */
const withLost = (state: HubState, count: number, now: Date, because: string): HubState => ({
  ...state,
  lost: { count: (state.lost?.count ?? 0) + count, at: now.toISOString(), because },
});

function nextTry({ waiting }: HubState, now: Date, refused: boolean, error: string, waitMs: number) {
  const attempts = (waiting?.attempts ?? 0) + 1;
  const wait = refused
    ? Math.min(HOUR_MS * 2 ** Math.min(attempts - 1, 10), MOST_REFUSED_MS)
    : Math.min(waitMs, MOST_WAIT_MS);
  return {
    since: waiting?.since ?? now.toISOString(),
    ...{ attempts, refused, error },
    notBefore: new Date(now.getTime() + wait).toISOString(),
  };
}
