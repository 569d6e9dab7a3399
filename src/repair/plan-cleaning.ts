import { append } from '../model/append.ts';
import { type SectionReadings, sectionsOf } from '../model/derived.ts';
import { type DmDevice, SECTOR_BYTES } from '../model/device-mapper/device-mapper.ts';
import type { Finding } from '../model/finding.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import type { GuestEntry } from '../model/guests/guest-entries.ts';
import type { LastTasks } from '../model/guests/pve.ts';
import { lvDmUuid, volumePath } from '../model/lvm/lvm.ts';
import { knownOrNull } from '../model/reading.ts';
import type { CleaningPlan, CleaningStep, CleaningUnit, EntryFacts, LeftAlone } from '../model/repair/cleaning-plan.ts';
import type { Plan, Refusal, Repairs } from '../model/repair/plan.ts';
import type { CheckResult } from '../model/report/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { planRepairs, type Selection } from './index.ts';
import { deviceReferences } from './reference-gate.ts';
import { meansDevice } from './repair-subject.ts';

/** What the checks found in the snapshot. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly entries: readonly GuestEntry[];
  /** Checks whose silence would make a clean node of one that nobody could see. */
  readonly unknown: readonly CheckResult[];
  readonly lastTasks: LastTasks;
}

/** What was asked of `clean`. */
export interface CleaningSelection extends Selection {
  /** The most steps that one run may take; null: no limit. */
  readonly max: number | null;
}

/** The whole of a session in its order: what is asked, what stays and why. Pure. */
export function planCleaning(found: Found, snapshot: Snapshot, selection: CleaningSelection): CleaningPlan {
  const repairs = planRepairs(found.findings, snapshot, selection);
  const sections = sectionsOf(snapshot);
  const units = unitsOf(withFollowers(repairs));
  const most = selection.max ?? Number.POSITIVE_INFINITY;
  const taken = upTo(most, units);
  const numbered = numberUnits(taken, sections, found.lastTasks);
  const isTaken = new Set(taken);
  const over = units.filter((unit) => !isTaken.has(unit)).flat();
  const goes = new Set(taken.flat().map(({ deviceName }) => deviceName));
  const kept = new Map(taken.flat().flatMap(({ keep }) => (keep && !goes.has(keep.name) ? [[keep.name, keep]] : [])));
  const seen = new Set([...repairs.plans, ...repairs.refusals].map(({ deviceName }) => deviceName));
  const leftAlone = [
    ...repairs.refusals.filter(({ later }) => later === null).map((refusal) => left(refusal, refusal)),
    ...over.map((plan) => left(plan, { because: `--max ${most} leaves it for another run`, holders: [], advice: '' })),
    ...found.entries
      .filter((entry) => !seen.has(entry.device.name) && isUnjudged(entry, sections, selection))
      .map(leftUnjudged),
  ];
  return {
    takenAt: snapshot.takenAt,
    units: numbered,
    kept: [...kept.values()].filter(({ name }) => !leftAlone.some(({ deviceName }) => deviceName === name)),
    leftAlone,
    blind: found.unknown,
    unknownNames: unknownNames(selection.names ?? [], repairs, leftAlone, sections),
  };
}

interface Ordered extends Plan {
  readonly after: readonly string[];
}

/** The plans, and what only waits for them, each after all that it waits for. */
function withFollowers({ plans, refusals, takenAt }: Repairs): readonly Ordered[] {
  const going = new Set(plans.map(({ deviceName }) => deviceName));
  const sets = new Map<string, string[]>();
  for (const { keep, deviceName } of plans)
    if (keep !== null && going.has(keep.name)) append(sets, keep.name, deviceName);
  const waiting: Ordered[] = [
    ...plans.map((plan) => ({ ...plan, after: sets.get(plan.deviceName) ?? [] })),
    ...refusals.flatMap((refusal) => (refusal.later === null ? [] : [follower(refusal, refusal.later, takenAt)])),
  ];
  const ordered: Ordered[] = [];
  const before = new Set<string>();
  const isNext = ({ after }: Ordered) => after.every((name) => before.has(name));
  for (let at = waiting.findIndex(isNext); at >= 0; at = waiting.findIndex(isNext)) {
    ordered.push(...waiting.splice(at, 1));
    before.add(ordered.at(-1)?.deviceName ?? '');
  }
  return ordered;
}

function follower(refusal: Refusal, step: Plan['step'], takenAt: string): Ordered {
  const { because: _, holders: __, advice: ___, follows, later: ____, ...head } = refusal;
  const gates = head.gates.map((gate) =>
    gate.holds ? gate : { ...gate, holds: true, fact: `${gate.fact}; ${follows.join(', ')} goes first` },
  );
  return { ...head, gates, step, takenAt, after: follows };
}

type Unit = readonly [Ordered, ...Ordered[]];

/**
 * A set that goes as a whole is one unit. It comes right after the duplicates, unless something else has to go before it.
 */
function unitsOf(plans: readonly Ordered[]): readonly Unit[] {
  const going = new Set(plans.map(({ deviceName }) => deviceName));
  const extras = new Map<string, Ordered[]>();
  for (const plan of plans) if (plan.keep !== null && going.has(plan.keep.name)) append(extras, plan.keep.name, plan);
  const inSet = new Set([...extras.values()].flat());
  const units = plans.flatMap((plan): readonly Unit[] => {
    if (inSet.has(plan)) return [];
    const [first, ...rest] = [...(extras.get(plan.deviceName) ?? []), plan];
    return first === undefined ? [] : [[first, ...rest]];
  });
  const rank = (unit: Unit) =>
    unit.length === 1 ? (unit[0].phase === 'duplicates' ? 0 : 2) : waits(unit).length === 0 ? 1 : 2;
  return units.sort((a, b) => rank(a) - rank(b));
}

