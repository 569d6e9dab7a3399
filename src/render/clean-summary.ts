import type { CleanedItem } from '../model/repair/clean-result.ts';
import { type Block, bullet, heading, type Page } from './page.ts';
import { STEP_WORDS } from './plan.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

/** What was done, what was not and why, and how to take it back. */
export function renderCleanSummary(items: readonly CleanedItem[], ended: string, page: Page): Block {
  const of = (status: CleanedItem['status']) => items.filter((item) => item.status === status);
  const [done, skipped, failed] = [of('done'), of('skipped'), of('failed')];
  return [
    heading('Summary', page),
    ...section('Removed', done, page, doneLine),
    ...section('Skipped', skipped, page, whyLine),
    ...section('Failed', failed, page, whyLine),
    ...(ended === 'finished' ? [] : hang('  ', `The run ended early: ${printable(ended)}.`, page.width)),
    ...(done.length === 0
      ? []
      : hang('  ', `Take one back with \`pve-doctor undo ID\`; \`pve-doctor history\` lists all.`, page.width)),
  ];
}

type Line = (item: CleanedItem) => string;

const section = (title: string, items: readonly CleanedItem[], page: Page, line: Line): Block => [
  `  ${title.padEnd(9)} ${items.length}`,
  ...items.flatMap((item) => bullet(line(item), page)),
];

const doneLine: Line = ({ deviceName, kind, id }) =>
  `${printable(deviceName)}: ${kind === null ? 'done' : STEP_WORDS[kind].done}, step ${id ?? ''}`;

const whyLine: Line = ({ deviceName, because, id }) =>
  `${printable(deviceName)}: ${printable(because)}${id === null ? '' : ` (step ${id})`}`;
