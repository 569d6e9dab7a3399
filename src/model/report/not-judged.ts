import { splitDmName } from '../device-mapper/dm-name.ts';
import type { CheckCode, Subject } from '../finding.ts';
import type { Occupied } from '../guests/in-flight.ts';

/**
 * Why something was not judged:
 * - `hidden`: it could not be read, or what was read does not decide;
 * - `cut`: a list was longer than what is passed on;
 * - `older-version`: the pve-doctor that looked does not know the check;
 * - `busy`: a task, a migration or a young lock works on it, or it changed while the node was read;
 * - `away`: it cannot be asked now (its container is stopped, its file system is not mounted or does not answer), which is no fault of
 *   this look, or is a finding of its own;
 * - `not-compared`: what lies outside this node was not heard;
 * - `not-applicable`: this node has nothing of the kind, as far as it shows.
 */
export type NotJudgedKind = 'hidden' | 'cut' | 'older-version' | 'busy' | 'away' | 'not-compared' | 'not-applicable';

/** What a check looks at and does not judge. */
export interface LeftOut {
  readonly kind: NotJudgedKind;
  /** null: no subject alone. With `vmids` empty too it is all that the check looks at. A volume group is all that lies in it. */
  readonly subject: Subject | null;
  /** Guests whose part it is, of a subject only for people; empty: not of guests alone. */
  readonly vmids: readonly number[];
  /** Without a full stop. */
  readonly reason: string;
}

/** One line of the list of what was not judged, the only source of every statement about it. */
export interface NotJudged extends LeftOut {
  /** Checks that left it out; null: every check, of this subject. */
  readonly codes: readonly CheckCode[] | null;
  /** In the report of a cluster: the node that did not judge it; null elsewhere, and for what is between nodes. */
  readonly node: string | null;
  /** Of what is busy: when it was last judged, so that this verdict stands; null where that is not known. ISO 8601. */
  readonly lastJudgedAt: string | null;
}

/** Begins the reason where there is nothing that could be judged, and so nothing that could be well. */
export const NOTHING_HERE = 'nothing to check here';

/** That reason, where a report has it. */
export const nothingHereIn = (notJudged: readonly Pick<NotJudged, 'reason'>[]): string | null =>
  notJudged.find(({ reason }) => reason.startsWith(NOTHING_HERE))?.reason ?? null;

/** What the verdict of the node is open without: `check` ends with 3. */
const LEAVES_OPEN: ReadonlySet<NotJudgedKind> = new Set(['hidden', 'cut', 'older-version']);

export const leavesOpen = ({ kind }: Pick<LeftOut, 'kind'>): boolean => LEAVES_OPEN.has(kind);

/** Busy, and nobody has ever judged it: there is no verdict that could stand. */
export const waits = ({ kind, lastJudgedAt }: Pick<NotJudged, 'kind' | 'lastJudgedAt'>): boolean =>
  kind === 'busy' && lastJudgedAt === null;

/** What a finding is about, as its key has it (`findingKey`). */
export interface JudgedThing {
  readonly code: string;
  /** null: a node told of it, and not what it is. */
  readonly kind: string | null;
  readonly id: string;
  readonly vmid: number | null;
  readonly node: string | null;
}

/** Whether a line of the list leaves open what became of a finding. */
export function covers({ codes, subject, vmids, node }: NotJudged, thing: JudgedThing): boolean {
  if (node !== thing.node) return false;
  if (codes !== null && !codes.some((code) => code === thing.code)) return false;
  if (subject !== null) return isOf(subject, thing);
  return vmids.length === 0 || (thing.vmid !== null && vmids.includes(thing.vmid));
}

/** What a busy line is about, in a word each: `guest 100`, `device vg-x`. */
export const waitNames = ({ vmids, subject, reason }: LeftOut): readonly string[] =>
  vmids.length > 0
    ? vmids.map((vmid) => `guest ${vmid}`)
    : [subject === null ? reason : `${subject.kind} ${subject.id}`];

/** A volume group or a storage stands for all that lies in it. */
const isOf = ({ kind, id }: Subject, thing: JudgedThing): boolean =>
  thing.kind === null ||
  (kind === thing.kind && id === thing.id) ||
  (kind === 'volume-group' && groupOf(thing) === id) ||
  (kind === 'storage' && thing.kind === 'volume' && thing.id.startsWith(`${id}:`));

function groupOf({ kind, id }: JudgedThing): string | null {
  if (kind === 'device') return splitDmName(id)?.vgName ?? null;
  return kind === 'volume' || kind === 'thin-pool' ? id.slice(0, Math.max(0, id.indexOf('/'))) : null;
}

/** A look could not be taken, or what it gave does not decide. */
export const hidden = (reason: string, of: Partial<LeftOut> = {}): LeftOut => ({
  ...{ kind: 'hidden', subject: null, vmids: [], reason },
  ...of,
});

/** Of a guest that something works on, or of which nobody knows whether something does. */
export const occupiedGuest = (vmid: number, { is, because }: Occupied): LeftOut =>
  is === 'busy' ? busyGuest(vmid, because) : hidden(`guest ${vmid}: ${because}`, { vmids: [vmid] });

export const busyGuest = (vmid: number, reason: string): LeftOut => ({
  ...{ kind: 'busy', subject: null, vmids: [vmid] },
  reason: `guest ${vmid}: ${reason}`,
});
