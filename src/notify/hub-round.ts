import { type HubLine, type HubReply, putReport, saySeen } from '../channels/hub.ts';
import type { HubState } from '../model/hub/enrolment.ts';
import type { Acknowledgement } from '../model/report/acknowledgement.ts';
import { hubState, type KnownHub, keepHubState, keepHubWords, spoolOf } from '../store/hub-files.ts';
import { dropSpooled, readSpooled, type Spooled, spooled } from '../store/hub-spool.ts';

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

const HOUR_MS = 60 * 60 * 1000;
/** What was refused is tried less and less often; longer waits are not believed. */
const MOST_REFUSED_MS = 6 * HOUR_MS;
const MOST_WAIT_MS = 24 * HOUR_MS;

/** Hands a hub what waits for it, the oldest first, until something stands in the way. Call it behind the lock for sending. */
export async function tellHub(hub: KnownHub, sending: HubSending): Promise<HubOutcome> {
  const line = { enrolment: hub.enrolment, key: hub.key, send: sending.send, now: sending.now };
  const untilMs = sending.elapsedMs() + BEGIN_UNTIL_MS;
  let state = hubState(hub.directory);
  let taken = 0;
  const waiting = spooled(spoolOf(hub.directory));
  if (!isTooEarly(state, sending.now())) {
    for (const one of waiting) {
      if (sending.elapsedMs() > untilMs) break;
      const step = await handOver(line, state, one, sending.now);
      state = step.state;
      await keepHubState(hub.directory, state);
      if (step.words !== null) await keepHubWords(hub.directory, step.words);
      if (step.isOver) dropSpooled(one);
      if (step.words !== null) taken += 1;
      if (!step.isOver) break;
    }
  }
  const left = spooled(spoolOf(hub.directory)).length;
  return { channel: hub.channel, taken, error: left === 0 ? '' : (state.waiting?.error ?? ''), waiting: left };
}

function isTooEarly({ waiting }: HubState, now: Date): boolean {
  const ms = waiting === null ? 0 : Date.parse(waiting.notBefore) - now.getTime();
  // A time further ahead than any wait was written by a wrong clock.
  return ms > 0 && ms <= MOST_WAIT_MS;
}

interface Step {
  readonly state: HubState;
  /** What the hub said in its answer; null where it took nothing. */
  readonly words: readonly Acknowledgement[] | null;
  /** This report need not wait any longer. */
  readonly isOver: boolean;
}

async function handOver(line: HubLine, state: HubState, one: Spooled, now: () => Date): Promise<Step> {
  const body = readSpooled(one);
  if (body === null) return lose(state, now(), 'it was damaged on the disk of this node');
  const { takenAt, essence } = one;
  const seen = isKnown(state, one) ? await saySeen(line, { takenAt, essence }) : null;
  const isWhole = seen === null || seen.state === 'unknown';
  const reply: HubReply = isWhole ? await putReport(line, { takenAt, essence, body }) : seen;
  if (reply.state === 'taken') {
    const lost = state.lost !== null && state.lost.at < takenAt ? null : state.lost;
    const wholeAt = isWhole ? takenAt : state.wholeAt;
    const sentAt = now().toISOString();
    const next = { essence, wholeAt, sentAt, takenAt, waiting: null, lost };
    return { state: next, words: reply.words, isOver: true };
  }
  if (reply.state === 'never') return lose(state, now(), reply.because);
  const isRefused = reply.state !== 'later';
  const because = reply.state === 'unknown' ? 'the hub knows no report of that time' : reply.because;
  const waiting = nextTry(state, now(), isRefused, because, reply.state === 'later' ? reply.waitMs : 0);
  return { state: { ...state, waiting }, words: null, isOver: false };
}

/** Whether the hub has a report that says the same, and got it whole within a day. */
function isKnown({ essence, wholeAt }: HubState, one: Spooled): boolean {
  if (essence !== one.essence || wholeAt === null) return false;
  const age = Date.parse(one.takenAt) - Date.parse(wholeAt);
  return age >= 0 && age < WHOLE_EVERY_MS;
}

const lose = (state: HubState, now: Date, because: string): Step => ({
  state: withLost(state, 1, now, because),
  words: null,
  isOver: true,
});

/** Said in the next report that goes out. */
export const withLost = (state: HubState, count: number, now: Date, because: string): HubState => ({
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
