import type { Facts } from '../check.ts';
import { splitDmName } from '../device-mapper/dm-name.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import { creationOf, type LogicalVolume, volumePath } from '../lvm/lvm.ts';
import type { LvmCoverage, VolumeState } from '../lvm/lvm-coverage.ts';
import { describeHostName } from '../needs/host-names.ts';
import { describeReference, whyNotWhole } from '../needs/references.ts';
import type { SuspectVolume } from '../needs/unsettled.ts';
import type { Foreign } from './group-standing.ts';
import type { GuestDevice } from './guest-devices.ts';
import type { EntryClass, GuestEntry, OrphanCause, Reference } from './guest-entries.ts';
import { decodeGuestVolume, drbdResource } from './guest-volume.ts';

type JudgementFacts = Facts<
  | 'stack'
  | 'duplicates'
  | 'cluster'
  | 'configsByVmid'
  | 'storagesByVg'
  | 'references'
  | 'hostNeeds'
  | 'inFlight'
  | 'groups'
  | 'unsettled'
>;

interface Context extends JudgementFacts {
  readonly coverage: LvmCoverage | null;
  readonly extras: ReadonlyMap<string, string>;
  /** Names of entries that changed meanwhile, by the volume that they stand for. */
  readonly changed: ReadonlyMap<string, string>;
}

/**
 * Gives every guest-volume entry exactly one class, with the facts that decided. Without LVM nobody knows which VG an entry
 * belongs to and whether its volume is there, so none is called an orphan.
 */
export function judgeEntries(facts: JudgementFacts, coverage: LvmCoverage | null): readonly GuestEntry[] {
  const context: Context = {
    ...facts,
    coverage,
    extras: new Map(
      facts.duplicates.flatMap(({ extras, keep }) => extras.map(({ name }) => [name, keep.name] as const)),
    ),
    changed: new Map(
      facts.stack.changedMeanwhile.flatMap((name) => {
        const volume = splitDmName(name);
        return volume === null ? [] : [[volumePath(volume), name] as const];
      }),
    ),
  };
  return facts.stack.entries.map((entry) => judge(entry, context));
}

interface Judgement {
  readonly class: EntryClass;
  readonly orphanCause: OrphanCause | null;
  readonly reasons: readonly Evidence[];
}

const evidence = (source: string, ...facts: readonly string[]): readonly Evidence[] =>
  facts.map((fact) => ({ fact, source }));

const judgement = (entryClass: EntryClass, ...reasons: readonly (readonly Evidence[])[]): Judgement => ({
  class: entryClass,
  orphanCause: null,
  reasons: reasons.flat(),
});

/** An entry with what LVM and the configurations say of it. */
interface Case {
  /** Its volume: by its name, or by the name that metadata has for its UUID. */
  readonly entry: GuestDevice;
  /** VMIDs of both names. */
  readonly vmids: readonly number[];
  /** null for an entry that no VG of LVM's owns. */
  readonly state: VolumeState | null;
  /** What metadata calls it, where that is not its name. */
  readonly renamedTo: string | null;
  readonly foreign: Foreign | null;
  readonly references: readonly Reference[];
  /** References to the name that it has here; with `references` the same unless metadata calls it otherwise. */
  readonly named: readonly Reference[];
  /** References by UUID or number: they mean this entry, whatever its VG is called. */
  readonly direct: readonly Reference[];
}

function judge(device: GuestDevice, context: Context): GuestEntry {
  const found = caseOf(device, context);
  const judgement =
    judgeDuplicate(device, context) ??
    judgeValid(found) ??
    judgeHost(found, context) ??
    judgeBusy(found, context) ??
    judgeUnclear(found, context) ??
    judgeOrphan(found, context);
  return { ...found.entry, references: found.references, ...judgement };
}

