import type { DmDevice } from '../model/device-mapper.ts';
import { describeHolder, deviceUse } from '../model/device-use.ts';
import type { CheckCode, Finding } from '../model/finding.ts';
import type { Gate } from '../model/gate.ts';
import { guestLockPaths } from '../model/in-flight-gates.ts';
import { volumePath } from '../model/lvm.ts';
import {
  identityOf,
  type Kept,
  type Phase,
  type Plan,
  type PlannedFinding,
  type Refusal,
  type Repairs,
  type Step,
} from '../model/plan.ts';
import type { StepFrame } from '../model/repair-action.ts';
import { actionFor, concernOf, repairGates } from '../model/repair-gates.ts';
import { type RepairSubject, repairSubject } from '../model/repair-subject.ts';
import { repairTargets } from '../model/repair-targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { deactivateVolumeStep } from './deactivate-volume.ts';
import { type KeptEntry, keptBeside } from './kept-entry.ts';
import { removeDeviceStep } from './remove-device.ts';
import { removePartitionMapStep } from './remove-partition-map.ts';

/** What a user asked to repair. */
export interface Selection {
  readonly only: Phase | null;
  readonly vmid: number | null;
  /** Only this device: to plan one step again. */
  readonly device?: string;
}

/** Codes whose findings name a device that could go; the first one that names a device leads. */
const LEADING: readonly CheckCode[] = ['DM001', 'DM002', 'DM040', 'DM013', 'DM010', 'DM011', 'DM012'];

/**
 * What would be done about these findings, and what is left alone and why. Pure: the same snapshot gives the same
 * answer. Duplicates first, then orphans; a device is planned once, whatever number of findings name it; no plan has an
 * open device, so a device that others lie on comes only after they are gone (`follows`).
 */
export function planRepairs(findings: readonly Finding[], snapshot: Snapshot, selection: Selection): Repairs {
  const candidates = candidatesOf(findings, snapshot)
    .filter((candidate) => isSelected(candidate, selection))
    .sort(compareCandidates);
  const answers = candidates.map((candidate) => answer(candidate, snapshot));
  const plans = answers.filter((item) => 'step' in item);
  const planned = new Set(plans.map(({ deviceName }) => deviceName));
  const refusals = answers.filter((item) => 'because' in item);
  return {
    takenAt: snapshot.takenAt,
    plans,
    refusals: refusals.map((refusal) => ({ ...refusal, follows: followsOf(refusal, planned, snapshot) })),
  };
}

/** A device with all findings that name it. */
interface Candidate {
  readonly device: DmDevice;
  readonly findings: readonly [Finding, ...Finding[]];
  readonly phase: Phase;
}

function candidatesOf(findings: readonly Finding[], snapshot: Snapshot): readonly Candidate[] {
  const byDevice = new Map<DmDevice, [Finding, ...Finding[]]>();
  const led = LEADING.flatMap((code) => findings.filter((finding) => finding.code === code));
  for (const finding of led) {
    for (const device of repairTargets(finding, snapshot)) {
      const known = byDevice.get(device);
      if (known) known.push(finding);
      else byDevice.set(device, [finding]);
    }
  }
  return [...byDevice].map(([device, named]) => ({ device, findings: named, phase: phaseOf(named[0].code) }));
}

const phaseOf = (code: CheckCode): Phase => (code === 'DM001' || code === 'DM002' ? 'duplicates' : 'orphans');

const isSelected = ({ findings, phase, device }: Candidate, selection: Selection): boolean =>
  (selection.device === undefined || selection.device === device.name) &&
  (selection.only === null || selection.only === phase) &&
  (selection.vmid === null || findings.some((finding) => finding.vmid === selection.vmid));

