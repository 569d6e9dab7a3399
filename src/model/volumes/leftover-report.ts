import type { AcrossNodes } from '../cluster/across-nodes.ts';
import { activeElsewhere } from '../cluster/active-elsewhere.ts';
import type { Evidence } from '../finding.ts';
import type { LogicalVolume } from '../lvm/lvm.ts';
import { knownOrNull, type Reading } from '../reading.ts';
import type { ReportHead } from '../report/report.ts';
import { findOutFirst } from './find-out-first.ts';
import type { JudgedVolume, LeftoverPlace, Leftovers, Standing } from './leftovers.ts';

/** What `pve-doctor leftovers` shows (docs/leftovers.schema.json). */
export interface LeftoverReport extends ReportHead, LeftoverTables {
  /** Where configurations were looked for; null where that is not known. */
  readonly looked: { readonly nodes: readonly string[]; readonly configurations: number } | null;
}

export interface LeftoverTables {
  readonly places: readonly PlaceRow[];
  readonly volumes: readonly VolumeRow[];
  readonly snapshots: readonly SnapshotRow[];
  /** Volumes that an asked-for age leaves out because nothing tells theirs. */
  readonly ageless: number;
}

/** What stands on one place, leftovers only. */
export interface PlaceRow extends Pick<LeftoverPlace, 'kind' | 'id' | 'storeids' | 'where' | 'shared'> {
  /** `elsewhere`: it is not this node's to look at. */
  readonly state: 'read' | 'unread' | 'elsewhere';
  /** Why it was not read; null where it was. */
  readonly because: string | null;
  readonly volumes: number;
  readonly snapshots: number;
  /** Bytes that they hold; of `bySize` their size, which is more. */
  readonly bytes: number;
  /** Of the volumes, those of which `bytes` has the size, because what they hold is not known. */
  readonly bySize: number;
  /** Of the volumes, those whose bytes nothing tells. */
  readonly unsized: number;
  /** ISO 8601: since when the oldest was not touched, as far as its storage tells; null where it tells nothing. */
  readonly oldest: string | null;
  /** VMIDs that their names tell. */
  readonly guests: readonly number[];
  /** Volumes that no configuration is known to name, and that are not judged: in flight, or not to be told. */
  readonly unjudged: number;
  /** Bytes of those, as far as they are known; where they hold nobody knows what, their size. */
  readonly unjudgedBytes: number;
}

interface Row {
  /** The place of `places`. */
  readonly place: string;
  /** The first storage that means the place; null where none does. */
  readonly storage: string | null;
  readonly volid: string;
  readonly vmid: number;
  readonly standing: Standing['is'];
  /** Of a leftover: what became of its guest; null where it is not judged. */
  readonly cause: Extract<Standing, { is: 'leftover' }>['cause'] | null;
  /** Why it is not judged, or what is not known of it; null for a leftover. */
  readonly because: string | null;
  readonly proof: readonly Evidence[];
  /** What this node's log of tasks tells of its guest, at most; the log names no volumes. */
  readonly lastTask: JudgedVolume['lastTask'];
}

export interface VolumeRow extends Row, Pick<JudgedVolume, 'name' | 'kind' | 'code' | 'sizeBytes' | 'heldBytes'> {
  readonly createdAt: string | null;
  readonly changedAt: string | null;
  /** Node of the guest with its VMID; null where there is no such guest. */
  readonly ownerNode: string | null;
  /** Names of its snapshots, which go with it. */
  readonly snapshots: readonly string[];
  /** What to find out before anything else. */
  readonly first: string;
}

export interface SnapshotRow extends Row {
  readonly snapshot: string;
  readonly createdAt: string | null;
  readonly heldBytes: number | null;
}

/** What was asked for; null: everything. */
export interface LeftoverScope {
  readonly storage: string | null;
  readonly vmid: number | null;
  /** ISO 8601: only what was not touched since. */
  readonly before: string | null;
}

/** What is told of LVM beside the judgement: who else has a volume active. */
export interface LeftoverContext {
  readonly lvm: Reading<{ readonly lvs: readonly LogicalVolume[] }>;
  readonly acrossNodes: Reading<AcrossNodes>;
}

