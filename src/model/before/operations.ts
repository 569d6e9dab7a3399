import type { Facts } from '../check.ts';
import type { SectionReadings } from '../derived.ts';
import type { Answer, Operation, Wanted } from './answer.ts';
import { beforeClone, beforeMoveDisk, beforeResize, beforeTemplate } from './copies.ts';
import { beforeDestroy } from './destroy.ts';
import { beforeMigrate } from './migrate.ts';
import { beforeReboot } from './reboot.ts';
import { beforeRestore } from './restore.ts';
import type { Situation } from './situation.ts';
import { beforeDeleteSnapshot, beforeRollback, beforeSnapshot } from './snapshots.ts';
import { beforeStart } from './start.ts';

export type OperationFacts = Facts<'guests' | 'storage' | 'cluster'>;

/** A row: what an operation needs to be told, and what it will do. */
export interface Row {
  /** Of the words of `Wanted` those that it cannot do without. */
  readonly needs: readonly ('to' | 'disk' | 'snapshot')[];
  /** Whether the guest has to be there. */
  readonly isNew?: true;
  readonly answer: (situation: Situation, wanted: Wanted, facts: OperationFacts, isThere: boolean) => Answer;
}

export const GUEST_OPERATIONS: { readonly [K in Exclude<Operation, 'reboot'>]: Row } = {
  destroy: { needs: [], answer: beforeDestroy },
  migrate: {
    needs: ['to'],
    answer: (situation, { to }, { cluster }) => beforeMigrate(situation, to ?? '', cluster.nodeNames),
  },
  start: { needs: [], answer: beforeStart },
  clone: { needs: [], answer: (situation, wanted) => beforeClone(situation, wanted) },
  snapshot: { needs: ['snapshot'], answer: (situation, { snapshot }) => beforeSnapshot(situation, snapshot ?? '') },
  delsnapshot: {
    needs: ['snapshot'],
    answer: (situation, { snapshot }) => beforeDeleteSnapshot(situation, snapshot ?? ''),
  },
  rollback: { needs: ['snapshot'], answer: (situation, { snapshot }) => beforeRollback(situation, snapshot ?? '') },
  resize: {
    needs: ['disk'],
    answer: (situation, { disk, addedBytes }) => beforeResize(situation, disk ?? '', addedBytes),
  },
  'move-disk': {
    needs: ['disk'],
    answer: (situation, wanted) => beforeMoveDisk(situation, { ...wanted, disk: wanted.disk ?? '' }),
  },
  template: { needs: [], answer: beforeTemplate },
  restore: {
    needs: [],
    isNew: true,
    answer: (situation, { storage }, _facts, isThere) => beforeRestore(situation, storage, isThere),
  },
};

export const rebootAnswer = (facts: OperationFacts, readings: SectionReadings): Answer => beforeReboot(facts, readings);
