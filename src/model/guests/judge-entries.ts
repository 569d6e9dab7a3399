import type { DeviceMapper } from '../device-mapper/device-mapper.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { duplicateSets } from '../device-mapper/duplicate-sets.ts';
import type { Lvm } from '../lvm/lvm.ts';
import { volumePath } from '../lvm/lvm.ts';
import { indexLvm, type LvmIndex } from '../lvm/lvm-index.ts';
import { storagesByVg } from '../lvm/storages-by-vg.ts';
import { type GuestDevice, guestDevices } from './guest-devices.ts';
import type { EntryClass, GuestEntry, OrphanCause, Reference } from './guest-entries.ts';
import { findInFlight, type InFlight } from './in-flight.ts';
import type { Activity, Cluster, GuestConfig, Guests, RunningGuests, StorageConfig } from './pve.ts';
import { indexReferences, type ReferenceIndex, whyNotWhole } from './references.ts';

/** What the judgement depends on. `lvm` only tells ghosts from volumes; without it no entry is called a ghost. */
export interface JudgementFacts {
  readonly deviceMapper: DeviceMapper;
  readonly cluster: Cluster;
  readonly guests: Guests;
  readonly storage: StorageConfig;
  readonly running: RunningGuests;
  readonly activity: Activity;
  readonly lvm: Lvm | null;
}

interface Context {
  readonly references: ReferenceIndex;
  readonly inFlight: InFlight;
  readonly owners: ReadonlyMap<number, GuestConfig>;
  readonly extras: ReadonlyMap<string, string>;
  readonly storagesOfVg: ReadonlyMap<string, readonly string[]>;
  /** Names of entries that changed meanwhile, by the volume that they stand for. */
  readonly changed: ReadonlyMap<string, string>;
  readonly localNode: string;
  readonly lvm: LvmIndex | null;
}

/** Gives every guest-volume entry exactly one class, with the facts that decided. */
export function judgeEntries(facts: JudgementFacts): readonly GuestEntry[] {
  const context = contextOf(facts);
  return guestDevices(facts.deviceMapper).map((entry) => judge(entry, context));
}

function contextOf(facts: JudgementFacts): Context {
  const localNode = facts.cluster.nodeName;
  return {
    references: indexReferences(facts.guests, facts.storage, localNode),
    inFlight: findInFlight({
      configs: facts.guests.configs,
      running: facts.running.guests,
      tasks: facts.activity.tasks,
      locks: facts.activity.locks,
      localNode,
    }),
    owners: new Map(facts.guests.configs.map((config) => [config.vmid, config])),
    extras: new Map(
      duplicateSets(facts.deviceMapper).flatMap((set) =>
        set.extras.map((extra) => [extra.name, set.keep.name] as const),
      ),
    ),
    storagesOfVg: storagesByVg(facts.storage),
    changed: new Map(
      facts.deviceMapper.changedMeanwhile.flatMap((name) => {
        const volume = splitDmName(name);
        return volume === null ? [] : [[volumePath(volume), name] as const];
      }),
    ),
    localNode,
    lvm: facts.lvm && indexLvm(facts.lvm),
  };
}

interface Judgement {
  readonly class: EntryClass;
  readonly orphanCause: OrphanCause | null;
  readonly reasons: readonly string[];
}

function judge(entry: GuestDevice, context: Context): GuestEntry {
  const references = [...findReferences(entry, context.references), ...renamedReferences(entry, context)];
  const judgement =
    judgeDuplicate(entry, context) ??
    judgeValid(entry, references, context) ??
    judgeBusy(entry, context) ??
    judgeUnclear(entry, references, context);
  const { device, vgName, lvName, vmid, volumeKind } = entry;
  return {
    device,
    vgName,
    lvName,
    vmid,
    volumeKind,
    references,
    ...(judgement ?? judgeOrphan(entry, references, context)),
  };
}

function findReferences(entry: GuestDevice, index: ReferenceIndex): readonly Reference[] {
  return [
    ...index.find(entry.vgName, entry.lvName),
    ...index.findUuid(entry.device.uuid),
    ...index.findMinor(entry.device.minor, entry.device.major),
  ];
}

/**
 * The volume was renamed on another node: what refers to its name of now may mean this entry. Only "maybe", so that
 * the verdict is the same when LVM cannot be read.
 */
function renamedReferences(entry: GuestDevice, { lvm, references }: Context): readonly Reference[] {
  const identity = identifyUuid(entry.device.uuid);
  const lv = lvm !== null && identity.kind === 'lvm' ? lvm.lv(identity.vgUuid, identity.lvUuid) : null;
  if (lv === null || (lv.vgName === entry.vgName && lv.lvName === entry.lvName)) return [];
  return references.find(lv.vgName, lv.lvName).map((reference) => ({ ...reference, certainty: 'maybe' }));
}

function judgeDuplicate(entry: GuestDevice, context: Context): Judgement | null {
  const keep = context.extras.get(entry.device.name);
  if (keep === undefined) return null;
  const volume = volumePath(entry);
  return { class: 'duplicate', orphanCause: null, reasons: [`${keep} already stands for volume ${volume}`] };
}