function caseOf(named: GuestDevice, context: Context): Case {
  const { references, groups } = context;
  const { device } = named;
  const identity = identifyUuid(device.uuid);
  const state = stateOf(named, context);
  // Whoever names a partition of the volume, or a map on it, needs the volume.
  const direct = [device, ...context.stack.allAbove(device)].flatMap(({ uuid, minor, major }) => [
    ...references.findUuid(uuid),
    ...references.findMinor(minor, major),
  ]);
  const byName = references.find(named.vgName, named.lvName);
  const foreign = identity.kind === 'lvm' ? groups.foreign(identity.vgUuid) : null;
  const renamed = renamedEntry(named, state);
  const shared = { state, foreign, direct, named: [...byName, ...direct] };
  if (renamed === null) {
    const unrenamed = { entry: named, vmids: [named.vmid], renamedTo: null };
    return { ...unrenamed, ...shared, references: [...byName, ...direct] };
  }
  // Whatever has the old name now is another volume, or none.
  const old = byName.map((reference): Reference => ({ ...reference, certainty: 'maybe' }));
  return {
    entry: renamed,
    vmids: [named.vmid, renamed.vmid],
    renamedTo: volumePath(renamed),
    ...shared,
    references: [...references.find(renamed.vgName, renamed.lvName), ...direct, ...old],
  };
}

function stateOf({ device }: GuestDevice, { coverage }: Context): VolumeState | null {
  if (coverage !== null) return coverage.stateOf(device);
  return identifyUuid(device.uuid).kind === 'lvm' ? { is: 'unknown', because: 'LVM metadata was not read' } : null;
}

/** The volume was renamed on another node (a disk given to another guest, a snapshot, `vgrename`): its UUID stays. */
function renamedEntry(entry: GuestDevice, state: VolumeState | null): GuestDevice | null {
  if (state?.is !== 'in-metadata') return null;
  const { vgName, lvName } = state.lv;
  if (vgName === entry.vgName && lvName === entry.lvName) return null;
  const volume = decodeGuestVolume(lvName);
  return { ...entry, vgName, lvName, ...(volume && { vmid: volume.vmid, volumeKind: volume.kind }) };
}

function judgeDuplicate(entry: GuestDevice, context: Context): Judgement | null {
  const keep = context.extras.get(entry.device.name);
  if (keep === undefined) return null;
  return judgement('duplicate', evidence(SOURCE.dmInfo, `${keep} already stands for volume ${volumePath(entry)}`));
}

/** Positive evidence stands even while a lock is held: a guest on this node refers to exactly this volume. */
function judgeValid({ state, foreign, references, direct }: Case): Judgement | null {
  if (state?.is === 'gone') return null;
  // A name means nothing where another VG has it.
  const telling = foreign === null || foreign.why === 'unnamed' ? references : direct;
  const reference = telling.find((candidate) => candidate.local && candidate.certainty === 'certain');
  if (reference === undefined) return null;
  const unverified = state?.is === 'unknown' ? evidence(SOURCE.lvm, `${state.because}: ${UNVERIFIED}`) : [];
  return judgement('valid', evidence(SOURCE.guests, describeReference(reference)), unverified);
}

/** A file of this node itself names it: the node needs it, and no guest has to. Of a ghost, the name is all that it means. */
function judgeHost({ entry, state }: Case, { hostNeeds }: Context): Judgement | null {
  const { device } = entry;
  const name = hostNeeds.find({ names: [entry, splitDmName(device.name) ?? entry], uuid: device.uuid, device });
  if (name === null) return null;
  return judgement(state?.is === 'gone' ? 'unknown' : 'valid', evidence(name.file, describeHostName(name)));
}

const DRBD =
  'its name is one that LINSTOR gives to the volumes beneath DRBD, and only LINSTOR knows whether it is in use';

const UNVERIFIED = 'whether it is this volume or an older one of its name is not known';

function judgeBusy({ entry, vmids }: Case, context: Context): Judgement | null {
  const { inFlight } = context;
  const storages = context.storagesByVg.get(entry.vgName) ?? [];
  const why =
    vmids.map((vmid) => inFlight.forVmid(vmid)).find((one) => one !== null) ??
    storages.map((storeid) => inFlight.forStorage(storeid)).find((one) => one !== null) ??
    (entry.volumeKind === 'being-deleted' ? inFlight.forDeletion : null);
  if (why === null) return null;
  const reason = evidence(SOURCE.inFlight, `guest ${entry.vmid}: ${why.because}`);
  return judgement(why.is === 'busy' ? 'busy' : 'unknown', reason);
}

/**
 * Where another entry of its volume changed meanwhile; where no storage can mean its VG, or the LVM report does not cover its
 * disks; where a file of the node itself could not be read; where any text of a configuration names the volume, or a reference of its guest means nobody knows what, or the
 * configuration may have said more than could be read. Silence proves nothing then.
 */
