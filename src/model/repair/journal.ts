import type { DiskIdentity } from '../device-mapper/block-devices.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';
import type { DeviceIdentity, Gate, PlannedFinding, Step } from './plan.ts';

/** Who changes the node: the process's user, and the person behind sudo or the login. */
export interface Actor {
  readonly uid: number;
  readonly user: string;
  /** SUDO_USER and SUDO_UID; null without sudo. */
  readonly sudoUser: string | null;
  readonly sudoUid: number | null;
  /** /proc/self/loginuid, which survives su and sudo; null where it was never set. */
  readonly loginUid: number | null;
}

/** `root, sudo by alice (1000), login uid 1000`. */
export function describeActor({ user, uid, sudoUser, sudoUid, loginUid }: Actor): string {
  const parts = [user === '' ? `uid ${uid}` : user];
  if (sudoUser !== null) parts.push(`sudo by ${sudoUser}${sudoUid === null ? '' : ` (${sudoUid})`}`);
  if (loginUid !== null) parts.push(`login uid ${loginUid}`);
  return parts.join(', ');
}

/** What lay below a device when it was changed, so that `undo` can tell whether it is still the same thing. */
export interface Underlying {
  readonly devNo: string;
  readonly kernelName: string;
  readonly dmName: string;
  readonly dmUuid: string;
  /** The VG whose physical volume it was; empty otherwise. */
  readonly vgName: string;
  /** Null for a device-mapper device, whose UUID says it; missing in journals before 0.2. */
  readonly disk?: DiskIdentity | null;
}

/** What mapped the same sectors already when a device was removed. */
export interface CoMapper {
  readonly kind: 'device' | 'volume';
  /** dm name, or `vg/lv`. */
  readonly name: string;
  readonly uuid: string;
}

interface Head {
  readonly schemaVersion: 1;
  /** All records of one run have the same. */
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface RunStart extends Head {
  readonly record: 'run-start';
  readonly command: readonly string[];
  readonly actor: Actor;
  readonly pid: number;
  readonly toolVersion: string;
}

/** What is about to be done. Written and flushed before the command runs. */
export interface Intent extends Head {
  readonly record: 'intent';
  /** Counts on through the whole journal; `undo` takes it. */
  readonly id: number;
  /** The step that this one takes back; null for a repair. */
  readonly undoes: number | null;
  readonly finding: PlannedFinding;
  readonly step: Step;
  /** The LV in metadata, where there is one. */
  readonly volume: LogicalVolume | null;
  readonly below: readonly Underlying[];
  readonly coMappers: readonly CoMapper[];
  readonly gates: readonly Gate[];
}

/** A process of a command that changes the node. */
export interface StepProcess {
  readonly pid: number;
  /** Field 22 of proc_pid_stat(5): with the pid it is this process and no later one. */
  readonly startTicks: number;
  readonly commandLine: string;
}

/** The command was given up and goes on: the step stays open until it has ended. */
export interface Running extends Head {
  readonly record: 'running';
  readonly id: number;
  readonly bootId: string;
  readonly processes: readonly StepProcess[];
}

/** By which the processes of a step are known again. */
export const stepToken = ({ run, id }: Pick<Intent, 'run' | 'id'>): string => `${run}/${id}`;

/** `changed`: as intended. `unchanged`: the node is as before. `different`, `unknown`: somebody should look. */
export type StateNow = 'changed' | 'unchanged' | 'different' | 'unknown';

/** What became of it: the command's own answer, and what the node looks like now. */
export interface Outcome extends Head {
  readonly record: 'outcome';
  readonly id: number;
  readonly result: 'done' | 'refused' | 'failed';
  readonly argv: readonly string[];
  readonly outcome: string;
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly state: StateNow;
  /** What was read again, a sentence without a full stop. */
  readonly seen: string;
  readonly device: DeviceIdentity | null;
}

/** What a later run found of a step whose end nobody had seen. */
export interface Explained extends Head {
  readonly record: 'explained';
  readonly id: number;
  readonly actor: Actor;
  readonly state: StateNow;
  readonly seen: string;
}

export interface RunEnd extends Head {
  readonly record: 'run-end';
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** `finished`, `quit`, `interrupted by SIGINT`, `stopped: …`. */
  readonly ended: string;
}

export type JournalRecord = RunStart | Intent | Running | Outcome | Explained | RunEnd;

/** One step with all that the journal says of it. */
export interface JournalStep {
  readonly intent: Intent;
  readonly actor: Actor | null;
  readonly outcome: Outcome | null;
  readonly explained: Explained | null;
  /** The step that took it back; null while it stands. */
  readonly undoneBy: number | null;
}

export interface Journal {
  readonly records: readonly JournalRecord[];
  /** In the order of their ids. */
  readonly steps: readonly JournalStep[];
  /** Steps of which it is not known what they came to: each later run looks again until it is. */
  readonly open: readonly JournalStep[];
  readonly nextId: number;
  /** Lines that could not be read, each a sentence. */
  readonly problems: readonly string[];
}

/** What the step came to: by its outcome, or where that could not be read by who looked later; null where nobody did. */
export const stateOfStep = ({ outcome, explained }: Pick<JournalStep, 'outcome' | 'explained'>): StateNow | null =>
  outcome !== null && outcome.state !== 'unknown' ? outcome.state : (explained?.state ?? outcome?.state ?? null);

/** Whether the step changed the node, as far as the journal knows. */
export const tookEffect = (entry: JournalStep): boolean => stateOfStep(entry) === 'changed';
