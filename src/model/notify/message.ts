import type { Problem } from '../report/problem.ts';
import type { Report } from '../report/report.ts';
import type { PastProblem } from '../report/report-history.ts';

/** What changed since the run that a channel was last told of. An acknowledged problem is in none of its lists. */
export interface Change {
  /** When that run was; null where this is the first. */
  readonly since: string | null;
  /** Were not there then. */
  readonly fresh: readonly Problem[];
  /** Are not what they were then. */
  readonly changed: readonly ChangedProblem[];
  /** Came and went so often within a week that this is said once, and nothing more until they settle. */
  readonly flapping: readonly FlappingProblem[];
  /** Stood then; all of it was looked at since, and it is not there. */
  readonly resolved: readonly PastProblem[];
  /** Stood then, and could not be looked at now: neither standing nor resolved. */
  readonly notJudged: readonly PastProblem[];
  /** Are what they were then. */
  readonly standing: readonly Problem[];
  /** What can be looked at now, and could not then, and the other way round: `check DM010`, `mount /mnt/pve/nas`. */
  readonly sight: { readonly lost: readonly string[]; readonly regained: readonly string[] };
}

export interface ChangedProblem {
  readonly problem: Problem;
  /** `other`: as severe as before, under another code. */
  readonly how: 'worse' | 'better' | 'other';
  readonly before: PastProblem;
}

export interface FlappingProblem {
  /** As it was last seen. */
  readonly problem: PastProblem;
  /** How often it came or went in the last seven days. */
  readonly moves: number;
}

export interface Attachment {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: string;
}

/** What is delivered, in every form that a channel may need. */
export interface Message {
  /** A UUID, the same at every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly kind: 'report' | 'digest' | 'test';
  readonly createdAt: string;
  readonly node: string;
  readonly severity: Report['status'];
  readonly subject: string;
  /** For people, plain, at most a few screens. */
  readonly text: string;
  /** For a telephone: with the subject less than 4 096 bytes, which is what ntfy takes as a message. */
  readonly brief: string;
  /** The mail form, at most 100 kB. */
  readonly html: string;
  /** The full report. */
  readonly attachments: readonly Attachment[];
  /** The document that a webhook gets, as JSON. */
  readonly json: string;
}
