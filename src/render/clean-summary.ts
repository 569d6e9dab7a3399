import type { CleanedItem } from '../model/repair/cleaning-plan.ts';
import { isSettled, type StepState, type UnchangedReason } from '../model/repair/journal.ts';
import { type Block, bullet, heading, type Page } from './page.ts';
import { byReason, STEP_WORDS } from './plan.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

/** What was changed, what was not and why, what is open, and how to take it back. */
export function renderCleanSummary(items: readonly CleanedItem[], ended: string, run: string, page: Page): Block {
  const unchanged = (...reasons: readonly UnchangedReason[]) =>
    items.filter(({ reason }) => reason !== null && reasons.includes(reason));
  const of = (wanted: StepState) => items.filter(({ state }) => state === wanted);
  const changed = of('changed');
  return [
    heading('Summary', page),
    ...hang('  ', countChanged(changed, items.filter(({ state }) => !isSettled(state)).length), page.width),
    ...changed.flatMap((item) => bullet(doneLine(item), page)),
    ...section('Gone already', unchanged('already'), page),
    ...section('Skipped', unchanged('refused', 'interrupted'), page),
    ...section('Failed', unchanged('failed'), page),
    ...section('Neither as before nor as intended', of('different'), page),
    ...section('Not known', of('unknown'), page),
    ...section('Still running', of('running'), page),
    ...(ended === 'finished' ? [] : hang('  ', `The run ended early: ${printable(ended)}.`, page.width)),
    ...(changed.length === 0
      ? []
      : hang(
          '  ',
          `Take all of it back with \`pve-doctor undo --run ${run}\`, one with \`pve-doctor undo ID\`.`,
          page.width,
        )),
  ];
}

/** `Deactivated 4, removed 5.` Nothing was changed where that is known of every step. */
function countChanged(changed: readonly CleanedItem[], open: number): string {
  const words = Map.groupBy(changed, ({ kind }) => (kind === null ? 'done' : STEP_WORDS[kind].done));
  const text = [...words]
    .map(([word, { length }]) => `${word} ${length}`)
    .sort()
    .join(', ');
  const done = text === '' ? [] : [`${text.charAt(0).toUpperCase()}${text.slice(1)}.`];
  if (open > 0) return [...done, `What came of ${open} ${open === 1 ? 'step' : 'steps'} is open.`].join(' ');
  return done[0] ?? 'Nothing was changed.';
}

/** From so many on, entries with one reason share a line. */
const MANY = 20;

function section(title: string, items: readonly CleanedItem[], page: Page): Block {
  if (items.length === 0) return [];
  const lines = items.length > MANY && !page.verbose ? byReason(items, withStep).map(printable) : items.map(whyLine);
  return [`  ${title} ${items.length}`, ...lines.flatMap((line) => bullet(line, page))];
}

const withStep = ({ seen, id }: CleanedItem): string => `${seen}${id === null ? '' : ` (step ${id})`}`;

const doneLine = ({ deviceName, kind, id, seen, isRecorded = true }: CleanedItem): string =>
  `${printable(deviceName)}: ${kind === null ? 'done' : STEP_WORDS[kind].done}, step ${id ?? ''}` +
  (isRecorded ? '' : `; ${printable(seen)}`);

const whyLine = (item: CleanedItem): string => printable(`${item.deviceName}: ${withStep(item)}`);
