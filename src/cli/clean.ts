import type { Selection } from '../actions/index.ts';
import { explainInterrupted, findInterrupted } from '../apply/explain-interrupted.ts';
import { endRun, type Run } from '../apply/run.ts';
import { collect } from '../engine/collect.ts';
import { findAll } from '../engine/find-all.ts';
import { holdInterrupts } from '../host/interrupts.ts';
import { hasTerminal, openPrompt, type Prompt } from '../host/prompt.ts';
import { UsageError } from '../model/faults.ts';
import type { Phase, Repairs } from '../model/repair/plan.ts';
import type { CheckResult } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { renderCleanSummary } from '../render/clean-summary.ts';
import { styles } from '../render/colour.ts';
import { renderInterrupted, renderJournalDamage } from '../render/history.ts';
import type { Block, Page } from '../render/page.ts';
import { renderRepairs } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { hang } from '../render/wrap.ts';
import { type ChangingRun, withNode } from './changing-run.ts';
import { planFor, runSession, type SessionResult } from './clean-session.ts';
import { openSource } from './source.ts';
import { type ColourChoice, type Terminal, textWidth, wantsColour } from './terminal.ts';

export interface CleanOptions {
  readonly dryRun?: boolean;
  readonly vmid?: number;
  readonly only?: Phase;
  readonly yes?: boolean;
  readonly from?: string;
  readonly verbose?: boolean;
  readonly color: ColourChoice;
}

/** Checks whose silence would make a clean node of one that nobody could see. */
const JUDGING = /^DM0(?:01|02|1\d|40)$/;

export async function runClean(options: CleanOptions, terminal: Terminal): Promise<number> {
  const selection: Selection = { only: options.only ?? null, vmid: options.vmid ?? null };
  const page = pageFor(options, terminal);
  const print = (lines: Block) => terminal.stdout.write(lines.map((line) => `${line}\n`).join(''));
  if (options.dryRun === true) return dryRun(options, selection, page, terminal);
  refuseMisuse(options);
  const source = await openSource(undefined, terminal);
  return await withNode(source.host, terminal, async (node) => {
    const interrupts = holdInterrupts();
    const prompt = options.yes === true ? null : openPrompt();
    try {
      return await cleanNode({ options, selection, page, print, prompt, interrupts }, node);
    } finally {
      prompt?.close();
      interrupts.release();
    }
  });
}

const pageFor = (options: CleanOptions, terminal: Terminal): Page => ({
  width: textWidth(terminal),
  style: styles(wantsColour(terminal, options.color, false)),
  verbose: options.verbose ?? false,
});

function refuseMisuse({ from, yes, only, vmid }: CleanOptions): void {
  if (from !== undefined) throw new UsageError('a capture cannot be cleaned; --from needs --dry-run');
  if (yes === true && only === undefined && vmid === undefined)
    throw new UsageError('--yes needs --only or --vmid: nothing is changed on a whole node without being asked');
  if (yes !== true && !hasTerminal())
    throw new UsageError(
      'there is no terminal to ask on, so nothing is changed; see the plan with --dry-run, or use --yes with --only or --vmid',
    );
}

/** Prints the plan that `clean` would run; nothing is opened for writing. */
async function dryRun(options: CleanOptions, selection: Selection, page: Page, terminal: Terminal): Promise<number> {
  const { host } = await openSource(options.from, terminal);
  const snapshot = await collect(host, null);
  const repairs = planFor(snapshot, selection);
  const blind = blindSpots(snapshot);
  const lines = [...renderBlind(blind, page), ...renderRepairs(repairs, page, blind.length === 0)];
  await terminal.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return blind.length > 0 || repairs.refusals.some(({ follows }) => follows.length === 0) ? 1 : 0;
}

const blindSpots = (snapshot: Snapshot): readonly CheckResult[] =>
  findAll(snapshot).unknown.filter(({ code }) => JUDGING.test(code));

const renderBlind = (blind: readonly CheckResult[], page: Page): Block => {
  const reasons = [...new Set(blind.map(({ because }) => because))];
  const codes = blind.map(({ code }) => code).join(', ');
  return reasons.length === 0
    ? []
    : [...hang('? ', `${codes} could not judge: ${reasons.map(printable).join('; ')}`, page.width), ''];
};

interface CleanCall {
  readonly options: CleanOptions;
  readonly selection: Selection;
  readonly page: Page;
  readonly print: (lines: Block) => Promise<void>;
  readonly prompt: Prompt | null;
  readonly interrupts: ReturnType<typeof holdInterrupts>;
}

async function cleanNode(call: CleanCall, node: ChangingRun): Promise<number> {
  const { page, print, selection, interrupts, prompt } = call;
  const { journal } = node;
  const snapshot = await node.look();
  const interrupted = findInterrupted(journal, snapshot);
  await print(renderJournalDamage(journal, page));
  for (const { step, seen } of interrupted) await print([...renderInterrupted(step, seen, page), '']);
  const repairs = planFor(snapshot, selection);
  const blind = blindSpots(snapshot);
  await print(renderBlind(blind, page));
  if (repairs.plans.length === 0 && interrupted.length === 0) {
    await print(renderRepairs(repairs, page, blind.length === 0));
    return exitCode({ items: [], ended: 'finished' }, repairs, blind, null);
  }
  const run = await node.start(['clean', ...argumentsOf(call.options)]);
  await explainInterrupted(interrupted, run);
  const stop = interrupts.arrived;
  const ask = async (question: string) => (prompt === null ? null : await prompt.ask(question, stop));
  if (prompt !== null && repairs.plans.length > 0)
    await print([
      ...hang('', 'y = yes, n or Enter = no, a = yes to all the rest, q = quit everything', page.width),
      '',
    ]);
  const doors = { page, print, ask, interrupted: () => interrupts.caught()?.signal ?? null };
  const result = await runSession(repairs, { run, selection, doors, assumeYes: call.options.yes === true });
  await finish(run, result);
  await print(renderCleanSummary(result.items, result.ended, page));
  return exitCode(result, repairs, blind, interrupts.caught()?.exitCode ?? null);
}

const argumentsOf = ({ only, vmid, yes }: CleanOptions): readonly string[] => [
  ...(only === undefined ? [] : ['--only', only]),
  ...(vmid === undefined ? [] : ['--vmid', `${vmid}`]),
  ...(yes === true ? ['--yes'] : []),
];

async function finish(run: Run, { items, ended }: SessionResult): Promise<void> {
  const count = (wanted: string) => items.filter(({ status }) => status === wanted).length;
  await endRun(run, { done: count('done'), skipped: count('skipped'), failed: count('failed'), ended });
}

/** 2: a step failed; 130 and the like: the user ended it; 1: something is left; 0: nothing is. */
function exitCode(
  { items, ended }: SessionResult,
  { refusals, plans }: Repairs,
  blind: readonly CheckResult[],
  signal: number | null,
): number {
  if (items.some(({ status }) => status === 'failed')) return 2;
  if (ended === 'quit' || ended.startsWith('interrupted')) return signal ?? 130;
  const untouched = items.length === 0 && plans.length + refusals.length > 0;
  return untouched || blind.length > 0 || items.some(({ status }) => status === 'skipped') ? 1 : 0;
}
