import { type SectionReadings, sectionsOf } from '../model/derived.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { describeRun, metadataTables } from '../model/device-mapper/expected-table.ts';
import { describeTarget } from '../model/evidence.ts';
import { type Lvm, lvDmUuid } from '../model/lvm/lvm.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import {
  type Intent,
  isSettled,
  type Journal,
  type JournalStep,
  stateOfStep,
  tookEffect,
} from '../model/repair/journal.ts';
import { fails, type Step, type StepPlan } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { deviceDifference } from './conditions.ts';
import { firstFailed } from './gates.ts';
import { planPutBack } from './put-back.ts';
import { repairCase, repairGates } from './repair-gates.ts';
import type { RepairFinding } from './repair-subject.ts';
import { takeAwayStep } from './take-away-step.ts';

/** How a step of the journal would be taken back on this snapshot, or why not. Pure. */
export function planUndo(entry: JournalStep, snapshot: Snapshot): StepPlan {
  const { intent, undoneBy } = entry;
  const refuse = (because: string): StepPlan => ({ because, gates: [] });
  if (undoneBy !== null) return refuse(`step ${undoneBy} has taken it back already`);
  if (!isSettled(stateOfStep(entry))) return refuse('what came of that step is not known yet');
  if (!tookEffect(entry)) return refuse('as far as the journal knows, that step changed nothing');
  const { undo } = intent.step;
  switch (undo.by) {
    case 'activate-volume':
    case 'create-device':
      return planPutBack(entry, sectionsOf(snapshot));
    case 'deactivate-volume':
    case 'remove-device':
      return planTakeAwayAgain(entry, sectionsOf(snapshot));
  }
}

/** Takes back an `undo`: the entry goes again, through every gate of a repair. */
function planTakeAwayAgain(entry: JournalStep, sections: SectionReadings): StepPlan {
  const { intent } = entry;
  const device = findDevice(entry, sections);
  if ('because' in device)
    return { because: device.because, gates: [fails('same device', device.because, 'dmsetup info -c')] };
  const repair = repairCase(findingOf(intent), device, sections);
  const gates = repairGates(repair, sections);
  const failed = firstFailed(gates);
  if (failed) return { because: failed.fact, gates };
  const { subject } = repair;
  if (subject.is === 'nothing-of-ours') return { because: subject.because, gates };
  return { step: takeAwayStep(device, subject, repair.vmids, sections), gates };
}

function findDevice(
  { intent, outcome }: JournalStep,
  { stack }: SectionReadings,
): DmDevice | { readonly because: string } {
  if (stack.state !== 'known') return { because: whyNot(stack) };
  const { name, uuid, readOnly, table } = outcome?.device ?? intent.step.device;
  const device = stack.value.named(name);
  if (device === null) return { because: `${name} is not there` };
  const difference = deviceDifference({ name, uuid, readOnly, table }, device);
  return difference === null ? device : { because: `${name} is another one now: ${difference}` };
}

function findingOf({ finding, step }: Intent): RepairFinding {
  const repairAction = step.undo.by === 'remove-device' ? step.undo.as : 'deactivate-volume';
  return { code: finding.code, vmid: finding.vmid, certainty: 'certain', repairAction };
}

/** What a step that takes back would change in device-mapper's tables: `-` goes, `+` comes, a blank stays. */
export function tableDifference(step: Step, snapshot: Snapshot): readonly string[] {
  const { deviceMapper, lvm } = sectionsOf(snapshot);
  const { name, uuid, table } = step.device;
  const devices = knownOrNull(deviceMapper)?.devices ?? [];
  const there = devices.find((device) => device.name === name || (uuid !== '' && device.uuid === uuid));
  const now = (there?.table ?? []).map(describeTarget);
  const recorded = table.map(describeTarget);
  const then =
    step.kind === 'create-device'
      ? recorded
      : step.kind === 'activate-volume'
        ? byMetadata(step, knownOrNull(lvm))
        : [];
  if (then === null) return [`+ ${name}: what LVM makes of its metadata; recorded was ${recorded.join('; ')}`];
  const isSame = step.kind !== 'activate-volume' || then.join() === recorded.join();
  return [
    ...now.map((line) => `${then.includes(line) ? ' ' : '-'} ${name}: ${line}`),
    ...then.filter((line) => !now.includes(line)).map((line) => `+ ${name}: ${line}`),
    ...(isSame ? [] : [`  ${name} was ${recorded.join('; ')} when it was deactivated`]),
  ];
}

/** The table that LVM would load; null where its metadata does not say it line by line. */
function byMetadata({ device }: Step, lvm: Lvm | null): readonly string[] | null {
  const lv = lvm?.lvs.find((candidate) => lvDmUuid(candidate) === device.uuid);
  const runs = lvm === null || lv === undefined ? null : metadataTables(lvm)(lv);
  if (runs === null || runs.some(({ legs }) => legs.length !== 1)) return null;
  return runs.map(describeRun);
}

/** Which steps a user asked to take back. */
export interface UndoRequest {
  /** `3`, `3-7`, `3,5`. */
  readonly ids: readonly string[];
  readonly run: string | null;
  readonly last: boolean;
}

/** Newest first, since a later step may lie on what an earlier one left; or why there is nothing to take back. */
export function selectUndo(journal: Journal, { ids, run, last }: UndoRequest): readonly JournalStep[] | string {
  if (ids.length > 0) return byIds(journal, ids);
  const wanted = last ? lastRun(journal) : run;
  if (wanted === null) return 'no run has changed anything that still stands';
  if (!journal.records.some((record) => record.run === wanted)) return `the journal has no run ${wanted}`;
  const stand = journal.steps.filter((entry) => entry.intent.run === wanted && stands(entry));
  return stand.length === 0 ? `nothing of run ${wanted} is left to take back` : stand.toReversed();
}

const stands = (entry: JournalStep): boolean => tookEffect(entry) && entry.undoneBy === null;

/** Of those that repaired: what took something back is named by its number, so that `--last` never swings to and fro. */
const lastRun = ({ steps }: Journal): string | null =>
  steps.findLast((entry) => entry.intent.undoes === null && stands(entry))?.intent.run ?? null;

interface Range {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const rangesIn = (word: string): readonly Range[] =>
  word.split(',').map((text) => {
    const [, from, to = from] = /^([1-9]\d{0,8})(?:-([1-9]\d{0,8}))?$/.exec(text) ?? [];
    return { text, from: Number(from), to: Number(to) };
  });

export const isStepRange = (word: string): boolean => rangesIn(word).every(({ from, to }) => from <= to);

function byIds({ steps }: Journal, words: readonly string[]): readonly JournalStep[] | string {
  const chosen = new Set<JournalStep>();
  for (const { text, from, to } of words.flatMap(rangesIn)) {
    const found = steps.filter(({ intent }) => intent.id >= from && intent.id <= to);
    if (found.length === 0) return `there is no step ${text} to undo`;
    for (const entry of found) chosen.add(entry);
  }
  return [...chosen].sort((a, b) => b.intent.id - a.intent.id);
}
