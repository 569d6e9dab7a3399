import { planRepairs, type Selection } from '../actions/index.ts';
import { applyStep, type StepResult } from '../apply/apply-step.ts';
import type { Run } from '../apply/run.ts';
import { findAll } from '../engine/find-all.ts';
import type { CleanedItem } from '../model/repair/clean-result.ts';
import type { Plan, Refusal, Repairs } from '../model/repair/plan.ts';
import { groupRepairs, isPlan, type RepairGroup } from '../model/repair/repair-groups.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Block, Page } from '../render/page.ts';
import { renderGroupHead, renderItem, renderPhase, STEP_WORDS } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { hang } from '../render/wrap.ts';

/** What a session asks of the terminal. */
export interface SessionDoors {
  readonly print: (lines: Block) => Promise<void>;
  /** null when the input ended or a signal came. */
  readonly ask: (question: string) => Promise<string | null>;
  /** The signal that came meanwhile, as a word; looked at between two steps. */
  readonly interrupted: () => string | null;
  readonly page: Page;
}

export interface Session {
  readonly run: Run;
  readonly selection: Selection;
  readonly doors: SessionDoors;
  /** `--yes`: nothing is asked. */
  readonly assumeYes: boolean;
}

export interface SessionResult {
  readonly items: readonly CleanedItem[];
  /** `finished`, `quit`, `interrupted by …`, `stopped: …`. */
  readonly ended: string;
}

interface State {
  readonly items: CleanedItem[];
  readonly settled: Set<string>;
  all: boolean;
  ended: string;
}

export const planFor = (snapshot: Snapshot, selection: Selection): Repairs =>
  planRepairs(findAll(snapshot).findings, snapshot, selection);

/**
 * Goes through the plan entry by entry. What only waited for others is planned again once they are gone, so every step
 * meets a device that nothing holds.
 */
export async function runSession(first: Repairs, session: Session): Promise<SessionResult> {
  const state: State = { items: [], settled: new Set(), all: session.assumeYes, ended: 'finished' };
  let repairs = first;
  for (;;) {
    await runRound(repairs, session, state);
    const waiting = repairs.refusals.filter(
      ({ follows, deviceName }) => follows.length > 0 && !state.settled.has(deviceName),
    );
    if (state.ended !== 'finished' || waiting.length === 0) break;
    const removed = state.items.some(({ status }) => status === 'done');
    repairs = removed ? await planAgain(session, waiting) : { ...repairs, plans: [], refusals: withoutHope(waiting) };
  }
  return { items: state.items, ended: state.ended };
}

/** Only what waited; where it still cannot go, it will not in a third round either unless others went before. */
async function planAgain({ run, selection }: Session, waiting: readonly Refusal[]): Promise<Repairs> {
  const names = new Set(waiting.map(({ deviceName }) => deviceName));
  const repairs = planFor(await run.doors.look(), selection);
  const plans = repairs.plans.filter(({ deviceName }) => names.has(deviceName));
  const refusals = repairs.refusals.filter(({ deviceName }) => names.has(deviceName));
  return { ...repairs, plans, refusals: plans.length === 0 ? withoutHope(refusals) : refusals };
}

const withoutHope = (refusals: readonly Refusal[]): readonly Refusal[] =>
  refusals.map((refusal) => ({ ...refusal, follows: [] }));

async function runRound(repairs: Repairs, session: Session, state: State): Promise<void> {
  const groups = groupRepairs(repairs);
  let left = repairs.plans.length;
  for (const [at, group] of groups.entries()) {
    const { page } = session.doors;
    const isNewPhase = groups[at - 1]?.phase !== group.phase;
    // Once it has ended nothing more is shown; the summary says what was not tried.
    const print = state.ended === 'finished' ? session.doors.print : async () => undefined;
    await print([...(isNewPhase ? renderPhase(group.phase, page) : []), ...renderGroupHead(group, page)]);
    left = await runGroup(group, left, session, state);
    await print(['']);
  }
}

