import {
  type Actor,
  describeActor,
  type Intent,
  type RunEnd,
  type RunStart,
  type StateNow,
} from '../model/repair/journal.ts';
import { VERSION } from '../model/version.ts';
import type { Interrupted } from '../repair/step-verdict.ts';
import type { NodeAccess } from './node-access.ts';

/** One call of `clean` or `undo`, from its first record to its last. */
export interface Run {
  readonly id: string;
  readonly actor: Actor;
  readonly access: NodeAccess;
  /** The id of the next step; counts on through the whole journal. */
  readonly takeId: () => number;
  /** What every record begins with. */
  readonly head: () => { readonly schemaVersion: 1; readonly run: string; readonly at: string };
}

export interface RunSettings {
  readonly actor: Actor;
  readonly pid: number;
  readonly command: readonly string[];
  readonly nextId: number;
}

/**
 * Begins a run: its first record proves that the journal can be written. When it cannot, this throws and nothing on the
 * node has been touched.
 */
export async function startRun(access: NodeAccess, { actor, pid, command, nextId }: RunSettings): Promise<Run> {
  const id = `${access.now().toISOString().replace(/\D/g, '').slice(0, 14)}-${pid}`;
  let next = nextId;
  const head = () => ({ schemaVersion: 1, run: id, at: access.now().toISOString() }) as const;
  const start: RunStart = { ...head(), record: 'run-start', command, actor, pid, toolVersion: VERSION };
  await access.append(start);
  const takeId = () => {
    next += 1;
    return next - 1;
  };
  return { id, actor, access, takeId, head };
}

/** The last record only counts: a journal that is full by now has said everything that matters, so this never throws. */
export async function endRun(run: Run, counts: Pick<RunEnd, 'done' | 'skipped' | 'failed' | 'ended'>): Promise<void> {
  await run.access.append({ ...run.head(), record: 'run-end', ...counts }).catch(() => undefined);
}

/** Records what was seen of steps whose end nobody saw. One whose command lives stays open. */
export async function explainInterrupted(interrupted: readonly Interrupted[], run: Run): Promise<void> {
  for (const { step, running, state, seen } of interrupted) {
    const { id } = step.intent;
    if (running.length === 0)
      await run.access.append({ ...run.head(), record: 'explained', id, actor: run.actor, state, seen });
  }
}

/** One line for the system's log: who, what, on which device, with what result. */
export function auditLine(
  { id, undoes, finding, step }: Intent,
  { result, state }: { readonly result: string; readonly state: StateNow },
  actor: Actor,
): string {
  const why = undoes === null ? `finding ${finding.code}` : `undo of step ${undoes}`;
  const uuid = step.device.uuid === '' ? 'no UUID' : step.device.uuid;
  const words = [
    `step ${id}: ${result}, ${state}`,
    `\`${step.argv.join(' ')}\``,
    `device ${step.device.name} (${step.device.major}:${step.device.minor}, ${uuid})`,
    why,
    `by ${describeActor(actor)}`,
  ];
  return words.join('; ').replace(/[^ -~]/g, '?');
}
