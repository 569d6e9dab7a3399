import type { Plan, Refusal, Repairs, StepKind } from '../model/repair/plan.ts';
import { groupRepairs, isPlan, type RepairGroup } from '../model/repair/repair-groups.ts';
import { counted } from './counted.ts';
import { type Block, heading, type Page } from './page.ts';
import { printable } from './printable.ts';
import { shellWords } from './shell-words.ts';
import { hang } from './wrap.ts';

/** What a step of that kind is called in a question, and after it was done. */
export const STEP_WORDS: Readonly<Record<StepKind, { readonly ask: string; readonly done: string }>> = {
  'remove-device': { ask: 'Remove this entry', done: 'removed' },
  'deactivate-volume': { ask: 'Deactivate this volume on this node', done: 'deactivated' },
  'remove-partition-map': { ask: 'Remove this partition map', done: 'removed' },
  'activate-volume': { ask: 'Activate this volume again', done: 'activated' },
  'create-device': { ask: 'Create this entry again', done: 'created' },
};

const PHASE_TITLES = { duplicates: 'Duplicates', orphans: 'Orphans' } as const;

const IN_USE = '[DEVICE IS CURRENTLY OPEN/IN USE]';

/** The width of the column of KEEP, DUPLICATE, ORPHAN. */
const LABEL = 15;

const field = (label: string, text: string, page: Page): Block =>
  hang(`    ${label.padEnd(LABEL - 4)}`, text, page.width, page.style.dim);

/** Everything that `clean` would do and leave, and nothing else: `--dry-run`. `isWhole`: every check could judge. */
export function renderRepairs(repairs: Repairs, page: Page, isWhole: boolean): Block {
  const groups = groupRepairs(repairs);
  const lines = groups.flatMap((group, at) => [
    ...(groups[at - 1]?.phase === group.phase ? [] : renderPhase(group.phase, page)),
    ...renderGroupHead(group, page),
    ...group.items.flatMap((item) => renderItem(item, page)),
    '',
  ]);
  return [...lines, ...renderCount(repairs, page, isWhole)];
}

function renderCount({ plans, refusals }: Repairs, page: Page, isWhole: boolean): Block {
  if (plans.length + refusals.length === 0)
    return [isWhole ? 'Nothing to clean: no duplicate, no orphan, no partition map.' : 'Nothing is planned.'];
  const left = refusals.length === 0 ? '' : `; ${counted(refusals.length, 'entry', 'entries')} left alone`;
  return hang('', `${counted(plans.length, 'step')} planned${left}.`, page.width);
}

export const renderPhase = (phase: keyof typeof PHASE_TITLES, page: Page): Block => [
  heading(PHASE_TITLES[phase], page),
  '',
];

export function renderGroupHead({ phase, vmid, volume, keep }: RepairGroup, page: Page): Block {
  const guest = vmid === null ? 'No guest' : `Guest ${vmid}`;
  const head = phase === 'duplicates' ? `${guest}, volume ${printable(volume)}` : guest;
  return [
    ...hang('  ', head, page.width, undefined, page.style.bold),
    ...(keep === null ? [] : field('KEEP', `${printable(keep.name)} (${printable(keep.because)})`, page)),
  ];
}

function labelOf(item: Plan | Refusal): string {
  if (item.phase === 'duplicates') return 'DUPLICATE';
  if (item.codes.includes('DM013')) return 'GHOST';
  if (!item.codes.includes('DM040')) return 'ORPHAN';
  // DM040 is about the volume; what goes is a map on it.
  return item.deviceName === item.finding.subject.id ? 'HELD' : 'MAP';
}

export const renderItem = (item: Plan | Refusal, page: Page): Block =>
  isPlan(item) ? renderPlan(item, page) : renderRefusal(item, page);

function renderPlan(plan: Plan, page: Page): Block {
  const { step, codes, finding } = plan;
  return [
    ...field(labelOf(plan), printable(plan.deviceName), page),
    ...field('', `${codes.join(', ')}: ${printable(finding.title)}`, page),
    // A command stands on a line of its own and is never broken, so that it can be copied.
    `    ${page.style.dim('Command'.padEnd(LABEL - 4))}${shellWords(step.argv)}`,
    ...field(
      'Undo',
      step.undo.by === 'irreversible' ? `none: ${printable(step.undo.because)}` : UNDO_WORDS[step.undo.by],
      page,
    ),
    ...(page.verbose ? renderGates(plan, page) : []),
  ];
}

const UNDO_WORDS = {
  'activate-volume': 'pve-doctor undo activates the volume here again',
  'create-device': 'pve-doctor undo creates the entry again from its recorded table',
  'deactivate-volume': 'pve-doctor undo deactivates it again',
  'remove-device': 'pve-doctor undo removes it again',
} as const;

/** Each gate with its evidence. */
export const renderGates = ({ gates }: Pick<Plan, 'gates'>, page: Page): Block =>
  gates.flatMap(({ name, holds, fact, source }) =>
    field('', `${holds ? 'holds' : 'FAILS'}  ${name}: ${printable(fact)} [${source}]`, page),
  );

function renderRefusal(refusal: Refusal, page: Page): Block {
  const { deviceName, holders, because, advice, follows } = refusal;
  const mark = holders.length > 0 ? ` ${IN_USE}` : '';
  const after = follows.map(printable).join(', ');
  return [
    ...field(labelOf(refusal), `${printable(deviceName)}${mark}`, page),
    ...field('', `${refusal.codes.join(', ')}: ${printable(refusal.finding.title)}`, page),
    ...holders.flatMap((holder) => field('Held by', printable(holder), page)),
    ...(follows.length > 0
      ? field('Later', `it comes when ${after} ${follows.length === 1 ? 'is' : 'are'} gone`, page)
      : [
          ...field('Skipped', holders.length > 0 ? 'it cannot go while it is in use' : printable(because), page),
          ...(advice === '' ? [] : field('Advice', printable(advice), page)),
        ]),
    ...(page.verbose ? renderGates(refusal, page) : []),
  ];
}
