import { applyStep, type Intended } from '../apply/apply-step.ts';
import type { Run } from '../apply/run.ts';
import type { CleanedItem } from '../model/repair/cleaning-plan.ts';
import { endsRun, type StepResult, type Unchanged, unchanged } from '../model/repair/journal.ts';
import type { Block, Page } from '../render/page.ts';
import { STEP_WORDS } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { hang } from '../render/wrap.ts';
import { askAbout, type QuestionIo } from './questions.ts';

/** What one answer is about: of `clean` a set or one entry, of `undo` one step. */
export interface Unit {
  /** In the order of their steps. */
  readonly deviceNames: readonly string[];
  /** Entries that have to be gone before. */
  readonly after: readonly string[];
  /** What is asked when its turn has come, or why nothing is. */
  readonly question: (run: Run) => Promise<Question | Unchanged>;
}

export interface Question {
  readonly lines: Block;
  readonly text: string;
  readonly steps: readonly Intended[];
}

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
  /** Steps that were tried, and how long they took in all. */
  applied: number;
  appliedMs: number;
  all: boolean;
  ended: string;
}

const FINISHED = 'finished';

/** Asks about one unit after the other and applies its steps; one whose forerunners stay is not tried. */
export async function runSession(units: readonly Unit[], session: Session): Promise<SessionResult> {
  const total = units.flatMap(({ deviceNames }) => deviceNames).length;
  const times = { applied: 0, appliedMs: 0 };
  const state: State = { items: [], gone: new Set(), total, ...times, all: session.assumeYes, ended: FINISHED };
  for (const unit of units) {
    const before = state.items.length;
    const because = await runUnit(unit, session, state);
    // Once one of a set stays, all that come after it stay.
    for (const deviceName of unit.deviceNames.slice(state.items.length - before))
      if (because !== null) state.items.push({ ...because, deviceName, kind: null });
  }
  return { items: state.items, ended: state.ended };
}

/** Why what is left of the unit was not tried; null where all of it was. */
async function runUnit(unit: Unit, session: Session, state: State): Promise<Unchanged | null> {
  const { io } = session;
  noteInterrupt(session, state);
  if (state.ended !== FINISHED) return notTried(state);
  const staying = unit.after.find((name) => !state.gone.has(name));
  if (staying !== undefined) return unchanged('refused', `${staying} stays, and it comes only after that`);
  const question = await unit.question(session.run);
  if ('state' in question) return question;
  await io.print(question.lines);
  const left = state.total - state.items.length;
  const answer = state.all ? 'yes' : await askAbout(question.text, left > question.steps.length ? left : null, io);
  if (answer === 'all') state.all = true;
  noteInterrupt(session, state);
  if (answer === 'quit' && state.ended === FINISHED) state.ended = 'quit';
  if (answer === 'no') return unchanged('refused', 'answered no');
  for (const intended of question.steps) {
    noteInterrupt(session, state);
    if (state.ended !== FINISHED) return notTried(state);
    const result = await apply(intended, session, state);
    if (!isDone(result) && state.ended === FINISHED)
      return unchanged('refused', `not tried, since ${intended.step.device.name} stays`);
    if (!isDone(result)) return notTried(state);
  }
  return null;
}

const notTried = ({ ended }: State): Unchanged => unchanged('interrupted', `not tried, ${ended}`);

const isDone = ({ state, reason }: StepResult): boolean => state === 'changed' || reason === 'already';

async function apply(intended: Intended, session: Session, state: State): Promise<StepResult> {
  const { run, io, isReviewed } = session;
  const { kind, device } = intended.step;
  const text = `Step ${state.items.length + 1} of ${state.total}${timeLeft(state)}: the node is read again …`;
  await io.print(hang('    ', text, io.page().width));
  const began = performance.now();
  const result = await applyStep(intended, run);
  state.applied += 1;
  state.appliedMs += performance.now() - began;
  state.items.push({ ...result, deviceName: device.name, kind });
  if (isDone(result)) state.gone.add(device.name);
  if (result.reason === 'interrupted') noteInterrupt(session, state);
  if (state.ended === FINISHED) state.ended = endedBy(result, isReviewed);
  await io.print(renderResult(intended, result, io.page()));
  return result;
}

/** Said where it is worth while to do something else meanwhile. */
const LONG_MINUTES = 2;

function timeLeft({ items, total, applied, appliedMs }: State): string {
  const left = total - items.length;
  const minutes = applied === 0 ? 0 : Math.round(((appliedMs / applied) * left) / 60_000);
  return minutes < LONG_MINUTES ? '' : `, about ${minutes} minutes left`;
}

function endedBy(result: StepResult, isReviewed: boolean): string {
  if (result.state === 'running') return 'stopped, a command still runs';
  if (endsRun(result)) return 'stopped by a surprise';
  return isReviewed && !isDone(result) ? 'stopped, since a step of the plan was refused' : FINISHED;
}

function renderResult({ step }: Intended, result: StepResult, { width }: Page): Block {
  const { state, reason, seen, id } = result;
  const lead = '    → ';
  if (state === 'changed') return hang(lead, `${STEP_WORDS[step.kind].done}, step ${id}: ${printable(seen)}`, width);
  if (reason === 'already') return hang(lead, `nothing to do: ${printable(seen)}`, width);
  return hang(lead, `${endsRun(result) ? 'the run stops here' : 'skipped'}: ${printable(seen)}`, width);
}

function noteInterrupt({ io }: Session, state: State): void {
  const signal = io.interrupted();
  if (signal !== null && state.ended === FINISHED) state.ended = `interrupted by ${signal}`;
}