/** Leftovers as tables, narrowed to what was asked for. */
export function leftoverTables(
  { places, volumes, snapshots }: Leftovers,
  scope: LeftoverScope,
  context: LeftoverContext,
): LeftoverTables {
  const isAsked = ({ storeids, where }: LeftoverPlace): boolean =>
    scope.storage === null || storeids.includes(scope.storage) || where === scope.storage;
  const ofScope = <T extends { readonly place: LeftoverPlace; readonly vmid: number }>(list: readonly T[]) =>
    list.filter(({ place, vmid }) => isAsked(place) && (scope.vmid === null || vmid === scope.vmid));
  const twice = doubled(volumes);
  const rows = ofScope(volumes).map((volume) => volumeRow(volume, twice.has(keyOf(volume)), context));
  const snapshotRows = ofScope(snapshots).map(snapshotRow);
  const [kept, ageless] = oldEnough(rows, scope.before);
  const [keptSnapshots, agelessSnapshots] = oldEnough(snapshotRows, scope.before);
  const byPlace = Map.groupBy(kept, ({ place }) => place);
  const snapshotsByPlace = Map.groupBy(keptSnapshots, ({ place }) => place);
  return {
    places: places
      .filter(isAsked)
      .map((place) => placeRow(place, byPlace.get(placeKey(place)) ?? [], snapshotsByPlace.get(placeKey(place)) ?? [])),
    volumes: kept.toSorted(byPlaceAndName),
    snapshots: keptSnapshots.toSorted(byPlaceAndName),
    ageless: ageless + agelessSnapshots,
  };
}

export const isLeftover = ({ standing }: Pick<Row, 'standing'>): boolean =>
  standing === 'leftover' || standing === 'elsewhere';

/** What it holds, or at most; null where nobody can tell: snapshots may hold any number of times its size. */
export const bytesOfRow = ({ heldBytes, sizeBytes, snapshots }: Bytes): number | null =>
  heldBytes ?? (snapshots.length === 0 ? sizeBytes : null);

type Bytes = Pick<VolumeRow, 'heldBytes' | 'sizeBytes' | 'snapshots'>;

/** What it holds is not known, and is no more than its size. */
export const isBySize = (row: Bytes): boolean => row.heldBytes === null && bytesOfRow(row) !== null;

/** When it was last touched, as far as its storage tells. */
export const touchedAt = (row: { readonly createdAt: string | null; readonly changedAt?: string | null }) =>
  [row.createdAt, row.changedAt ?? null]
    .filter((time) => time !== null)
    .toSorted()
    .at(-1) ?? null;

/** What to find out of a snapshot before anything else. */
export const firstOfSnapshot = ({ because }: Pick<SnapshotRow, 'because'>): string =>
  because ?? 'find out who made it and for what, and whether a clone, a chain of images or a backup reads through it';

const placeKey = ({ kind, id }: LeftoverPlace): string => `${kind}:${id}`;
const keyOf = ({ place, name }: JudgedVolume): string => `${placeKey(place)} ${name}`;

/** Names that more than one volume of a place has: which of them such a name means nobody knows. */
function doubled(volumes: readonly JudgedVolume[]): ReadonlySet<string> {
  const seen = Map.groupBy(volumes, keyOf);
  return new Set([...seen].flatMap(([key, list]) => (list.length > 1 ? [key] : [])));
}

function oldEnough<T extends { readonly createdAt: string | null; readonly changedAt?: string | null }>(
  rows: readonly T[],
  before: string | null,
): readonly [kept: readonly T[], ageless: number] {
  if (before === null) return [rows, 0];
  const kept = rows.filter((row) => (touchedAt(row) ?? before) < before);
  return [kept, rows.filter((row) => touchedAt(row) === null).length];
}

