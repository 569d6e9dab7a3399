import type { CleanedItem } from '../model/repair/cleaning-plan.ts';
import type { StepKind } from '../model/repair/plan.ts';
import { type Block, bullet, heading, type Page } from './page.ts';
import { STEP_WORDS } from './plan.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

/** What was done, what was not and why, and how to take it back. */
export function renderCleanSummary(items: readonly CleanedItem[], ended: string, run: string, page: Page): Block {
  const of = (status: CleanedItem['status']) => items.filter((item) => item.status === status);
  const [done, already, skipped, failed] = [of('done'), of('already'), of('skipped'), of('failed')];
  return [
    heading('Summary', page),
    ...hang('  ', countDone(done), page.width),
    ...done.flatMap((item) => bullet(doneLine(item), page)),
    ...section('Gone already', already, page),
    ...section('Skipped', skipped, page),
    ...section('Failed', failed, page),
    ...(ended === 'finished' ? [] : hang('  ', `The run ended early: ${printable(ended)}.`, page.width)),
    ...(done.length === 0
      ? []
      : hang(
          '  ',
          `Take all of it back with \`pve-doctor undo --run ${run}\`, one with \`pve-doctor undo ID\`.`,
          page.width,
        )),
  ];
}

/** `Deactivated 4, removed 5.` */
function countDone(done: readonly CleanedItem[]): string {
  const words = (kinds: readonly StepKind[], word: string) => {
    const count = done.filter(({ kind }) => kind !== null && kinds.includes(kind)).length;
    return count === 0 ? [] : [`${word} ${count}`];
  };
  const text = [...words(['deactivate-volume'], 'deactivated'), ...words(REMOVALS, 'removed')].join(', ');
  return text === '' ? 'Nothing was changed.' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const REMOVALS = ['remove-device', 'remove-partition-map'] as const;

const section = (title: string, items: readonly CleanedItem[], page: Page): Block =>
  items.length === 0 ? [] : [`  ${title} ${items.length}`, ...items.flatMap((item) => bullet(whyLine(item), page))];

const doneLine = ({ deviceName, kind, id }: CleanedItem): string =>
  `${printable(deviceName)}: ${kind === null ? 'done' : STEP_WORDS[kind].done}, step ${id ?? ''}`;

const whyLine = ({ deviceName, because, id }: CleanedItem): string =>
  `${printable(deviceName)}: ${printable(because)}${id === null ? '' : ` (step ${id})`}`;
