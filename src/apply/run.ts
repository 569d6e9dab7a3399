import {
  type Actor,
  describeActor,
  type Intent,
  type RunStart,
  type StepResult,
  type StepState,
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
export async function endRun(run: Run, came: readonly Pick<StepResult, 'state'>[], ended: string): Promise<void> {
  const count = (wanted: StepState) => came.filter(({ state }) => state === wanted).length;
  const [changed, unchanged] = [count('changed'), count('unchanged')];
  const counts = { changed, unchanged, open: came.length - changed - unchanged };
  await run.access.append({ ...run.head(), record: 'run-end', ...counts, ended }).catch(() => undefined);
}

/** Records what was found of open steps, where that is news. One whose command lives stays as it is. */
export async function explainInterrupted(interrupted: readonly Interrupted[], run: Run): Promise<void> {
  for (const { step, state, reason, seen } of interrupted) {
    const { id } = step.intent;
    const isNews = step.explained?.state !== state || step.explained.seen !== seen;
    if (state !== 'running' && isNews)
      await run.access.append({ ...run.head(), record: 'explained', id, actor: run.actor, state, reason, seen });
  }
}

/** One line for the system's log: who, what, on which device, with what result. */
export function auditLine(
  { id, undoes, finding, step }: Intent,
  { state, reason }: Pick<StepResult, 'state' | 'reason'>,
  actor: Actor,
): string {
  const why = undoes === null ? `finding ${finding.code}` : `undo of step ${undoes}`;
  const uuid = step.device.uuid === '' ? 'no UUID' : step.device.uuid;
  const words = [
    `step ${id}: ${state}${reason === null ? '' : ` (${reason})`}`,
    `\`${step.argv.join(' ')}\``,
    `device ${step.device.name} (${step.device.major}:${step.device.minor}, ${uuid})`,
    why,
    `by ${describeActor(actor)}`,
  ];
  return words.join('; ').replace(/[^ -~]/g, '?');
}
