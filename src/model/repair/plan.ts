import type { DmDevice, DmTarget } from '../device-mapper/device-mapper.ts';
import type { CheckCode, RepairAction, Subject } from '../finding.ts';
import type { Mutation } from './mutation.ts';

/** What makes a device this one and no other. */
export interface DeviceIdentity {
  readonly name: string;
  readonly uuid: string;
  readonly major: number;
  readonly minor: number;
  readonly readOnly: boolean;
  readonly table: readonly DmTarget[];
}

export const identityOf = ({ name, uuid, major, minor, readOnly, table }: DmDevice): DeviceIdentity => ({
  name,
  uuid,
  major,
  minor,
  readOnly,
  table,
});

/** Something that can be looked up in a snapshot. */
export type Condition =
  | { readonly is: 'device-present'; readonly device: DeviceIdentity }
  /** The same entry whatever its number: a device that is put back gets the next free minor. */
  | { readonly is: 'device-back'; readonly device: Omit<DeviceIdentity, 'major' | 'minor'> }
  | { readonly is: 'device-named'; readonly name: string; readonly uuid: string }
  | { readonly is: 'device-gone'; readonly name: string; readonly uuid: string }
  | { readonly is: 'volume-in-metadata'; readonly vgName: string; readonly lvName: string; readonly dmUuid: string }
  | { readonly is: 'volume-not-in-metadata'; readonly dmUuid: string };

export type StepKind = RepairAction | 'activate-volume' | 'create-device';

/** How a step is taken back. */
export type Undo =
  | { readonly by: 'activate-volume'; readonly vgName: string; readonly lvName: string }
  | { readonly by: 'create-device' }
  | { readonly by: 'deactivate-volume' }
  | { readonly by: 'remove-device'; readonly as: 'remove-device' | 'remove-partition-map' };

/** One change of the node: exactly one command. */
export interface Step {
  readonly kind: StepKind;
  readonly device: DeviceIdentity;
  readonly mutation: Mutation;
  /** The argument vector that runs. */
  readonly argv: readonly string[];
  /** Guests whose lock is held meanwhile, and the lock files. */
  readonly guests: readonly number[];
  readonly locks: readonly string[];
  readonly before: readonly Condition[];
  readonly after: readonly Condition[];
  readonly undo: Undo;
}

/** The one step that a snapshot allows, or why none. */
export type StepPlan =
  | { readonly step: Step; readonly gates: readonly Gate[] }
  | { readonly because: string; readonly gates: readonly Gate[] };

/** What a finding is, as far as a repair needs to remember it. */
export interface PlannedFinding {
  readonly code: CheckCode;
  readonly subject: Subject;
  readonly title: string;
  readonly vmid: number | null;
}

export type Phase = 'duplicates' | 'orphans';

/** The entry of a set of duplicates that stays. */
export interface Kept {
  readonly name: string;
  /** Why this one: a few words. */
  readonly because: string;
}

/** What both answers of planning say of the device. */
interface Answer {
  readonly phase: Phase;
  /** The finding that leads, and the codes of all that name the device. */
  readonly finding: PlannedFinding;
  readonly codes: readonly CheckCode[];
  readonly deviceName: string;
  /** The volume that the device stands for, `vg/lv`; empty where there is none. */
  readonly volume: string;
  readonly keep: Kept | null;
  readonly gates: readonly Gate[];
}

/** One device, one step. Made from a snapshot, used once. */
export interface Plan extends Answer {
  readonly takenAt: string;
  readonly step: Step;
}

/** Why a device is left alone. */
export interface Refusal extends Answer {
  /** The gate that decided, as a sentence without a full stop. */
  readonly because: string;
  /** Who uses the device, where it is in use. */
  readonly holders: readonly string[];
  /** What a person can do about it; empty when there is nothing to say beyond `because`. */
  readonly advice: string;
  /** Devices of this plan whose removal is all that is missing, so that a second look will allow this one. */
  readonly follows: readonly string[];
  /** The step that takes it away once they are gone; null where it follows none. */
  readonly later: Step | null;
}

export interface Repairs {
  readonly takenAt: string;
  readonly plans: readonly Plan[];
  readonly refusals: readonly Refusal[];
}

/** One condition of a repair, with the fact that decides it and where that was read. Unreadable never holds. */
export interface Gate {
  readonly name: GateName;
  readonly holds: boolean;
  readonly fact: string;
  readonly source: string;
}

/** The gates of a repair, in the order in which they are shown. */
const GATE_NAMES = [
  'same device',
  'guest volume',
  'not in use',
  'guest not running',
  'nothing in flight',
  'not referenced',
  'not suspended',
  'guest lock',
] as const;

/** What takes the place of the first three and the sixth when something is put back. */
const UNDO_GATE_NAMES = ['can be put back', 'not there yet', 'same devices below', 'sectors not used'] as const;

export type GateName = (typeof GATE_NAMES)[number] | (typeof UNDO_GATE_NAMES)[number];

export const passes = (name: GateName, fact: string, source: string): Gate => ({ name, holds: true, fact, source });
export const fails = (name: GateName, fact: string, source: string): Gate => ({ name, holds: false, fact, source });
