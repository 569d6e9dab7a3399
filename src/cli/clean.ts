import { collect } from '../engine/collect.ts';
import { findLeftovers } from '../engine/examine.ts';
import { lastTasks } from '../engine/small-looks.ts';
import { hasTerminal } from '../host/prompt.ts';
import { UsageError } from '../model/faults.ts';
import type { LastTasks } from '../model/guests/pve.ts';
import type { CleaningPlan } from '../model/repair/cleaning-plan.ts';
import type { Phase } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Block, Page } from '../render/page.ts';
import { renderPlan } from '../render/plan.ts';
import { planId, renderPlanJson } from '../render/plan-json.ts';
import { hang } from '../render/wrap.ts';
import { type CleaningSelection, planCleaning } from '../repair/plan-cleaning.ts';
import { openSource } from './source.ts';
import { OUTPUT_LOST, type SteadyOutput, steadyOutput } from './steady-output.ts';
import { type ColourChoice, pageFor, type Terminal } from './terminal.ts';

export interface CleanOptions {
  readonly dryRun?: boolean;
  readonly vmid?: number;
  readonly only?: Phase;
  readonly max?: number;
  readonly plan?: string;
  readonly yes?: boolean;
  readonly from?: string;
  readonly node?: string;
  readonly format: 'text' | 'json';
  readonly verbose?: boolean;
  readonly color: ColourChoice;
}

/** What was asked for, and how it is shown. */
export interface CleanCall {
  readonly options: CleanOptions;
  readonly selection: Required<Pick<CleaningSelection, 'only' | 'vmid' | 'names' | 'max'>>;
  readonly terminal: Terminal;
  /** Anew for each block, since the terminal may have got another width. */
  readonly page: () => Page;
  readonly output: SteadyOutput;
  /** What is for people: nothing of it on the standard output when that is JSON. */
  readonly print: (lines: Block) => Promise<void>;
}

export async function runClean(names: readonly string[], options: CleanOptions, terminal: Terminal): Promise<number> {
  const number = names.find((name) => /^\d+$/.test(name));
  if (number !== undefined)
    throw new UsageError(
      `${number} is no name of an entry or volume; what concerns guest ${number} is clean --vmid ${number}`,
    );
  const call = callFor(names, options, terminal);
  if (options.dryRun === true) return await showPlan(call);
  refuseMisuse(call);
  if (options.yes !== true && options.plan === undefined && !hasTerminal()) {
    await showPlan(call);
    await call.output.print(['', ...NOBODY_TO_ASK]);
    return 64;
  }
  const { runCleaning } = await import('./clean-run.ts');
  return await runCleaning(call);
}

const NOBODY_TO_ASK = [
  'Nothing was changed: clean asks before each step, and there is no terminal to ask on.',
  'Run it on a terminal, or use --plan with the id above, or --yes with --only, --vmid or names.',
];

function callFor(names: readonly string[], options: CleanOptions, terminal: Terminal): CleanCall {
  const { only = null, vmid = null, max = null, verbose = false } = options;
  const output = steadyOutput(terminal);
  const toError = (lines: Block) => terminal.stderr.write(lines.map((line) => `${line}\n`).join(''));
  return {
    options,
    terminal,
    output,
    selection: { only, vmid, names, max },
    page: () => pageFor(terminal, verbose, options.color),
    print: options.format === 'json' ? toError : output.print,
  };
}

function refuseMisuse({ options, selection: { only, vmid, names } }: CleanCall): void {
  const { from, yes, plan, format } = options;
  if (from !== undefined) throw new UsageError('a capture cannot be cleaned; --from needs --dry-run');
  if (yes === true && plan === undefined && only === null && vmid === null && names.length === 0)
    throw new UsageError('--yes needs --only, --vmid or names: nothing is changed on a whole node without being asked');
  if (format === 'json' && yes !== true && plan === undefined)
    throw new UsageError('--format json asks nothing; it needs --dry-run, --yes or --plan');
}

/** Says that something is being read, where a person waits for it. */
export async function sayLooking({ terminal, options, page, print }: CleanCall): Promise<void> {
  if (terminal.stdout.isTty && options.format === 'text') await print(hang('', 'Looking at the node …', page().width));
}

export const planOf = (snapshot: Snapshot, call: CleanCall, tasks: LastTasks): CleaningPlan =>
  planCleaning({ ...findLeftovers(snapshot), lastTasks: tasks }, snapshot, call.selection);

/** Prints the plan that `clean` would run; nothing is opened for writing. */
async function showPlan(call: CleanCall): Promise<number> {
  const { options, selection, terminal, page, output } = call;
  const { host } = await openSource(options, terminal);
  await sayLooking(call);
  const plan = planOf(await collect(host, null), call, await lastTasks(host));
  const asText = () => renderPlan(plan, planId(plan), commandFor(plan, call), page());
  await output.print(options.format === 'json' ? [renderPlanJson(plan, selection, null).trimEnd()] : asText());
  return output.lost() === 'failed' ? OUTPUT_LOST : Number(!isAllDoable(plan));
}

/** The call that runs this plan and no other. */
const commandFor = (plan: CleaningPlan, call: CleanCall): readonly string[] => [
  ...['pve-doctor', 'clean', '--plan', planId(plan)],
  ...selectionWords(call),
];

export const selectionWords = ({ selection: { only, vmid, names, max } }: CleanCall): readonly string[] => [
  ...(only === null ? [] : ['--only', only]),
  ...(vmid === null ? [] : ['--vmid', `${vmid}`]),
  ...(max === null ? [] : ['--max', `${max}`]),
  ...names,
];

/** Whether everything that the plan is about goes, as far as could be judged. */
export const isAllDoable = ({ leftAlone, blind, unknownNames }: CleaningPlan): boolean =>
  leftAlone.length + blind.length + unknownNames.length === 0;
