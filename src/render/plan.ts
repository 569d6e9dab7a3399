import { shellWords } from '../model/command/shell-words.ts';
import { listed } from '../model/evidence.ts';
import type { CleaningPlan, CleaningStep, CleaningUnit, LeftAlone } from '../model/repair/cleaning-plan.ts';
import { stepsOf } from '../model/repair/cleaning-plan.ts';
import type { Gate, Phase, StepKind } from '../model/repair/plan.ts';
import { bytes, counted } from './counted.ts';
import { displayWidth, padEnd } from './display-width.ts';
import { type Block, heading, type Page } from './page.ts';
import { printable } from './printable.ts';
import { hang, wrap } from './wrap.ts';

interface StepWords {
  /** In the table of the plan. */
  readonly verb: string;
  readonly ask: string;
  readonly done: string;
}

/** What a step of that kind is called in the table, in a question, and after it was done. */
export const STEP_WORDS: Readonly<Record<StepKind, StepWords>> = {
  'remove-device': { verb: 'remove', ask: 'Remove this entry?', done: 'removed' },
  'deactivate-volume': { verb: 'deactivate', ask: 'Deactivate this volume on this node?', done: 'deactivated' },
  'remove-partition-map': { verb: 'remove', ask: 'Remove this partition map?', done: 'removed' },
  'activate-volume': { verb: 'activate', ask: 'Activate this volume again?', done: 'activated' },
  'create-device': { verb: 'create', ask: 'Create this entry again?', done: 'created' },
};

export const PHASE_TITLES: Readonly<Record<Phase, string>> = { duplicates: 'Duplicates', orphans: 'Orphans' };

/** A set that goes as a whole is an orphan; its copies alone would be duplicates. */
export const phaseOf = (unit: CleaningUnit): Phase => (unit.length > 1 ? 'orphans' : unit[0].phase);

const IN_USE = '[DEVICE IS CURRENTLY OPEN/IN USE]';

/** From so many on, an entry has one line, unless everything was asked for. */
const MANY = 100;

const isMany = (plan: CleaningPlan, { verbose }: Page): boolean =>
  !verbose && stepsOf(plan).length + plan.leftAlone.length > MANY;

/** Everything that would be asked, kept and left alone, with why: what stands before the first question. */
export function renderOverview(plan: CleaningPlan, page: Page): Block {
  if (isMany(plan, page)) {
    const lines = stepsOf(plan).map((step) => `${lead(step)}  ${STEP_WORDS[step.step.kind].verb}`);
    return renderMany(plan, lines, page);
  }
  const { kept, leftAlone } = plan;
  const steps = stepsOf(plan);
  const rows: readonly Row[] = [
    ...steps.map((step) => ({
      ...{ number: `${step.number}`, verb: STEP_WORDS[step.step.kind].verb, name: step.deviceName },
      why: whyGoes(step),
    })),
    ...kept.map(({ name, because }) => ({ number: '', verb: 'keep', name, why: because })),
    ...leftAlone.map((left) => ({
      ...{ number: '', verb: 'leave', name: left.deviceName, why: whyStays(left) },
      mark: left.holders.length > 0 ? IN_USE : '',
    })),
  ];
  return [
    ...renderBlind(plan, page),
    ...plan.unknownNames.flatMap(({ name, because }) => hang('? ', `${printable(name)}: ${because}`, page.width)),
    ...(rows.length === 0 ? [] : [heading('Plan', page), ...renderRows(rows, page), '']),
    ...hang('', countOf(plan), page.width),
  ];
}

const lead = ({ number, deviceName, codes }: CleaningStep): string =>
  `${number}  ${codes.join(', ')}  ${printable(deviceName)}`;

/** A plan of hundreds: a line for each step, and those that are left alone by their reason. */
function renderMany(plan: CleaningPlan, lines: Block, page: Page): Block {
  const { kept, leftAlone } = plan;
  return [
    ...renderBlind(plan, page),
    ...plan.unknownNames.flatMap(({ name, because }) => hang('? ', `${printable(name)}: ${because}`, page.width)),
    heading('Plan', page),
    ...lines,
    ...kept.map(({ name, because }) => `keep  ${printable(name)}: ${because}`),
    ...byReason(leftAlone, whyStays).flatMap((line) => hang('leave  ', printable(line), page.width)),
    '',
    ...hang('', `${countOf(plan)} With -v, why of each.`, page.width),
  ];
}

