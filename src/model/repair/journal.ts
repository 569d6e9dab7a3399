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
  /** Of the start of the machine in which it was begun; empty where the kernel does not say, missing in journals before 0.2. */
  readonly bootId?: string;
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

/** What a look at the node says of a step: as before, as intended, neither, or not to be told. */
export type StateNow = 'unchanged' | 'changed' | 'different' | 'unknown';

/** `running`: a process of its command lives, and may still do what it was started for. */
export type StepState = StateNow | 'running';

/**
 * Why a step changed nothing. `refused`: something speaks against it, or somebody answered no. `already`: somebody else had done it.
 * `failed`: the command did nothing, or the node is not what was shown. `interrupted`: a signal came before its command.
 */
export type UnchangedReason = 'refused' | 'already' | 'failed' | 'interrupted';

/** What came of a step: all that summary, history, exit status and undo go by. */
export interface StepResult<S extends StepState = StepState> {
  readonly state: S;
  /** null unless `unchanged`. */
  readonly reason: UnchangedReason | null;
  /** The step in the journal; null where nothing was tried. */
  readonly id: number | null;
  /** What was seen, or why nothing was done: a sentence without a full stop. */
  readonly seen: string;
  /** False where the journal could not be written after the command. */
  readonly isRecorded?: boolean;
}

export type Unchanged = StepResult<'unchanged'>;

export const unchanged = (reason: UnchangedReason, seen: string, id: number | null = null): Unchanged => ({
  ...{ state: 'unchanged', reason, id, seen },
});

/** Whether nobody has to look at it again. */
export const isSettled = (state: StepState): boolean => state === 'unchanged' || state === 'changed';

/** Whether the run goes no further: the node is not what was expected, or nobody knows what it is. */
export const endsRun = ({ state, reason, isRecorded = true }: StepResult): boolean =>
  !isSettled(state) || reason === 'failed' || !isRecorded;

/** What became of it: the command's own answer, and what the node looks like now. */
export interface Outcome extends Head {
  readonly record: 'outcome';
  readonly id: number;
  readonly argv: readonly string[];
  readonly outcome: string;
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly state: StateNow;
  /** Missing in journals before 0.2. */
  readonly reason?: UnchangedReason | null;
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
  /** Missing in journals before 0.2. */
  readonly reason?: UnchangedReason | null;
  readonly seen: string;
}

export interface RunEnd extends Head {
  readonly record: 'run-end';
  /** How many entries; `open`: what came of them is not settled. */
  readonly changed: number;
  readonly unchanged: number;
  readonly open: number;
  /** `finished`, `quit`, `interrupted by SIGINT`, `stopped: …`. */
  readonly ended: string;
}

export type JournalRecord = RunStart | Intent | Running | Outcome | Explained | RunEnd;

/** One step with all that the journal says of it. */
export interface JournalStep {
  readonly intent: Intent;
  readonly actor: Actor | null;
  readonly outcome: Outcome | null;
  /** What was last found of a step that was open. */
  readonly explained: Explained | null;
  /** Its command was seen running when its run ended. */
  readonly running: Running | null;
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

/** What came of the step, as far as the journal knows: by its outcome, or where that settles nothing by who looked later. */
export function stateOfStep({
  outcome,
  explained,
  running,
}: Pick<JournalStep, 'outcome' | 'explained' | 'running'>): StepState {
  if (outcome !== null && isSettled(outcome.state)) return outcome.state;
  return explained?.state ?? outcome?.state ?? (running === null ? 'unknown' : 'running');
}

/** Whether the step changed the node, as far as the journal knows. */
export const tookEffect = (entry: JournalStep): boolean => stateOfStep(entry) === 'changed';
