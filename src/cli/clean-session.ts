import { applyStep } from '../apply/apply-step.ts';
import type { Run } from '../apply/run.ts';
import { findAll, whyNoFinding } from '../engine/examine.ts';
import {
  type CleanedItem,
  type CleaningPlan,
  type CleaningStep,
  type CleaningUnit,
  stepsOf,
} from '../model/repair/cleaning-plan.ts';
import { endsRun, type StepResult, type UnchangedReason } from '../model/repair/journal.ts';
import type { Plan, Refusal, StepPlan } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Block, heading, type Page } from '../render/page.ts';
import { PHASE_TITLES, phaseOf, renderUnit, STEP_WORDS } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { hang } from '../render/wrap.ts';
import { planRepairs } from '../repair/index.ts';
import { askAbout, type QuestionIo } from './questions.ts';

/** What a session asks of the terminal. */
export interface SessionIo extends QuestionIo {
  /** The signal that came meanwhile, as a word; looked at between two steps. */
  readonly interrupted: () => string | null;
}

export interface Session {
  readonly run: Run;
  readonly io: SessionIo;
  /** Nothing is asked: `--yes`, `--plan`. */
  readonly assumeYes: boolean;
  /** `--plan`: the first step that does not go as reviewed ends the run. */
  readonly isReviewed: boolean;
}

export interface SessionResult {
  readonly items: readonly CleanedItem[];
  /** `finished`, `quit`, `interrupted by …`, `stopped …`. */
  readonly ended: string;
}

interface State {
  readonly items: CleanedItem[];
  readonly gone: Set<string>;
  readonly total: number;
  /** Steps that were not yet come to. */
  left: number;
  /** Steps that were tried, and how long they took in all. */
  applied: number;
  appliedMs: number;
  all: boolean;
  ended: string;
}

const FINISHED = 'finished';

/** Goes through the plan unit by unit; a step whose forerunners stay is not tried. */
export async function runSession(plan: CleaningPlan, session: Session): Promise<SessionResult> {
  const total = stepsOf(plan).length;
  const state: State = {
    items: [],
    gone: new Set(),
    total,
    ...{ left: total, applied: 0, appliedMs: 0 },
    all: session.assumeYes,
    ended: FINISHED,
  };
  for (const [at, unit] of plan.units.entries()) {
    const before = plan.units[at - 1];
    const isNewPhase = before === undefined || phaseOf(before) !== phaseOf(unit);
    await runUnit(unit, isNewPhase, session, state);
    state.left -= unit.length;
  }
  for (const { deviceName, because } of plan.leftAlone) state.items.push(untried(deviceName, 'refused', because));
  return { items: state.items, ended: state.ended };
}

async function runUnit(unit: CleaningUnit, isNewPhase: boolean, session: Session, state: State): Promise<void> {
  noteInterrupt(session, state);
  if (state.ended !== FINISHED) return settleAll(unit, 'interrupted', `not tried, ${state.ended}`, state);
  const { print, page } = session.io;
  const inUnit = unit.map(({ deviceName }) => deviceName);
  const forerunners = unit.flatMap(({ after }) => after).filter((name) => !inUnit.includes(name));
  const staying = forerunners.find((name) => !state.gone.has(name));
  if (staying !== undefined) return settleAll(unit, 'refused', `${staying} stays, and it comes only after that`, state);
  await print([
    '',
    ...(isNewPhase ? [heading(PHASE_TITLES[phaseOf(unit)], page()), ''] : []),
    ...renderUnit(unit, state.total, page()),
  ]);
  const { left } = state;
  const answer = state.all ? 'yes' : await askAbout(questionOf(unit), left > unit.length ? left : null, session.io);
  if (answer === 'all') state.all = true;
  noteInterrupt(session, state);
  if (answer === 'quit' && state.ended === FINISHED) state.ended = 'quit';
  if (answer === 'no') return settleAll(unit, 'refused', 'answered no', state);
  if (state.ended !== FINISHED) return settleAll(unit, 'interrupted', `not tried, ${state.ended}`, state);
  await applyUnit(unit, session, state);
}