/** Positive evidence stands even while a lock is held: a guest on this node refers to exactly this volume. */
function judgeValid(entry: GuestDevice, references: readonly Reference[], context: Context): Judgement | null {
  if (isGhost(entry, context)) return null;
  const reference = references.find((candidate) => candidate.local && candidate.certainty === 'certain');
  if (reference === undefined) return null;
  const reasons = [describeReference(reference), ...(isUnverified(entry, context) ? [UNVERIFIED] : [])];
  return { class: 'valid', orphanCause: null, reasons };
}

const UNVERIFIED = 'its VG was not read whole, so whether it is this volume or an older one of its name is not known';

function judgeBusy(entry: GuestDevice, context: Context): Judgement | null {
  const { inFlight } = context;
  const storages = context.storagesOfVg.get(entry.vgName) ?? [];
  const why =
    inFlight.forVmid(entry.vmid) ??
    storages.map((storeid) => inFlight.forStorage(storeid)).find((reason) => reason !== null) ??
    (entry.volumeKind === 'being-deleted' ? inFlight.forDeletion : null);
  return why === null ? null : { class: 'busy', orphanCause: null, reasons: [`guest ${entry.vmid}: ${why}`] };
}

/**
 * Where another entry of its volume changed meanwhile; and where a configuration refers to a storage that is not configured,
 * or is not whole itself, so that silence proves nothing.
 */
function judgeUnclear(entry: GuestDevice, references: readonly Reference[], context: Context): Judgement | null {
  const unclear = (reasons: readonly string[]): Judgement => ({ class: 'unknown', orphanCause: null, reasons });
  // Beside the entry that was dropped it may be a duplicate, and no orphan.
  const changed = context.changed.get(volumePath(entry));
  if (changed !== undefined) return unclear([`${changed}, of the same volume, changed while the node was read`]);
  if (references.some(({ certainty, local }) => certainty === 'certain' && !local)) return null;
  const unplaced = context.references.findUnplaced(entry.lvName).filter(({ local }) => local);
  if (unplaced.length > 0) return unclear(unplaced.map(describeReference));
  const owner = context.owners.get(entry.vmid);
  const why = whyNotWhole(owner);
  if (why === null || owner?.node !== context.localNode) return null;
  return unclear([why, ...references.map(describeReference)]);
}

function judgeOrphan(entry: GuestDevice, references: readonly Reference[], context: Context): Judgement {
  const certain = references.filter((reference) => reference.certainty === 'certain');
  const maybe = references.filter((reference) => reference.certainty === 'maybe').map(describeReference);
  const ghost = isGhost(entry, context) ? ['its LV is not in the metadata of the VG any more (UUID compared)'] : [];
  const cause = orphanCause(entry, certain, context);
  return { class: 'orphan', orphanCause: cause.cause, reasons: [...cause.reasons, ...ghost, ...maybe] };
}

interface Cause {
  readonly cause: OrphanCause | null;
  readonly reasons: readonly string[];
}

function orphanCause(entry: GuestDevice, certain: readonly Reference[], context: Context): Cause {
  const owner = context.owners.get(entry.vmid);
  if (certain.some((reference) => reference.local)) return { cause: null, reasons: certain.map(describeReference) };
  if (certain.length > 0) return { cause: 'guest-elsewhere', reasons: certain.map(describeReference) };
  if (owner === undefined) return { cause: 'guest-gone', reasons: [`no node has a guest with VMID ${entry.vmid}`] };
  if (owner.node !== context.localNode)
    return { cause: 'guest-elsewhere', reasons: [`guest ${entry.vmid} lives on node ${owner.node} (${owner.path})`] };
  return {
    cause: 'not-in-config',
    reasons: [`guest ${entry.vmid} is on this node, and no section of any configuration names ${volumePath(entry)}`],
  };
}

/** An LVM entry of which nobody could say whether its LV still exists. */
function isUnverified({ device }: GuestDevice, { lvm }: Context): boolean {
  const identity = identifyUuid(device.uuid);
  if (identity.kind !== 'lvm') return false;
  const vg = lvm?.vg(identity.vgUuid) ?? null;
  return lvm === null || vg === null || !lvm.isComplete(vg);
}

/** An entry whose VG was read whole and whose LV is not in it. Identity is the UUID, never the name. */
function isGhost({ device }: GuestDevice, { lvm }: Context): boolean {
  const identity = identifyUuid(device.uuid);
  if (lvm === null || identity.kind !== 'lvm') return false;
  const vg = lvm.vg(identity.vgUuid);
  return vg !== null && lvm.isComplete(vg) && lvm.lv(identity.vgUuid, identity.lvUuid) === null;
}

function describeReference(reference: Reference): string {
  const verb = reference.certainty === 'certain' ? 'refers to it' : 'may refer to it';
  const section = reference.section === 'current' ? '' : ` [${reference.section}]`;
  return `guest ${reference.vmid} on node ${reference.node} ${verb}: ${reference.key}${section} (${reference.text})`;
}