async function runGroup(group: RepairGroup, plansLeft: number, session: Session, state: State): Promise<number> {
  let left = plansLeft;
  for (const item of group.items) {
    noteInterrupt(session, state);
    if (!isPlan(item)) {
      if (state.ended === 'finished') await session.doors.print(renderItem(item, session.doors.page));
      if (item.follows.length === 0) settle(state, skipped(item.deviceName, item.because));
      continue;
    }
    left -= 1;
    if (state.ended !== 'finished') {
      settle(state, skipped(item.deviceName, `not tried, ${state.ended}`));
      continue;
    }
    await session.doors.print(renderItem(item, session.doors.page));
    const answer = state.all ? 'yes' : await askAbout(item, left, session);
    await follow(answer, item, session, state);
  }
  return left;
}

type Answer = 'yes' | 'no' | 'all' | 'quit';

/** Enter is no. What is none of the four letters is asked again. */
async function askAbout({ step }: Plan, after: number, { doors }: Session): Promise<Answer> {
  const all = after === 0 ? '' : `/a=all ${after + 1}`;
  const question = `    ${STEP_WORDS[step.kind].ask}? (y/N${all}/q) `;
  for (;;) {
    const line = await doors.ask(question);
    if (line === null) return 'quit';
    switch (line.trim().toLowerCase()) {
      case 'y':
      case 'yes':
        return 'yes';
      case '':
      case 'n':
      case 'no':
        return 'no';
      case 'a':
      case 'all':
        return 'all';
      case 'q':
      case 'quit':
        return 'quit';
    }
    await doors.print(['    Please answer y, n, a or q.']);
  }
}

async function follow(answer: Answer, plan: Plan, session: Session, state: State): Promise<void> {
  if (answer === 'all') state.all = true;
  noteInterrupt(session, state);
  if (answer === 'quit' && state.ended === 'finished') state.ended = 'quit';
  if (answer === 'no') settle(state, skipped(plan.deviceName, 'answered no'));
  else if (state.ended !== 'finished') settle(state, skipped(plan.deviceName, `not tried, ${state.ended}`));
  else await apply(plan, session, state);
}

async function apply(plan: Plan, { run, selection, doors }: Session, state: State): Promise<void> {
  const { deviceName, step, finding } = plan;
  const planAgain = (snapshot: Snapshot) => {
    const repairs = planFor(snapshot, { ...selection, device: deviceName });
    const isSame = (item: Plan | Refusal) => item.deviceName === deviceName;
    const found = repairs.plans.find(isSame) ?? repairs.refusals.find(isSame);
    return found ?? { because: `no finding names ${deviceName} any more`, gates: [] };
  };
  const result = await applyStep({ finding, step, undoes: null, planAgain }, run);
  settle(state, itemOf(plan, result));
  if (result.status === 'surprise') state.ended = 'stopped by a surprise';
  await doors.print(renderResult(plan, result, doors.page));
}

function itemOf({ deviceName, step }: Plan, result: StepResult): CleanedItem {
  switch (result.status) {
    case 'done':
      return { deviceName, status: 'done', kind: step.kind, id: result.id, because: result.seen };
    case 'refused':
      return { deviceName, status: 'skipped', kind: step.kind, id: null, because: result.because };
    case 'surprise':
      return { deviceName, status: 'failed', kind: step.kind, id: result.id, because: result.because };
  }
}

function renderResult({ step }: Plan, result: StepResult, { width }: Page): Block {
  const lead = '    → ';
  if (result.status === 'done')
    return hang(lead, `${STEP_WORDS[step.kind].done}, step ${result.id}: ${printable(result.seen)}`, width);
  const what = result.status === 'refused' ? 'skipped' : 'the run stops here';
  return hang(lead, `${what}: ${printable(result.because)}`, width);
}

const skipped = (deviceName: string, because: string): CleanedItem => ({
  ...{ deviceName, status: 'skipped', kind: null, id: null, because },
});

function settle(state: State, item: CleanedItem): void {
  state.items.push(item);
  state.settled.add(item.deviceName);
}

function noteInterrupt({ doors }: Session, state: State): void {
  const signal = doors.interrupted();
  if (signal !== null && state.ended === 'finished') state.ended = `interrupted by ${signal}`;
}