/** Bases last, since what is read through them goes first. */
const byPlaceAndName = (a: Row & { readonly kind?: string }, b: Row & { readonly kind?: string }): number =>
  (a.place < b.place ? -1 : a.place > b.place ? 1 : 0) ||
  Number(a.kind === 'base') - Number(b.kind === 'base') ||
  a.vmid - b.vmid ||
  (a.volid < b.volid ? -1 : 1);

function volumeRow(volume: JudgedVolume, isDoubled: boolean, context: LeftoverContext): VolumeRow {
  const { name, kind, code, sizeBytes, heldBytes, createdAt, changedAt, owner, snapshots } = volume;
  const [standing, seen] = besides(volume, context);
  return {
    ...rowOf({ ...volume, standing, proof: [...volume.proof, ...seen] }),
    ...{ name, kind, code, sizeBytes, heldBytes, createdAt, changedAt },
    ownerNode: owner?.node ?? null,
    snapshots: snapshots.map((snapshot) => snapshot.name),
    first: findOutFirst({ ...volume, standing }, isDoubled),
  };
}

/**
 * What only another node can tell of a volume of LVM. The checks say it in their own words; the list has to take it as use.
 */
function besides(
  { place, name, standing }: JudgedVolume,
  { lvm, acrossNodes }: LeftoverContext,
): readonly [Standing, readonly Evidence[]] {
  if (place.kind !== 'lvm' || standing.is !== 'leftover') return [standing, []];
  const lv = knownOrNull(lvm)?.lvs.find((one) => one.vgUuid === place.id && one.lvName === name);
  const { active, evidence } = lv ? activeElsewhere(lv, acrossNodes) : { active: [], evidence: [] };
  if (active.length > 0) return [{ is: 'busy', because: `it is active on ${active.join(', ')}` }, evidence];
  return place.shared ? [{ is: 'elsewhere', cause: standing.cause, because: SHARED }, []] : [standing, []];
}

const SHARED = 'the storage is shared, and whether a guest of another cluster uses it cannot be known from here';

const snapshotRow = (judged: Leftovers['snapshots'][number]): SnapshotRow => ({
  ...rowOf(judged),
  snapshot: judged.snapshot.name,
  createdAt: judged.snapshot.createdAt,
  heldBytes: judged.snapshot.heldBytes,
});

const rowOf = ({
  place,
  volid,
  vmid,
  standing,
  proof,
  lastTask,
}: Pick<JudgedVolume, 'place' | 'volid' | 'vmid' | 'standing' | 'proof' | 'lastTask'>): Row => ({
  place: placeKey(place),
  storage: place.storeids[0] ?? null,
  ...{ volid, vmid, proof, lastTask },
  standing: standing.is,
  cause: 'cause' in standing ? standing.cause : null,
  because: 'because' in standing ? standing.because : null,
});

function placeRow(place: LeftoverPlace, rows: readonly VolumeRow[], snapshots: readonly SnapshotRow[]): PlaceRow {
  const { kind, storeids, where, shared, unread, notOurs } = place;
  const left = rows.filter(isLeftover);
  const leftSnapshots = snapshots.filter(isLeftover);
  const bytes = [...left.map(bytesOfRow), ...leftSnapshots.map(({ heldBytes }) => heldBytes)];
  const times = [...left.map(touchedAt), ...leftSnapshots.map(touchedAt)].filter((time) => time !== null);
  return {
    ...{ kind, id: placeKey(place), storeids, where, shared, because: unread },
    state: unread === null ? 'read' : notOurs ? 'elsewhere' : 'unread',
    volumes: left.length,
    snapshots: leftSnapshots.length,
    bytes: bytes.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    bySize: left.filter(isBySize).length,
    unsized: bytes.filter((one) => one === null).length,
    oldest: times.toSorted()[0] ?? null,
    guests: [...new Set([...left, ...leftSnapshots].map(({ vmid }) => vmid))].sort((a, b) => a - b),
    unjudged: rows.length + snapshots.length - left.length - leftSnapshots.length,
    unjudgedBytes: rows
      .filter((one) => !isLeftover(one))
      .reduce((sum, { heldBytes, sizeBytes }) => sum + (heldBytes ?? sizeBytes ?? 0), 0),
  };
}