function renderBlind({ blind }: CleaningPlan, page: Page): Block {
  const reasons = [...new Set(blind.map(({ because }) => because))];
  const codes = blind.map(({ code }) => code).join(', ');
  return reasons.length === 0
    ? []
    : [...hang('? ', `${codes} could not judge: ${printable(listed(reasons, REASONS_NAMED, '; '))}`, page.width), ''];
}

/** Of hundreds that are left alone, each may have a reason of its own. */
const GROUPS_NAMED = 20;

/** `a, b: why`: a line for all entries that have one reason, and for no more than some reasons. */
export function byReason<T extends { readonly deviceName: string }>(
  items: readonly T[],
  why: (item: T) => string,
): readonly string[] {
  const groups = [...Map.groupBy(items, why)];
  const others = groups.slice(GROUPS_NAMED).flatMap(([, some]) => some).length;
  return [
    ...groups
      .slice(0, GROUPS_NAMED)
      .map(([reason, some]) => `${listed(some.map(({ deviceName }) => deviceName))}: ${reason}`),
    ...(others > 0 ? [`${counted(others, 'other entry', 'other entries')}, for other reasons`] : []),
  ];
}

/** A check may have a reason for each entry. */
const REASONS_NAMED = 5;

interface Row {
  readonly number: string;
  readonly verb: string;
  readonly name: string;
  readonly why: string;
  /** Beside the name, in one piece; the reason stands below. */
  readonly mark?: string;
}

/** With less room than this for the reason beside the name, it stands below. */
const LEAST_REASON = 30;

function renderRows(rows: readonly Row[], page: Page): Block {
  const numbers = Math.max(...rows.map(({ number }) => number.length));
  const verbs = Math.max(...rows.map(({ verb }) => verb.length));
  const names = Math.max(...rows.map(({ name }) => displayWidth(printable(name))));
  const rowLead = ({ number, verb }: Row) => `${number.padStart(numbers)}  ${verb.padEnd(verbs)}  `;
  const left = page.width - numbers - verbs - 4;
  return rows.flatMap((row) => {
    const name = printable(row.name);
    const mark = row.mark ?? '';
    if (mark === '' && left - names - 2 >= LEAST_REASON)
      return hang(`${rowLead(row)}${padEnd(name, names)}  `, printable(row.why), page.width);
    const isBeside = displayWidth(`${rowLead(row)}${name} ${mark}`) <= page.width;
    return [
      ...hang(rowLead(row), isBeside && mark !== '' ? `${name} ${mark}` : name, page.width),
      ...(isBeside || mark === '' ? [] : [`  ${mark}`]),
      ...hang(' '.repeat(left < LEAST_REASON ? numbers + 2 : numbers + verbs + 4), printable(row.why), page.width),
    ];
  });
}

function whyGoes(step: CleaningStep): string {
  const after = step.after.length === 0 ? '' : `; comes after ${step.after.join(', ')}`;
  return `${labelOf(step)}, ${reasonOf(step)}${after}`;
}

function whyStays({ codes, because, holders, advice, title }: LeftAlone): string {
  const why = holders.length > 0 ? `in use by ${holders.join('; ')}` : because;
  const what = codes.length === 0 ? '' : `${codes.join(', ')}: ${title}. Left alone: `;
  return `${what}${why}.${advice === '' ? '' : ` ${advice}`}`;
}

function countOf(plan: CleaningPlan): string {
  const { kept, leftAlone, blind, unknownNames } = plan;
  const steps = stepsOf(plan);
  if (steps.length + leftAlone.length === 0)
    return blind.length + unknownNames.length === 0
      ? 'Nothing to clean: no duplicate, no orphan, no partition map.'
      : 'Nothing is planned.';
  const keeps = kept.length === 0 ? '' : `, ${kept.length} kept`;
  const left = leftAlone.length === 0 ? '' : `; ${counted(leftAlone.length, 'entry', 'entries')} left alone`;
  return `${counted(steps.length, 'step')} planned${keeps}${left}.`;
}

/** What an entry is, in one word. */
function labelOf({ phase, codes, deviceName, finding, facts }: CleaningStep): string {
  if (facts.is === 'ghost') return 'GHOST';
  if (phase === 'duplicates') return 'DUPLICATE';
  if (!codes.includes('DM040')) return 'ORPHAN';
  // DM040 is about the volume; what goes is a map on it.
  return deviceName === finding.subject.id ? 'HELD' : 'MAP';
}