/** Once one of a set stays, all that come after it stay. */
async function applyUnit(unit: CleaningUnit, session: Session, state: State): Promise<void> {
  for (const [at, step] of unit.entries()) {
    if (at > 0) noteInterrupt(session, state);
    if (state.ended === FINISHED) await apply(step, session, state);
    else state.items.push(untried(step.deviceName, 'interrupted', `not tried, ${state.ended}`));
    if (state.gone.has(step.deviceName)) continue;
    for (const { deviceName } of unit.slice(at + 1))
      state.items.push(untried(deviceName, 'refused', `not tried, since ${step.deviceName} stays`));
    return;
  }
}

function questionOf(unit: CleaningUnit): string {
  const [{ step }] = unit;
  if (unit.length === 1) return STEP_WORDS[step.kind].ask;
  return `Take ${unit.length === 2 ? 'both' : `all ${unit.length}`} entries away, in this order?`;
}

async function apply(planned: CleaningStep, session: Session, state: State): Promise<void> {
  const { run, io, isReviewed } = session;
  const { deviceName, step, finding, number } = planned;
  const left = timeLeft(state);
  await io.print(hang('    ', `Step ${number} of ${state.total}${left}: the node is read again …`, io.page().width));
  const began = performance.now();
  const planAgain = (snapshot: Snapshot) => planStepAgain(planned, snapshot);
  const result = await applyStep({ finding, step, undoes: null, planAgain }, run);
  state.applied += 1;
  state.appliedMs += performance.now() - began;
  state.items.push({ ...result, deviceName, kind: step.kind });
  if (result.state === 'changed' || result.reason === 'already') state.gone.add(deviceName);
  if (result.reason === 'interrupted') noteInterrupt(session, state);
  if (state.ended === FINISHED) state.ended = endedBy(result, isReviewed);
  await io.print(renderResult(planned, result, io.page()));
}

/** Said where it is worth while to do something else meanwhile. */
const LONG_MINUTES = 2;

function timeLeft({ left, applied, appliedMs }: State): string {
  const minutes = applied === 0 ? 0 : Math.round(((appliedMs / applied) * left) / 60_000);
  return minutes < LONG_MINUTES ? '' : `, about ${minutes} minutes left`;
}

function endedBy(result: StepResult, isReviewed: boolean): string {
  if (result.state === 'running') return 'stopped, a command still runs';
  if (endsRun(result)) return 'stopped by a surprise';
  const isDone = result.state === 'changed' || result.reason === 'already';
  return isReviewed && !isDone ? 'stopped, since a step of the plan was refused' : FINISHED;
}

function planStepAgain({ deviceName, codes }: Plan, snapshot: Snapshot): StepPlan {
  const found = findAll(snapshot);
  const { plans, refusals } = planRepairs(found.findings, snapshot, { only: null, vmid: null, device: deviceName });
  const isSame = (item: Plan | Refusal) => item.deviceName === deviceName;
  const again = plans.find(isSame) ?? refusals.find(isSame);
  return again ?? { because: whyNoFinding({ deviceName, codes }, found), gates: [] };
}

function renderResult({ step }: Plan, result: StepResult, { width }: Page): Block {
  const { state, reason, seen, id } = result;
  const lead = '    → ';
  if (state === 'changed') return hang(lead, `${STEP_WORDS[step.kind].done}, step ${id}: ${printable(seen)}`, width);
  if (reason === 'already') return hang(lead, `nothing to do: ${printable(seen)}`, width);
  return hang(lead, `${endsRun(result) ? 'the run stops here' : 'skipped'}: ${printable(seen)}`, width);
}

const untried = (deviceName: string, reason: UnchangedReason, seen: string): CleanedItem => ({
  ...{ deviceName, kind: null, state: 'unchanged', reason, id: null, seen },
});

function settleAll(unit: CleaningUnit, reason: UnchangedReason, seen: string, state: State): void {
  for (const { deviceName } of unit) state.items.push(untried(deviceName, reason, seen));
}

function noteInterrupt({ io }: Session, state: State): void {
  const signal = io.interrupted();
  if (signal !== null && state.ended === FINISHED) state.ended = `interrupted by ${signal}`;
}
