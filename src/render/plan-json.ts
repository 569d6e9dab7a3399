import { createHash } from 'node:crypto';
import {
  type CleanedItem,
  type CleaningPlan,
  type CleaningStep,
  type LeftAlone,
  stepsOf,
} from '../model/repair/cleaning-plan.ts';
import type { Phase } from '../model/repair/plan.ts';
import { VERSION } from '../model/version.ts';
import { jsonText } from './json.ts';

/** Enough that two plans of one node never share one by chance, and short enough to be typed. */
const ID_DIGITS = 12;

/**
 * What a plan would change, as a name: the same commands on the same devices under the same conditions have the same id,
 * whenever they are planned. Times, sizes and what is left alone do not count.
 */
export function planId(plan: Pick<CleaningPlan, 'units'>): string {
  const steps = plan.units.map((unit) => unit.map(({ step, after }) => ({ step, after })));
  return createHash('sha256').update(JSON.stringify(steps)).digest('hex').slice(0, ID_DIGITS);
}

/** What was asked for. */
export interface AskedFor {
  readonly only: Phase | null;
  readonly vmid: number | null;
  readonly names: readonly string[];
  readonly max: number | null;
}

/** What became of the plan. */
export interface CleanOutcome {
  /** The run in the journal; null when none was begun. */
  readonly run: string | null;
  readonly ended: string;
  readonly items: readonly CleanedItem[];
  readonly exitCode: number;
}

/** The plan, and with it what was done, for programs (docs/plan.schema.json). */
export function renderPlanJson(plan: CleaningPlan, asked: AskedFor, outcome: CleanOutcome | null): string {
  return jsonText({
    schemaVersion: 1,
    toolVersion: VERSION,
    takenAt: plan.takenAt,
    planId: stepsOf(plan).length === 0 ? null : planId(plan),
    asked: { only: asked.only, vmid: asked.vmid, names: asked.names, max: asked.max },
    steps: plan.units.flatMap((unit, at) => unit.map((step) => stepJson(step, at + 1))),
    kept: plan.kept.map(({ name, because }) => ({ name, because })),
    leftAlone: plan.leftAlone.map(leftJson),
    notJudged: plan.blind.map(({ code, because }) => ({ code, because })),
    unknownNames: plan.unknownNames.map(({ name, because }) => ({ name, because })),
    result: outcome && {
      run: outcome.run,
      ended: outcome.ended,
      exitCode: outcome.exitCode,
      items: outcome.items.map(({ deviceName, state, reason, kind, id, seen }) => ({
        ...{ name: deviceName, state, reason, action: kind, step: id, because: seen },
      })),
    },
  });
}

const stepJson = (planned: CleaningStep, question: number) => ({
  number: planned.number,
  question,
  name: planned.deviceName,
  uuid: planned.step.device.uuid,
  devNo: `${planned.step.device.major}:${planned.step.device.minor}`,
  volume: planned.volume,
  vmid: planned.finding.vmid,
  phase: planned.phase,
  codes: planned.codes,
  title: planned.finding.title,
  action: planned.step.kind,
  command: planned.step.argv,
  after: planned.after,
  keep: planned.keep?.name ?? null,
  undo: planned.step.undo.by,
  is: planned.facts.is,
  sizeBytes: planned.facts.sizeBytes,
  createdAt: planned.facts.createdAt,
  tags: planned.facts.tags,
  lastNamedBy: planned.facts.lastNamedBy,
  gates: planned.gates.map(gateJson),
});

const leftJson = ({ deviceName, volume, vmid, codes, because, holders, advice, gates }: LeftAlone) => ({
  ...{ name: deviceName, volume, vmid, codes, because, holders, advice },
  gates: gates.map(gateJson),
});

const gateJson = ({ name, holds, fact, source }: LeftAlone['gates'][number]) => ({ name, holds, fact, source });