/** The finding in few words: what a ghost lacks comes before anything else that is said of it. */
function reasonOf({ facts: { is }, codes, finding, volume }: CleaningStep): string {
  const second = `a second entry for ${volume}`;
  const why = [
    ...(is === 'ghost' ? ['its LV is gone from the metadata'] : []),
    ...(finding.code === 'DM001' ? [second] : []),
  ];
  return `${codes.join(', ')}: ${why.length === 0 ? finding.title : why.join('; ')}`;
}

/** Three lines for each entry: what it is, why it would go, and the command, which is never broken. */
export function renderUnit(unit: CleaningUnit, total: number, page: Page): Block {
  const indent = ' '.repeat(4);
  const isSet = unit.length > 1;
  const head = `${unit.length} entries for ${printable(unit[0].volume)}, of which none is needed: all go, in this order.`;
  const entries = unit.flatMap((step) => [
    ...headOf(step, total, page),
    ...hang(indent, printable(whyAsked(step, unit)), page.width),
    `${indent}${shellWords(step.step.argv)}`,
    ...(page.verbose ? [...renderUndo(step, page), ...renderGates(step, page)] : []),
  ]);
  return [...(isSet ? hang('', head, page.width) : []), ...entries];
}

function headOf(step: CleaningStep, total: number, page: Page): Block {
  const text = `${step.number} of ${total}  ${labelOf(step)} ${printable(step.deviceName)}: ${facts(step)}`;
  const [first = '', ...rest] = wrap(text, page.width);
  return [first, ...wrap(rest.join(' '), page.width - 4).map((line) => `    ${line}`)];
}

function whyAsked(step: CleaningStep, unit: CleaningUnit): string {
  const { keep, after, facts: known } = step;
  const inSet = unit.map(({ deviceName }) => deviceName);
  const before = after.filter((name) => !inSet.includes(name));
  return [
    reasonOf(step),
    ...(keep === null || inSet.includes(keep.name) ? [] : [`KEEP ${keep.name} (${keep.because})`]),
    ...(before.length === 0 ? [] : [`${before.join(', ')} ${before.length === 1 ? 'is' : 'are'} gone first`]),
    ...(known.lastNamedBy === '' ? [] : [known.lastNamedBy]),
  ].join('; ');
}

const KINDS = {
  volume: '',
  ghost: 'without a volume',
  'hand-made': 'made by hand',
  'partition-map': 'a partition map',
} as const;

function facts({ facts: known, after }: CleaningStep): string {
  return [
    bytes(known.sizeBytes),
    KINDS[known.is],
    known.createdAt === '' ? '' : `made ${printable(known.createdAt.slice(0, 16))}`,
    known.tags.length === 0 ? '' : `tags ${known.tags.map(printable).join(', ')}`,
    after.length === 0 ? 'not in use' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

const UNDO_WORDS = {
  'activate-volume': 'pve-doctor undo activates the volume here again',
  'create-device': 'pve-doctor undo creates the entry again from its recorded table',
  'deactivate-volume': 'pve-doctor undo deactivates it again',
  'remove-device': 'pve-doctor undo removes it again',
} as const;

const renderUndo = ({ step }: CleaningStep, page: Page): Block => hang('    ', UNDO_WORDS[step.undo.by], page.width);

/** Each gate with its evidence. */
export const renderGates = ({ gates }: { readonly gates: readonly Gate[] }, page: Page): Block =>
  gates.flatMap(({ name, holds, fact, source }) =>
    hang(`    ${holds ? 'holds' : 'FAILS'}  `, `${name}: ${printable(fact)} [${source}]`, page.width),
  );

/** The whole plan as `--dry-run` shows it: the table, then every command that can run, in its order. */
export function renderPlan(plan: CleaningPlan, id: string, again: readonly string[], page: Page): Block {
  const total = stepsOf(plan).length;
  const withCommand = (step: CleaningStep) => `${lead(step)}  ${shellWords(step.step.argv)}`;
  const shown = isMany(plan, page)
    ? renderMany(plan, stepsOf(plan).map(withCommand), page)
    : [...renderOverview(plan, page), ...plan.units.flatMap((unit) => ['', ...renderUnit(unit, total, page)])];
  return [
    ...shown,
    ...(page.verbose ? plan.leftAlone.flatMap((left) => ['', ...renderLeftGates(left, page)]) : []),
    ...(total === 0
      ? []
      : [
          '',
          ...hang('', `Plan ${id}. This runs exactly these steps, or nothing:`, page.width),
          `  ${shellWords(again)}`,
        ]),
  ];
}

const renderLeftGates = (left: LeftAlone, page: Page): Block => [
  ...hang('', `${printable(left.deviceName)} is left alone`, page.width),
  ...renderGates(left, page),
];
