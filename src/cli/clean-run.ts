import { endRun, type Run } from '../apply/run.ts';
import { lastTasks } from '../engine/small-looks.ts';
import { holdInterrupts } from '../host/interrupts.ts';
import { openPrompt, type Prompt } from '../host/prompt.ts';
import { type CleaningPlan, stepsOf } from '../model/repair/cleaning-plan.ts';
import { endsRun } from '../model/repair/journal.ts';
import { renderCleanSummary } from '../render/clean-summary.ts';
import { renderOverview } from '../render/plan.ts';
import { planId, renderPlanJson } from '../render/plan-json.ts';
import { hang } from '../render/wrap.ts';
import { withNode } from './changing-run.ts';
import { type CleanCall, isAllDoable, planOf, sayLooking, selectionWords } from './clean.ts';
import { runSession, type SessionResult } from './clean-session.ts';
import { askOnTerminal, LETTERS } from './questions.ts';
import { openSource } from './source.ts';

interface Running extends CleanCall {
  readonly prompt: Prompt | null;
  readonly interrupts: ReturnType<typeof holdInterrupts>;
}

/** `clean` where it may change the node: on a terminal, or with the answer given before. */
export async function runCleaning(call: CleanCall): Promise<number> {
  const { options, terminal } = call;
  const { host } = await openSource({}, terminal);
  return await withNode(terminal, async (node) => {
    await sayLooking(call);
    const { snapshot, interrupted, isBusy } = await node.begin(call.print, call.page);
    const plan = planOf(snapshot, call, await lastTasks(host));
    // Until here nothing was changed, and a signal ends it at once.
    const interrupts = holdInterrupts();
    const prompt = options.yes === true || options.plan !== undefined ? null : openPrompt();
    try {
      if (isBusy) {
        const result = { items: [], ended: 'not begun, a command of an earlier run still runs' };
        return call.output.exitCode(await answer(plan, result, null, call, 1));
      }
      await call.print(renderOverview(plan, call.page()));
      const start = () => node.start(['clean', ...argumentsOf(call)], interrupted);
      const status = await cleanNode(plan, { ...call, prompt, interrupts }, interrupted.length > 0, start);
      return call.output.exitCode(status);
    } finally {
      prompt?.close();
      interrupts.release();
    }
  });
}

async function cleanNode(
  plan: CleaningPlan,
  call: Running,
  hasInterrupted: boolean,
  start: () => Promise<Run>,
): Promise<number> {
  const { options, print, page } = call;
  const total = stepsOf(plan).length;
  const isOther = options.plan !== undefined && options.plan !== planId(plan);
  if (isOther) await print(hang('', otherPlan(plan, options.plan), page().width));
  const run = (total > 0 && !isOther) || hasInterrupted ? await start() : null;
  if (run === null || total === 0 || isOther) {
    const ended = isOther ? 'stopped, since the plan is another one now' : 'finished';
    const result: SessionResult = { items: [], ended };
    if (run !== null) await endRun(run, [], ended);
    return await answer(plan, result, run, call, isOther || !isAllDoable(plan) ? 1 : 0);
  }
  if (call.prompt !== null) await print(['', ...hang('', LETTERS, page().width)]);
  const result = await runSession(plan, {
    run,
    assumeYes: call.prompt === null,
    isReviewed: options.plan !== undefined,
    io: {
      page,
      print,
      ask: (text) => askOnTerminal(text, call),
      interrupted: () => call.interrupts.caught()?.signal ?? null,
    },
  });
  await endRun(run, result.items, result.ended);
  await print(['', ...renderCleanSummary(result.items, result.ended, run.id, page())]);
  return await answer(plan, result, run, call, exitCode(result, plan, call));
}

const otherPlan = (plan: CleaningPlan, id = ''): string => {
  const now = stepsOf(plan).length === 0 ? 'nothing is planned now' : `the plan of now is ${planId(plan)}`;
  return `Nothing was changed: the node is not as it was when plan ${id} was made, or other entries were asked for; ${now}.`;
};

/** The document for programs comes last and whole. */
async function answer(
  plan: CleaningPlan,
  { items, ended }: SessionResult,
  run: Run | null,
  { options, selection, output }: CleanCall,
  status: number,
): Promise<number> {
  if (options.format === 'json')
    await output.print([
      renderPlanJson(plan, selection, { run: run?.id ?? null, items, ended, exitCode: status }).trimEnd(),
    ]);
  return status;
}

const argumentsOf = (call: CleanCall): readonly string[] => [
  ...selectionWords(call),
  ...(call.options.yes === true ? ['--yes'] : []),
  ...(call.options.plan === undefined ? [] : ['--plan', call.options.plan]),
];

/** 2: a step failed, or nobody knows what came of it; 130 and the like: the user ended it; 1: something is left; 0: nothing is. */
function exitCode({ items, ended }: SessionResult, plan: CleaningPlan, { interrupts }: Running): number {
  if (items.some(endsRun)) return 2;
  if (ended === 'quit' || ended.startsWith('interrupted')) return interrupts.caught()?.exitCode ?? 130;
  const isLeft = items.some(({ state, reason }) => state === 'unchanged' && reason !== 'already');
  return !isAllDoable(plan) || isLeft ? 1 : 0;
}
