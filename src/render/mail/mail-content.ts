import type { Severity } from '../../model/finding.ts';
import type { OverallStatus } from '../../model/report/report.ts';

/**
 * What a mail says, before anybody decides how it looks: the HTML and the plain part are two layouts of this. Every text in
 * it is printable already and has its largest length.
 */
export interface MailContent {
  readonly subject: string;
  /** What a list of mails shows beside the subject. */
  readonly preview: string;
  readonly about: string;
  readonly node: string;
  readonly status: OverallStatus;
  readonly grade: string;
  /** When and where it was taken, and what the run before it gave. */
  readonly facts: readonly string[];
  readonly alert: Alert;
  readonly change: ChangeContent | null;
  readonly findings: FindingsContent;
  readonly unjudged: List<string>;
  readonly unseen: List<string>;
  readonly summary: readonly Pair[];
  readonly devices: List<DeviceLine>;
  readonly guests: List<GuestLine>;
  readonly guestNote: string;
  readonly mounts: List<MountLine>;
  readonly mountNote: string;
  readonly system: readonly Pair[];
  readonly footer: readonly string[];
}

/** Rows that may be shown, and how many there are of them and others. */
export interface List<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

export type Pair = readonly [label: string, text: string];

export type Tone = Severity | OverallStatus;

/** What has to be seen first. */
export interface Alert {
  readonly title: string;
  readonly lines: List<string>;
  readonly notes: readonly string[];
}

export interface ChangeContent {
  readonly title: string;
  readonly counts: string;
  readonly lists: readonly { readonly title: string; readonly lines: List<string> }[];
}

export interface FindingsContent {
  readonly note: string;
  readonly rows: readonly FindingRow[];
  readonly total: number;
}

export type FindingRow =
  /** Stands alone, or begins a group and says what its members share. */
  | (FindingText & { readonly kind: 'finding' | 'group'; readonly severity: Severity; readonly code: string })
  | (FindingText & { readonly kind: 'member' })
  /** `telling`: how many findings this line stands for. */
  | { readonly kind: 'more'; readonly text: string; readonly telling: number };

export interface FindingText {
  readonly title: string;
  readonly tag: string;
  readonly evidence: readonly string[];
  readonly texts: readonly Pair[];
  /** Whole command lines; one that is too long is not here but in a note. */
  readonly commands: readonly string[];
  readonly notes: readonly Pair[];
}

export interface DeviceLine {
  readonly name: string;
  readonly use: string;
  readonly holders: readonly string[];
}

export interface GuestLine {
  readonly vmid: string;
  readonly name: string;
  readonly status: string;
  readonly health: string;
  readonly tone: Tone | null;
}

export interface MountLine {
  readonly status: string;
  readonly tone: Tone | null;
  readonly where: string;
  readonly detail: string;
  readonly used: string;
}

/** At most `most` rows of what is there. */
export const listed = <S, T>(items: readonly S[], most: number, toRow: (item: S) => T): List<T> => ({
  rows: items.slice(0, most).map(toRow),
  total: items.length,
});

/** What stands where rows are left out. */
export const moreText = (hidden: number): string => `and ${hidden} more, in the attached report`;
