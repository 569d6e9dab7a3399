import { findLeftovers } from '../../src/engine/examine.ts';
import { sectionsOf } from '../../src/model/derived.ts';
import type { JournalStep } from '../../src/model/repair/journal.ts';
import type { Plan, Repairs } from '../../src/model/repair/plan.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { planRepairs, type Selection } from '../../src/repair/index.ts';
import { stepFacts } from '../../src/repair/step-facts.ts';
import { type MemoryNode, snapshotOf } from './memory-node.ts';

export const EVERYTHING: Selection = { only: null, vmid: null };

/** What would be repaired on this node as it is now. */
export const planOn = (node: MemoryNode, selection = EVERYTHING): Repairs => planFor(snapshotOf(node), selection);

export const planFor = (snapshot: Snapshot, selection = EVERYTHING): Repairs =>
  planRepairs(findLeftovers(snapshot).findings, snapshot, selection);

/** The first plan. */
export function firstPlan(node: MemoryNode): Plan {
  const [plan] = planOn(node).plans;
  if (plan === undefined) throw new Error('nothing is planned');
  return plan;
}

/** The journal's record of the first plan, as if it had just been done. */
export function takenStep(node: MemoryNode, over: Partial<JournalStep> = {}): JournalStep {
  const { finding, step, gates } = firstPlan(node);
  const head = { schemaVersion: 1, run: 'r', at: '2026-11-20T02:00:00.000Z', id: 1 } as const;
  const actor = { uid: 0, user: 'root', sudoUser: null, sudoUid: null, loginUid: null };
  const facts = stepFacts(step.device, sectionsOf(snapshotOf(node)));
  return {
    intent: { ...head, record: 'intent', undoes: null, finding, step, gates, ...facts },
    ...{ actor, outcome: null, running: null, undoneBy: null },
    explained: { ...head, record: 'explained', actor, state: 'changed', reason: null, seen: '' },
    ...over,
  };
}
