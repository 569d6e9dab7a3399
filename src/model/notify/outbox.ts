import type { OverallStatus, Report } from '../report/report.ts';
import type { PastRun } from '../report/report-history.ts';
import type { Change, Message } from './message.ts';

/** What is known of a channel at the moment in which a run is kept. A channel that nobody wrote of before is a new one. */
export interface ChannelState {
  /** Since the run that it was last told of; everything of the report is fresh where it was never told. */
  readonly change: Change;
  /** The overall status that it was last told; null where it was never told. */
  readonly status: OverallStatus | null;
  /** When its last digest was made, as the clock stood then; null where there was none. May lie ahead: clocks jump. */
  readonly lastDigestAt: string | null;
}

/** A run in the moment in which it is kept. */
export interface KeptRun {
  readonly run: PastRun;
  /** With its history. */
  readonly report: Report;
  /** Reads the database: cheap, but ask once for each channel. */
  readonly channel: (name: string) => ChannelState;
}

export interface Addressed {
  readonly channel: string;
  readonly message: Message;
}

export interface Decision {
  /** What goes out. Each of these channels is told of this run, and of a digest where the message is one. */
  readonly messages: readonly Addressed[];
  /** Channels that are not told, and count their next change from this run all the same: there was nothing to tell. */
  readonly upToDate: readonly string[];
}

/**
 * Decides, inside the transaction that keeps a run, what becomes a message. Synchronous, and whatever it throws takes the
 * run back: a run is kept with all of its messages or not at all.
 */
export type Decide = (kept: KeptRun) => Decision;

export const NOBODY_TOLD: Decision = { messages: [], upToDate: [] };

/** What became of keeping a run. */
export type KeepResult =
  | {
      readonly kept: true;
      readonly run: PastRun;
      /** The report with its history. */
      readonly report: Report;
      /** What the user should know, each a sentence: a database set aside, messages given up. */
      readonly warnings: readonly string[];
    }
  | {
      /** Nothing was kept, and nothing became a message. */
      readonly kept: false;
      readonly because: string;
    };

export type MessageState = 'pending' | 'sent' | 'given-up';

/** A message of the outbox without its body. */
export interface OutboxEntry {
  /** Counts up; what people type. */
  readonly number: number;
  /** The message's UUID. */
  readonly id: string;
  readonly channel: string;
  readonly kind: Message['kind'];
  readonly subject: string;
  readonly state: MessageState;
  readonly createdAt: string;
  readonly attempts: number;
  /** When it is tried (again); null unless pending. */
  readonly nextAttemptAt: string | null;
  /** When it was sent or given up; null while pending. */
  readonly endedAt: string | null;
  /** What the last attempt met; empty where there was none, it goes on, or it went well. */
  readonly lastError: string;
}

/** A message that was taken to be sent: nobody else takes it until the time that was given. */
export interface TakenMessage {
  readonly entry: OutboxEntry;
  /** What is kept of it may be damaged: that it cannot be sent must not keep later ones of its channel waiting. */
  readonly message: Message | { readonly unreadable: string };
}

/** No retry may be put off further than this: a time beyond it comes from a clock that was wrong, and counts as due. */
export const LONGEST_DELAY_MS = 24 * 60 * 60 * 1000;

/**
 * Messages on disk until they are delivered, and for a while after it. Every answer is a value; what the disk refuses is
 * thrown as `StoreProblem`.
 */
export interface Outbox {
  /** Messages outside of a run (a test, `report --send`): each is on disk when this answers. */
  readonly enqueue: (messages: readonly Addressed[]) => readonly OutboxEntry[];
  /**
   * Pending ones whose time has come, oldest first, without their bodies; and before them those of the same channel that wait
   * for their next attempt, so that nothing overtakes what it is about.
   */
  readonly due: (now: string) => readonly OutboxEntry[];
  /**
   * Takes one to be sent: counts an attempt and puts the next one off until `until`, so that two runs never send the same
   * message, and one that dies while sending loses nothing. null: it is not pending, is being sent, or is not due any more.
   */
  readonly take: (number: number, now: string, until: string) => TakenMessage | null;
  readonly markSent: (number: number, at: string) => void;
  /** After the attempt `attempts`, which `take` counted. `nextAttemptAt` null: given up. */
  readonly markFailed: (failure: {
    readonly number: number;
    readonly attempts: number;
    readonly error: string;
    readonly at: string;
    readonly nextAttemptAt: string | null;
  }) => void;
  /** Makes one that was given up pending again, due at once. Whether there was such a one. */
  readonly tryAgain: (number: number, now: string) => boolean;
  /** Newest first. */
  readonly list: (limit: number) => readonly OutboxEntry[];
  /** Any message that is still kept, as it was queued. */
  readonly read: (number: number) => Message | null;
}
