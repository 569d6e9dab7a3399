import { endRun } from '../apply/run.ts';
import { findLeftovers, whyNoFinding } from '../engine/examine.ts';
import { lastTasks } from '../engine/small-looks.ts';
import { type CleanedItem, type CleaningPlan, type CleaningUnit, stepsOf } from '../model/repair/cleaning-plan.ts';
import { unchanged } from '../model/repair/journal.ts';
import type { Plan, StepPlan } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { heading, type Page } from '../render/page.ts';
import { PHASE_TITLES, phaseOf, renderOverview, renderUnit, STEP_WORDS } from '../render/plan.ts';
import { planId, renderPlanJson } from '../render/plan-json.ts';
import { hang } from '../render/wrap.ts';
import { planRepairs } from '../repair/index.ts';
import { type ChangingRun, withNode } from './changing-run.ts';
import { type CleanCall, isAllDoable, planOf, sayLooking, selectionWords } from './clean.ts';
import { type Changes, runChanges } from './run-changes.ts';
import type { Unit } from './session.ts';
import { openSource } from './source.ts';

/** `clean` where it may change the node: on a terminal, or with the answer given before. */
export async function runCleaning(call: CleanCall): Promise<number> {
  const { options, selection, terminal, output } = call;
  const { host } = await openSource({}, terminal);
  return await withNode(terminal, async (node) => {
    await sayLooking(call);
    const beginning = await node.begin(call.print, call.page);
    const plan = planOf(beginning.snapshot, call, await lastTasks(host));
    const result = await cleanNode(plan, call, node, beginning);
    // The document for programs comes last and whole.
    if (options.format === 'json') await output.print([renderPlanJson(plan, selection, result).trimEnd()]);
    return output.exitCode(result.exitCode);
  });
}

async function cleanNode(
  plan: CleaningPlan,
  call: CleanCall,
  node: ChangingRun,
  { interrupted, isBusy }: Awaited<ReturnType<ChangingRun['begin']>>,
): Promise<Changes> {
  const { options, print, page } = call;
  const nothing = (ended: string, exitCode: number, run: string | null = null) => ({ items: [], ended, exitCode, run });
  if (isBusy) return nothing('not begun, a command of an earlier run still runs', 1);
  await print(renderOverview(plan, page()));
  const start = () => node.start(['clean', ...argumentsOf(call)], interrupted);
  const status = Number(!isAllDoable(plan));
  const isOther = options.plan !== undefined && options.plan !== planId(plan);
  if (isOther) await print(hang('', otherPlan(plan, options.plan), page().width));
  if (isOther || plan.units.length === 0) {
    const ended = isOther ? 'stopped, since the plan is another one now' : 'finished';
    const run = interrupted.length > 0 ? await start() : null;
    if (run !== null) await endRun(run, [], ended);
    return nothing(ended, isOther ? 1 : status, run?.id);
  }
  const left = plan.leftAlone.map(
    ({ deviceName, because }): CleanedItem => ({ ...unchanged('refused', because), deviceName, kind: null }),
  );
  const isAsked = options.yes !== true && options.plan === undefined;
  const done = await runChanges(unitsOf(plan, page), left, start, {
    ...call,
    ...{ isAsked, isReviewed: options.plan !== undefined },
  });
  return { ...done, exitCode: done.exitCode === 0 ? status : done.exitCode };
}

const otherPlan = (plan: CleaningPlan, id = ''): string => {
  const now = stepsOf(plan).length === 0 ? 'nothing is planned now' : `the plan of now is ${planId(plan)}`;
  return `Nothing was changed: the node is not as it was when plan ${id} was made, or other entries were asked for; ${now}.`;
};

const argumentsOf = (call: CleanCall): readonly string[] => [
  ...selectionWords(call),
  ...(call.options.yes === true ? ['--yes'] : []),
  ...(call.options.plan === undefined ? [] : ['--plan', call.options.plan]),
];

/** The plan as a session asks about it. */
export function unitsOf(plan: CleaningPlan, page: () => Page): readonly Unit[] {
  const total = stepsOf(plan).length;
  return plan.units.map((unit, at): Unit => {
    const before = plan.units[at - 1];
    const isNewPhase = before === undefined || phaseOf(before) !== phaseOf(unit);
    const deviceNames = unit.map(({ deviceName }) => deviceName);
    return {
      deviceNames,
      after: unit.flatMap(({ after }) => after).filter((name) => !deviceNames.includes(name)),
      question: async () => ({
        lines: [
          '',
          ...(isNewPhase ? [heading(PHASE_TITLES[phaseOf(unit)], page()), ''] : []),
          ...renderUnit(unit, total, page()),
        ],
        text: questionOf(unit),
        steps: unit.map((planned) => ({ ...planned, undoes: null, planAgain: (now) => planStepAgain(planned, now) })),
      }),
    };
  });
}

function questionOf(unit: CleaningUnit): string {
  const [{ step }] = unit;
  if (unit.length === 1) return STEP_WORDS[step.kind].ask;
  return `Take ${unit.length === 2 ? 'both' : `all ${unit.length}`} entries away, in this order?`;
}

function planStepAgain({ deviceName, codes }: Plan, snapshot: Snapshot): StepPlan {
  const found = findLeftovers(snapshot);
  const { plans, refusals } = planRepairs(found.findings, snapshot, { only: null, vmid: null, device: deviceName });
  const again = [...plans, ...refusals].find((item) => item.deviceName === deviceName);
  return again ?? { because: whyNoFinding({ deviceName, codes }, found), gates: [] };
}
