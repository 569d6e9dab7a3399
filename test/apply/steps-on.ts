import { applyStep, type Intended } from '../../src/apply/apply-step.ts';
import type { NodeAccess } from '../../src/apply/node-access.ts';
import { type Run, startRun } from '../../src/apply/run.ts';
import type { Journal, StepResult } from '../../src/model/repair/journal.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { planUndo } from '../../src/repair/plan-undo.ts';
import { parseJournal } from '../../src/store/journal.ts';
import { active, volume } from '../checks/examples.ts';
import { type MemoryNode, memoryAccess, memoryNode, snapshotOf } from './memory-node.ts';
import { firstPlan, planFor } from './plan-on.ts';

const ACTOR = { uid: 0, user: 'root', sudoUser: 'alice', sudoUid: 1000, loginUid: 1000 };

/** LV vm-500-disk-0 of nobody, active. */
export function orphan(): MemoryNode {
  const lv = volume('san', 'vm-500-disk-0');
  return memoryNode({ volumes: [lv], devices: [active(lv, 5)] });
}

/** The first plan, as it is shown before it is applied. */
export function intend(node: MemoryNode): Intended {
  const plan = firstPlan(node);
  return {
    finding: plan.finding,
    step: plan.step,
    undoes: null,
    planAgain: (snapshot) => {
      const { plans, refusals } = planFor(snapshot);
      const isSame = ({ deviceName }: { readonly deviceName: string }) => deviceName === plan.deviceName;
      return plans.find(isSame) ?? refusals.find(isSame) ?? { because: 'no finding names it', gates: [] };
    },
  };
}

export const journalOf = (node: MemoryNode): Journal =>
  parseJournal(node.records.map((record) => `${JSON.stringify(record)}\n`).join(''));

export function runOn(node: MemoryNode, over: Partial<NodeAccess> = {}): Promise<Run> {
  const settings = { actor: ACTOR, pid: 1, command: ['clean'], nextId: journalOf(node).nextId };
  return startRun(memoryAccess(node, over), settings);
}

export const cleanOnce = async (node: MemoryNode, over: Partial<NodeAccess> = {}): Promise<StepResult> =>
  applyStep(intend(node), await runOn(node, over));

/** How taking a step back ends, or why it is refused. */
export async function undo(node: MemoryNode, id: number, over: Partial<NodeAccess> = {}): Promise<string> {
  const entry = journalOf(node).steps.find(({ intent }) => intent.id === id);
  if (entry === undefined) throw new Error('no such step');
  const plan = planUndo(entry, snapshotOf(node));
  if ('because' in plan) return plan.because;
  const { finding } = entry.intent;
  const intended = {
    finding,
    step: plan.step,
    undoes: id,
    planAgain: (snapshot: Snapshot) => planUndo(entry, snapshot),
  };
  const { state, reason } = await applyStep(intended, await runOn(node, over));
  return reason ?? state;
}
