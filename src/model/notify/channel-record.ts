import type { HistoryState, KeptProblem } from '../report/history-state.ts';
import type { Report } from '../report/report.ts';

/** The newest run that was kept: what every message is made from. */
export interface NewestRun {
  /** Of the run, and so of what is said about it. */
  readonly uuid: string;
  readonly picture: HistoryState;
  /** With its history. */
  readonly report: Report;
}

/** What is kept of a channel. What it has not heard is nowhere kept: it is composed anew when it can be sent. */
export interface ChannelRecord {
  /** The run of the last message that it took; null where it took none. What changed is counted from there. */
  readonly told: Pick<NewestRun, 'uuid' | 'picture'> | null;
  /** When it last took a message, or first had nothing to hear. */
  readonly sentAt: string | null;
  readonly digestAt: string | null;
  /** Counts the messages that it took, over all nodes that send to it: the higher one knows more. */
  readonly turn: number;
  /** Something waits; null where it took what there was. */
  readonly waiting: Waiting | null;
}

export interface Waiting {
  readonly since: string;
  readonly attempts: number;
  /** What the last attempt met; empty while it goes on, or where it was killed. */
  readonly error: string;
  /** The other side refused it for good; somebody has to act. */
  readonly refused: boolean;
  /** When the retry timer tries it again. */
  readonly notBefore: string;
  /** Problems of messages that a process was killed over: nobody knows whether the channel took them. */
  readonly offered: readonly KeptProblem[];
}

export const UNKNOWN_CHANNEL: ChannelRecord = { told: null, sentAt: null, digestAt: null, turn: 0, waiting: null };

/** Where records are kept. What the disk refuses is thrown as `StoreProblem`. */
export interface ChannelStore {
  readonly newest: () => NewestRun | null;
  readonly record: (name: string) => ChannelRecord;
  /** On disk when what it gives was awaited. */
  readonly save: (name: string, record: ChannelRecord) => unknown;
}