/** Partition maps before the entries that they may hold, then by guest and by name. */
function compareCandidates(a: Candidate, b: Candidate): number {
  const rank = ({ phase, findings }: Candidate) =>
    phase === 'duplicates' ? 0 : findings[0].repairAction === 'remove-partition-map' ? 1 : 2;
  return (
    rank(a) - rank(b) ||
    (a.findings[0].vmid ?? 0) - (b.findings[0].vmid ?? 0) ||
    compareText(a.device.name, b.device.name)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function answer({ device, findings, phase }: Candidate, snapshot: Snapshot): Plan | Refusal {
  const [lead] = findings;
  const actionable = findings.filter(({ repairAction }) => repairAction !== null);
  const [acting = lead] = actionable;
  const subject = repairSubject(device, acting, snapshot);
  const gates = decidingGates(actionable.length === 0 ? [lead] : actionable, device, snapshot);
  const entry = subject.is === 'entry' ? subject.entry : subject.is === 'partition-map' ? subject.parent : null;
  const keep = phase === 'duplicates' ? keptBeside(device, snapshot) : null;
  const head = {
    phase,
    finding: plannedFinding(lead),
    codes: [...new Set(findings.map(({ code }) => code))],
    deviceName: device.name,
    volume: entry === null ? '' : volumePath(entry),
    keep: keep === null ? null : ({ name: keep.device.name, because: keep.because } satisfies Kept),
    gates,
  };
  const refuse = (because: string, advice: string): Refusal => ({
    ...head,
    ...{ because, advice, holders: holdersOf(device, snapshot), follows: [] },
  });
  const unrepairable = findings.find(({ code, repairAction }) => code === 'DM001' && repairAction === null);
  if (unrepairable || actionable.length === 0)
    return refuse('pve-doctor gives guidance only for this', (unrepairable ?? lead).remedy.text);
  const failed = gates.find(({ holds }) => !holds);
  if (failed) return refuse(failed.fact, adviceFor(failed, subject));
  const step = stepFor(acting, device, subject, keep, snapshot);
  if (step === null) return refuse(`${device.name} is nothing that pve-doctor changes`, '');
  return { ...head, takenAt: snapshot.takenAt, step };
}

const plannedFinding = ({ code, subject, title, vmid }: Finding): PlannedFinding => ({ code, subject, title, vmid });

/** The gates of the leading finding; of the others the first that does not hold takes the place of its namesake. */
function decidingGates(findings: readonly Finding[], device: DmDevice, snapshot: Snapshot): readonly Gate[] {
  const [first = [], ...others] = findings.map((finding) => repairGates(finding, device, snapshot));
  return first.map((gate, at) =>
    gate.holds ? (others.map((gates) => gates[at]).find((other) => other?.holds === false) ?? gate) : gate,
  );
}

function stepFor(
  finding: Finding,
  device: DmDevice,
  subject: RepairSubject,
  keep: KeptEntry | null,
  snapshot: Snapshot,
): Step | null {
  if (finding.repairAction === null) return null;
  const { vmids } = concernOf(finding, device, subject, snapshot);
  const frame = (stays: StepFrame['stays']): StepFrame => ({
    guests: vmids,
    locks: vmids.flatMap((vmid) => guestLockPaths(vmid, snapshot)),
    stays,
  });
  const stays = keep === null ? [] : [keep.condition];
  if (subject.is === 'partition-map')
    return removePartitionMapStep(device, frame([{ is: 'device-present', device: identityOf(subject.parent.device) }]));
  if (subject.is !== 'entry') return null;
  return actionFor(finding.repairAction, subject) === 'deactivate-volume' && subject.lv !== null
    ? deactivateVolumeStep(device, subject.lv, frame(stays))
    : removeDeviceStep(device, frame(stays));
}

function holdersOf(device: DmDevice, { sections }: Snapshot): readonly string[] {
  const use = deviceUse(device, { usage: sections.usage.reading, blockDevices: sections.blockDevices.reading });
  if (use.inUse !== 'yes') return [];
  return use.holders.length > 0 ? use.holders.map(describeHolder) : [`open count ${device.openCount}, holder not seen`];
}

function adviceFor(gate: Gate, subject: RepairSubject): string {
  const vmid =
    subject.is === 'entry' ? subject.entry.vmid : subject.is === 'partition-map' ? subject.parent.vmid : null;
  switch (gate.name) {
    case 'not in use':
      return 'Close what uses it, then run clean again.';
    case 'guest not running':
      return `Stop guest ${vmid ?? ''} or leave the entry alone, then run clean again.`;
    case 'nothing in flight':
    case 'guest lock':
      return 'Wait until it is done, then run clean again.';
    case 'not referenced':
      return 'Settle the configuration first: remove the line, or correct it so that PVE reads it.';
    default:
      return '';
  }
}

/** Names of planned devices, where nothing else holds this one. */
function followsOf(refusal: Refusal, planned: ReadonlySet<string>, { sections }: Snapshot): readonly string[] {
  const failed = refusal.gates.filter(({ holds }) => !holds);
  const { deviceMapper, usage, blockDevices } = sections;
  const device =
    deviceMapper.reading.state === 'known'
      ? deviceMapper.reading.value.devices.find(({ name }) => name === refusal.deviceName)
      : undefined;
  if (device === undefined || failed.some(({ name }) => name !== 'not in use')) return [];
  const use = deviceUse(device, { usage: usage.reading, blockDevices: blockDevices.reading });
  if (use.inUse !== 'yes' || use.holders.length !== device.openCount) return [];
  const names = use.holders.map((holder) => (holder.kind === 'device' ? holder.name : ''));
  return names.every((name) => planned.has(name)) ? names : [];
}