/** What has to be gone before it, and is not of it. */
function waits(unit: Unit): readonly string[] {
  const own = unit.map(({ deviceName }) => deviceName);
  return unit.flatMap(({ after }) => after).filter((name) => !own.includes(name));
}

/** Whole units, in order; what waits for one that is left out is left out too. */
function upTo(most: number, units: readonly Unit[]): readonly Unit[] {
  const taken: Unit[] = [];
  const names = new Set<string>();
  for (const unit of units) {
    if (names.size + unit.length > most || !waits(unit).every((name) => names.has(name))) continue;
    taken.push(unit);
    for (const { deviceName } of unit) names.add(deviceName);
  }
  return taken;
}

function numberUnits(units: readonly Unit[], sections: SectionReadings, lastTasks: LastTasks): readonly CleaningUnit[] {
  let number = 0;
  const step = (plan: Ordered): CleaningStep => {
    number += 1;
    return { ...plan, number, facts: entryFacts(plan, sections, lastTasks) };
  };
  return units.map(([first, ...rest]): CleaningUnit => [step(first), ...rest.map(step)]);
}

function left(
  { deviceName, volume, finding: { vmid, title }, codes, gates }: Plan | Refusal,
  { because, holders, advice }: Pick<LeftAlone, 'because' | 'holders' | 'advice'>,
): LeftAlone {
  return { deviceName, volume, vmid, codes, title, because, holders, advice, gates };
}

/** Neither in use by a guest of this node nor an orphan for certain: no check accuses it, and it is not called clean. */
const isUnjudged = (entry: GuestEntry, sections: SectionReadings, { only, vmid, names = [] }: Selection): boolean =>
  (entry.class === 'busy' || entry.class === 'unknown') &&
  only !== 'duplicates' &&
  (vmid === null || entry.vmid === vmid) &&
  (names.length === 0 || names.some((name) => meansDevice(name, entry.device, sections)));

const leftUnjudged = (entry: GuestEntry): LeftAlone => ({
  deviceName: entry.device.name,
  volume: volumePath(entry),
  vmid: entry.vmid,
  codes: [],
  title: '',
  because: `not judged: ${entry.reasons.map(({ fact }) => fact).join('; ')}`,
  holders: [],
  gates: [],
  advice: entry.class === 'busy' ? 'Wait until that is done, then run clean again.' : '',
});

function unknownNames(
  names: readonly string[],
  { plans, refusals }: Repairs,
  leftAlone: readonly LeftAlone[],
  sections: SectionReadings,
): CleaningPlan['unknownNames'] {
  const devices = knownOrNull(sections.deviceMapper)?.devices ?? [];
  const found = new Set([...plans, ...refusals, ...leftAlone].map(({ deviceName }) => deviceName));
  return names.flatMap((name) => {
    const meant = devices.filter((device) => meansDevice(name, device, sections));
    if (meant.some((device) => found.has(device.name))) return [];
    const because = meant.length > 0 ? 'no check finds anything to clean there' : 'no entry of this node has that name';
    return [{ name, because }];
  });
}

/** Enough to decide about an entry: what it is, how big, how old, and who named its volume last. */
export function entryFacts(plan: Plan, sections: SectionReadings, lastTasks: LastTasks): EntryFacts {
  const { step, deviceName, finding } = plan;
  const lvs = knownOrNull(sections.lvm)?.lvs ?? [];
  const lv = step.device.uuid === '' ? undefined : lvs.find((known) => lvDmUuid(known) === step.device.uuid);
  const device = knownOrNull(sections.stack)?.named(deviceName) ?? null;
  const sectors = step.device.table.reduce((sum, { length }) => sum + length, 0);
  return {
    sizeBytes: lv?.sizeBytes ?? sectors * SECTOR_BYTES,
    createdAt: lv?.createdAt ?? '',
    tags: lv?.tags ?? [],
    is: kindOf(step, lv !== undefined),
    lastNamedBy: (device === null ? '' : namedBy(device, sections)) || lastTaskOf(finding.vmid, lastTasks),
  };
}

function kindOf({ kind, device }: Plan['step'], hasVolume: boolean): EntryFacts['is'] {
  if (kind === 'remove-partition-map') return 'partition-map';
  if (hasVolume) return 'volume';
  return device.uuid === '' ? 'hand-made' : 'ghost';
}

/** A guest of another node may name it, and any text may. */
function namedBy(device: DmDevice, { references: index }: SectionReadings): string {
  const entry = decodeDevice(device);
  if (entry === null || index.state !== 'known') return '';
  const subject = { is: 'entry', entry, lv: null, ghost: false } as const;
  const references = deviceReferences(device, subject, index.value);
  const [reference] = [...references.direct, ...references.byName];
  if (reference === undefined) return '';
  const { vmid, node, key, section, certainty } = reference;
  const where = section === 'current' ? key : `${key} [${section}]`;
  return `${certainty === 'certain' ? '' : 'may be '}named by guest ${vmid} on node ${node}: ${where}`;
}

function lastTaskOf(vmid: number | null, tasks: LastTasks): string {
  const task = vmid === null ? undefined : tasks.get(vmid);
  if (task === undefined) return '';
  const failed = task.status === 'OK' ? '' : `, which ended with: ${task.status}`;
  return `last task of guest ${vmid} here: ${task.type} by ${task.user}, ${task.startedAt.slice(0, 10)}${failed}`;
}