function judgeUnclear(found: Case, context: Context): Judgement | null {
  const { entry, state, foreign, references, renamedTo } = found;
  const unclear = (...reasons: readonly (readonly Evidence[])[]) => judgement('unknown', ...reasons);
  const named = evidence(SOURCE.guests, ...references.map(describeReference));
  // Beside the entry that was dropped it may be a duplicate, and no orphan.
  const changed = context.changed.get(volumePath(entry));
  if (changed !== undefined)
    return unclear(evidence(SOURCE.dmInfo, `${changed}, of the same volume, changed while the node was read`));
  const why = foreign?.because ?? (state?.is === 'unknown' ? state.because : undefined);
  if (why !== undefined) return unclear(evidence(SOURCE.lvm, why), named);
  const gap = context.hostNeeds.unclear;
  if (gap !== null) return unclear(evidence(SOURCE.host, gap), named);
  const owner = context.configsByVmid.get(entry.vmid)?.at(-1);
  const isHere = owner?.node === context.cluster.nodeName;
  // What refers to the name that the volume has now is none of it: without LVM nobody would know that name.
  const maybe = found.named.filter(
    ({ certainty, local }) => certainty === 'maybe' && (local || owner === undefined || isHere),
  );
  if (references.some(({ certainty, local }) => certainty === 'certain' && !local) && !maybe.some(({ local }) => local))
    return null;
  const unplaced = context.references.findUnplaced(entry.vmid, entry.lvName);
  if (maybe.length + unplaced.length > 0)
    return unclear(evidence(SOURCE.guests, ...new Set([...maybe, ...unplaced].map(describeReference))));
  if (renamedTo !== null && (owner === undefined || isHere))
    return unclear(evidence(SOURCE.lvm, `metadata calls it ${renamedTo} now, which no configuration names`), named);
  if (drbdResource(entry.lvName) !== null) return unclear(evidence(SOURCE.lvm, DRBD));
  const partial = whyNotWhole(owner);
  if (partial !== null && isHere) return unclear(evidence(SOURCE.guests, partial), named);
  const renamed = state?.is === 'in-metadata' ? context.unsettled.why(suspect(entry, state.lv)) : null;
  return renamed === null ? null : unclear(evidence(SOURCE.inFlight, renamed));
}

const suspect = ({ vmid, vgName, lvName }: GuestDevice, lv: LogicalVolume): SuspectVolume => ({
  ...{ where: vgName, name: lvName, vmids: [vmid], createdAt: creationOf(lv) },
});

function judgeOrphan({ entry, state, references, renamedTo }: Case, context: Context): Judgement {
  const certain = references.filter((reference) => reference.certainty === 'certain');
  const maybe = references.filter((reference) => reference.certainty === 'maybe');
  const [cause, ...facts] = orphanCause(entry, certain, context);
  const ghost = state?.is === 'gone' ? ['its LV is not in the metadata of the VG any more (UUID compared)'] : [];
  const renamed = renamedTo === null ? [] : [`it is ${renamedTo} in the metadata of the VG (UUID compared)`];
  const reasons = [
    ...evidence(SOURCE.guests, ...facts),
    ...evidence(SOURCE.lvm, ...renamed, ...ghost),
    ...evidence(SOURCE.guests, ...maybe.map(describeReference)),
  ];
  return { class: 'orphan', orphanCause: cause, reasons };
}

/** The cause, and the facts that show it. */
function orphanCause(
  entry: GuestDevice,
  certain: readonly Reference[],
  context: Context,
): readonly [OrphanCause | null, ...string[]] {
  const owner = context.configsByVmid.get(entry.vmid)?.at(-1);
  if (certain.some((reference) => reference.local)) return [null, ...certain.map(describeReference)];
  if (certain.length > 0) return ['guest-elsewhere', ...certain.map(describeReference)];
  if (owner === undefined) return ['guest-gone', `no node has a guest with VMID ${entry.vmid}`];
  if (owner.node !== context.cluster.nodeName)
    return ['guest-elsewhere', `guest ${entry.vmid} lives on node ${owner.node} (${owner.path})`];
  return [
    'not-in-config',
    `guest ${entry.vmid} is on this node, and no section of any configuration names ${volumePath(entry)}`,
  ];
}
