import type { ReportedFinding } from '../finding.ts';
import type { Report } from '../report/report.ts';
import type { PastFinding } from '../report/report-history.ts';

/** What changed since the run that a channel was last told of. */
export interface Change {
  /** When that run was; null where this is the first. */
  readonly since: string | null;
  readonly fresh: readonly ReportedFinding[];
  /** Those whose severity is another than then. */
  readonly shifted: readonly ReportedFinding[];
  readonly resolved: readonly PastFinding[];
  /** Stood then, and their checks could not look now: neither standing nor resolved. */
  readonly notJudged: readonly PastFinding[];
}

export interface Attachment {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: string;
}

/** What is delivered, in every form that a channel may need. Plain data: it is kept on disk until it is delivered. */
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
