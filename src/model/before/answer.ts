/** What an operation of Proxmox VE will take or change, what stops it, and what nobody looked at. Nothing here ever says that an operation is safe. */

export const OPERATIONS = [
  'destroy',
  'migrate',
  'start',
  'clone',
  'snapshot',
  'delsnapshot',
  'rollback',
  'resize',
  'move-disk',
  'template',
  'restore',
  'reboot',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** What is to be done, in the words of the command line; null where it was not given. */
export interface Wanted {
  readonly operation: Operation;
  /** null for `reboot` alone. */
  readonly vmid: number | null;
  readonly to: string | null;
  readonly storage: string | null;
  /** `scsi0`, `mp1`. */
  readonly disk: string | null;
  readonly snapshot: string | null;
  readonly newid: number | null;
  /** Bytes that `resize` adds. */
  readonly addedBytes: number | null;
  readonly full: boolean;
  /** `move-disk` with `--delete`. */
  readonly deletes: boolean;
  /** `raw`, `qcow2`, `vmdk` for `move-disk`. */
  readonly diskFormat: string | null;
}

export interface Answer {
  readonly touched: readonly TouchedVolume[];
  readonly stops: readonly Stop[];
  /** To know before it is done, each as a sentence without a full stop. */
  readonly notes: readonly string[];
  /** What may stop it or be taken besides, and was not looked at, each as a sentence without a full stop. */
  readonly notLooked: readonly string[];
}

/** A volume that the operation removes, changes or reads. */
export interface TouchedVolume {
  readonly volid: string;
  readonly fate: Fate;
  /** Lines of the guest that name it (`scsi0`, `snapshot before: vmstate`); empty where none does. */
  readonly lines: readonly string[];
  /** `missing`: it is not on its storage; `unseen`: nobody could look. */
  readonly seen: 'there' | 'missing' | 'unseen';
  readonly sizeBytes: number | null;
  /** `LV UUID …`, `file 8:1 77` (device and inode), `image a1b2`; empty where nothing tells it. */
  readonly identity: string;
  /** Who else names or uses it, each as a sentence without a full stop. */
  readonly others: readonly string[];
}

/**
 * - `removed`: gone afterwards;
 * - `removed or unused`: by the restore of a VM, gone if the archive brings a disk of its key, else an unused disk without snapshots;
 * - `removed if asked`: with `--destroy-unreferenced-disks 1`, or after a rescan, which adopts it;
 * - `kept`: named by the guest, and left, since its number is of another guest, or its storage cannot be activated;
 * - `adopted`: it becomes an unused disk of the guest, which the next destroy removes;
 * - `moved`: copied to the other node, and then gone here;
 * - `replaced`: what is in it is lost; `changed`, `copied`, `renamed`: as the word says.
 */
export type Fate =
  | 'removed'
  | 'removed or unused'
  | 'removed if asked'
  | 'adopted'
  | 'kept'
  | 'replaced'
  | 'changed'
  | 'copied'
  | 'renamed'
  | 'moved';

const TAKES: ReadonlySet<Fate> = new Set(['removed', 'removed or unused', 'replaced', 'moved']);

/** What makes Proxmox VE refuse or fail. */
export interface Stop {
  /** A sentence without a full stop. */
  readonly because: string;
  /** What Proxmox VE prints then, so that it can be searched for; empty where its text is not known. */
  readonly text: string;
  /** `run`: the text came from Proxmox VE's own program on a real kernel; `read`: it stands in its sources. */
  readonly basis: 'run' | 'read';
}

export const NOTHING: Answer = { touched: [], stops: [], notes: [], notLooked: [] };

export const stop = (because: string, text: string, basis: Stop['basis'] = 'read'): Stop => ({ because, text, basis });

/** Of several parts, each sentence once. */
export const together = (...parts: readonly Partial<Answer>[]): Answer => ({
  touched: parts.flatMap(({ touched = [] }) => touched),
  stops: parts
    .flatMap(({ stops = [] }) => stops)
    .filter(({ because }, at, all) => all.findIndex((other) => other.because === because) === at),
  notes: [...new Set(parts.flatMap(({ notes = [] }) => notes))],
  notLooked: [...new Set(parts.flatMap(({ notLooked = [] }) => notLooked))],
});

/** What it takes of somebody else, or may. */
export const takesOfOthers = ({ touched }: Answer): boolean =>
  touched.some(({ fate, others }) => TAKES.has(fate) && others.length > 0);

/** 2 something stops it, or somebody else's data would go; 3 something was not looked at; 1 something to know; 0 nothing found. */
export const exitOf = (answer: Answer): 0 | 1 | 2 | 3 =>
  answer.stops.length > 0 || takesOfOthers(answer)
    ? 2
    : answer.notLooked.length > 0
      ? 3
      : answer.notes.length > 0
        ? 1
        : 0;
