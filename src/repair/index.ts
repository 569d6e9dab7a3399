import { type SectionReadings, sectionsOf } from '../model/derived.ts';
import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import { describeHolder, deviceUse } from '../model/device-mapper/device-use.ts';
import { hasCanonicalName } from '../model/device-mapper/duplicate-sets.ts';
import type { CheckCode, Finding } from '../model/finding.ts';
import { volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';
import type { Gate, Kept, Phase, Plan, PlannedFinding, Refusal, Repairs, Step } from '../model/repair/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { firstFailed } from './gates.ts';
import { repairCase, repairGates } from './repair-gates.ts';
import { entryOf, meansDevice, repairTargets } from './repair-subject.ts';
import { takeAwayStep } from './take-away-step.ts';

/** What a user asked to repair. */
export interface Selection {
  readonly only: Phase | null;
  readonly vmid: number | null;
  /** Only entries with one of these names, or of these volumes (selected-names.ts). Left out or empty: all. */
  readonly names?: readonly string[];
  /** Only this device, whatever else was selected: to plan one step again. */
  readonly device?: string;
}

/**
 * Codes whose findings name a device that could go; the first one that names a device leads. A ghost is one before it is
 * half of an overlap: what lies over its sectors now is why it has to go, not what it is a copy of.
 */
export const LEADING: readonly CheckCode[] = ['DM001', 'DM013', 'DM002', 'DM040', 'DM010', 'DM011', 'DM012'];

/**
 * What would be done about these findings, and what is left alone and why. Pure: the same snapshot gives the same
 * answer. Duplicates first, then orphans; a device is planned once, whatever number of findings name it; no plan has an
 * open device, so a device that others lie on comes only after they are gone (`follows`).
 */
export function planRepairs(findings: readonly Finding[], snapshot: Snapshot, selection: Selection): Repairs {
  const sections = sectionsOf(snapshot);
  const candidates = candidatesOf(findings, sections);
  const answers = candidates
    .filter((candidate) => isSelected(candidate, selection, sections))
    .sort(compareCandidates)
    .map((candidate) => ({ ...candidate, item: answer(candidate, snapshot.takenAt, sections) }));
  const items = withoutKept(answers, candidates, sections);
  const plans = items.flatMap(({ item }) => ('step' in item ? [item] : []));
  const planned = new Set(plans.map(({ deviceName }) => deviceName));
  const refusals = items.flatMap(({ device, item }): readonly Refusal[] => {
    if (!('because' in item)) return [];
    const follows = followsOf(item, device, planned, sections);
    return [{ ...item, follows, later: follows.length === 0 ? null : item.later }];
  });
  return { takenAt: snapshot.takenAt, plans, refusals };
}

/** A device with all findings that name it. */
interface Candidate {
  readonly device: DmDevice;
  readonly findings: readonly [Finding, ...Finding[]];
  readonly phase: Phase;
}

function candidatesOf(findings: readonly Finding[], sections: SectionReadings): readonly Candidate[] {
  const byDevice = new Map<DmDevice, [Finding, ...Finding[]]>();
  const led = LEADING.flatMap((code) => findings.filter((finding) => finding.code === code));
  for (const finding of led) {
    for (const device of repairTargets(finding, sections)) {
      const known = byDevice.get(device);
      if (known) known.push(finding);
      else byDevice.set(device, [finding]);
    }
  }
  return [...byDevice].map(([device, named]) => ({ device, findings: named, phase: phaseOf(named[0].code) }));
}

const phaseOf = (code: CheckCode): Phase => (code === 'DM001' || code === 'DM002' ? 'duplicates' : 'orphans');

function isSelected({ findings, phase, device }: Candidate, selection: Selection, sections: SectionReadings): boolean {
  const { only, vmid, names = [] } = selection;
  if (selection.device !== undefined) return selection.device === device.name;
  return (
    (only === null || only === phase) &&
    (vmid === null || findings[0].vmid === vmid) &&
    (names.length === 0 || names.some((name) => meansDevice(name, device, sections)))
  );
}

interface Answered extends Candidate {
  readonly item: Plan | Omit<Refusal, 'follows'>;
}

/**
 * The entry that is kept of a set is an orphan at times, like all of the set. It may go after the others, never while one
 * of them stays: the copy would be left, and the volume's own entry gone.
 */
function withoutKept(
  answers: readonly Answered[],
  candidates: readonly Candidate[],
  { keptBeside }: SectionReadings,
): readonly Answered[] {
  const going = new Set(answers.flatMap(({ item, device }) => ('step' in item ? [device] : [])));
  const extras = Map.groupBy(candidates, ({ device }) => knownOrNull(keptBeside)?.get(device));
  return answers.map((answered) => {
    const { item, device } = answered;
    if (!('step' in item)) return answered;
    const staying = extras.get(device)?.find((extra) => !going.has(extra.device) || !isLeftover(extra));
    if (staying === undefined) return answered;
    const because = `it is the one to keep beside ${staying.device.name}, which maps the same sectors or has its name`;
    const { step: _, takenAt: __, ...head } = item;
    return { ...answered, item: { ...head, because, advice: KEPT_ADVICE, holders: [], later: null } };
  });
}

const KEPT_ADVICE = 'Clean the set first, then run clean again.';

/** An extra entry of a set belongs to the same volume; one that only overlaps has to be an orphan by itself. */
const isLeftover = ({ findings }: Candidate): boolean => findings.some(({ code }) => /^DM0(?:01|1\d)$/.test(code));

/** Partition maps before the entries that they may hold, then by guest and by name. */
function compareCandidates(a: Candidate, b: Candidate): number {
  const rank = ({ phase, findings }: Candidate) =>
    phase === 'duplicates' ? 0 : findings[0].repairAction === 'remove-partition-map' ? 1 : 2;
  return (
    rank(a) - rank(b) ||
    (a.findings[0].vmid ?? 0) - (b.findings[0].vmid ?? 0) ||
    (a.device.name < b.device.name ? -1 : 1)
  );
}

function answer({ device, findings, phase }: Candidate, takenAt: string, sections: SectionReadings): Answered['item'] {
  const [lead] = findings;
  const actionable = findings.filter(({ repairAction }) => repairAction !== null);
  const [acting = lead] = actionable;
  const { subject, vmids } = repairCase(acting, device, sections);
  const gates = decidingGates(actionable.length === 0 ? [lead] : actionable, device, sections);
  const entry = entryOf(subject);
  const keep = knownOrNull(sections.keptBeside)?.get(device) ?? null;
  const head = {
    phase,
    finding: plannedFinding(lead),
    codes: [...new Set(findings.map(({ code }) => code))],
    deviceName: device.name,
    volume: entry === null ? '' : volumePath(entry),
    keep: keep === null ? null : ({ name: keep.name, because: whyKept(keep) } satisfies Kept),
    gates,
  };
  const refuse = (because: string, advice: string, later: Step | null = null) => ({
    ...head,
    because,
    advice,
    later,
    holders: holdersOf(device, sections),
  });
  const unrepairable = findings.find(({ code, repairAction }) => code === 'DM001' && repairAction === null);
  if (unrepairable || actionable.length === 0)
    return refuse('pve-doctor gives guidance only for this', (unrepairable ?? lead).remedy.text);
  const failed = firstFailed(gates);
  if (subject.is === 'nothing-of-ours') return refuse(failed?.fact ?? subject.because, failed ? adviceFor(failed) : '');
  const step = takeAwayStep(device, subject, vmids, sections);
  if (failed) return refuse(failed.fact, adviceFor(failed), step);
  return { ...head, takenAt, step };
}

const plannedFinding = ({ code, subject, title, vmid }: Finding): PlannedFinding => ({ code, subject, title, vmid });

/** The gates of the leading finding; of the others the first that does not hold takes the place of its namesake. */
function decidingGates(findings: readonly Finding[], device: DmDevice, sections: SectionReadings): readonly Gate[] {
  const answers = findings.map((finding) => repairGates(repairCase(finding, device, sections), sections));
  const [first = []] = answers;
  return first.map((gate, at) => firstFailed(answers.map((gates) => gates[at] ?? gate)) ?? gate);
}

/** In the order in which entries are preferred (duplicate-sets.ts sortForKeeping). */
function whyKept(device: DmDevice): string {
  if (device.openCount > 0) return 'in use';
  if (device.uuid.startsWith('LVM-')) return 'LVM’s own entry';
  return hasCanonicalName(device) ? 'has the name that LVM gives the volume' : 'lowest minor number';
}

function holdersOf(device: DmDevice, sections: SectionReadings): readonly string[] {
  const use = deviceUse(device, sections);
  if (use.inUse !== 'yes') return [];
  return use.holders.length > 0 ? use.holders.map(describeHolder) : [`open count ${device.openCount}, holder not seen`];
}

function adviceFor({ name }: Gate): string {
  switch (name) {
    case 'not in use':
      return 'Close what uses it, then run clean again.';
    case 'guest not running':
      return 'Stop that guest or leave the entry alone, then run clean again.';
    case 'nothing in flight':
      return 'Wait until it is done, then run clean again.';
    case 'not referenced':
      return 'A configuration names it, so pve-doctor leaves it alone.';
    default:
      return '';
  }
}

/** Names of planned devices, where nothing else holds this one. */
function followsOf(
  { gates }: Pick<Refusal, 'gates'>,
  device: DmDevice,
  planned: ReadonlySet<string>,
  sections: SectionReadings,
): readonly string[] {
  if (gates.some(({ name, holds }) => !holds && name !== 'not in use')) return [];
  const use = deviceUse(device, sections);
  if (use.inUse !== 'yes' || use.holders.length !== device.openCount) return [];
  const names = use.holders.map((holder) => (holder.kind === 'device' ? holder.name : ''));
  return names.every((name) => planned.has(name)) ? names : [];
}
