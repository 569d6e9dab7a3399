import type { Facts } from '../check.ts';
import { counted, listed, SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import type { OrphanCause } from '../guests/guest-entries.ts';
import { drbdResource, isVmid } from '../guests/guest-volume.ts';
import type { Occupied } from '../guests/in-flight.ts';
import type { GuestConfig } from '../guests/pve.ts';
import { describeReference, whyNotWhole } from '../guests/references.ts';
import type { Replication } from '../guests/replication.ts';
import { oncePer } from '../once-per.ts';
import type { Reading } from '../reading.ts';
import { size } from '../size.ts';
import { minuteOf, whyYoung } from '../time-words.ts';
import type { JudgedVolume, LeftoverPlace, Standing } from './leftovers.ts';
import { inPool } from './rbd-places.ts';
import type { StoredReferences } from './stored-references.ts';
import { type OtherViews, whyUnreadUse } from './unread-uses.ts';
import type { SuspectVolume } from './unsettled.ts';
import { isOfReplicator } from './volume-names.ts';
import type { StoredVolume, VolumePlace, Volumes } from './volumes.ts';

export type JudgementFacts = Facts<
  'volumes' | 'guests' | 'configsByVmid' | 'storage' | 'cluster' | 'inFlight' | 'storagesByVg' | 'unsettled'
>;

export interface Context extends JudgementFacts {
  readonly references: StoredReferences;
  readonly replication: Reading<Replication>;
  readonly views: OtherViews;
  /** By the place of the section. */
  readonly placed: ReadonlyMap<VolumePlace, LeftoverPlace>;
}

/** A volume where it stands. */
interface Stored {
  readonly place: VolumePlace;
  readonly volume: StoredVolume;
}

/** `kept`: a configuration names it, or something that is kept reads through it. */
type Verdict = { readonly is: 'kept' } | Standing;

const KEPT: Verdict = { is: 'kept' };

const keyOf = ({ place, volume }: Stored): string => `${place.kind} ${place.id} ${volume.name}`;

/** Every volume of these places of which nobody is known to be in need. */
export function judgeVolumes(context: Context): readonly JudgedVolume[] {
  const all = context.volumes.places.flatMap((place) =>
    place.contents.state === 'known' ? place.contents.value.volumes.map((volume) => ({ place, volume })) : [],
  );
  const children = childrenOf(all);
  const verdicts = new Map<string, Verdict>();
  const verdictOf = (one: Stored): Verdict => {
    const key = keyOf(one);
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    // Images that are each other's backing file, which only somebody else writes: neither keeps the other.
    verdicts.set(key, { is: 'unclear', because: 'it reads through itself' });
    const verdict = judge(
      one,
      (children.get(key) ?? []).map((child) => [child, verdictOf(child)] as const),
      context,
    );
    verdicts.set(key, verdict);
    return verdict;
  };
  return all.flatMap((one) => {
    const verdict = verdictOf(one);
    return verdict.is === 'kept' || !isVmid(one.volume.vmid)
      ? []
      : [described(one, verdict, children.get(keyOf(one)) ?? [], context)];
  });
}

/** Volumes that read through each, wherever they stand. */
function childrenOf(all: readonly Stored[]): ReadonlyMap<string, readonly Stored[]> {
  const byPath = new Map(all.map((one) => [`${one.place.kind} ${one.place.where}/${one.volume.name}`, keyOf(one)]));
  const children = new Map<string, Stored[]>();
  for (const child of all) {
    const { parent, parentName } = child.volume;
    if (parent === null) continue;
    const near = parentName === null ? undefined : keyOf({ ...child, volume: { ...child.volume, name: parentName } });
    const key = near ?? byPath.get(`${child.place.kind} ${parent.split('@')[0]}`);
    if (key === undefined) continue;
    const list = children.get(key);
    if (list) list.push(child);
    else children.set(key, [child]);
  }
  return children;
}

type Judged = readonly [child: Stored, verdict: Verdict];

function judge(one: Stored, children: readonly Judged[], context: Context): Verdict {
  const { place, volume } = one;
  const named = context.references.find(place, volume.name);
  if (named.some(({ certainty }) => certainty === 'certain')) return KEPT;
  if (children.some(([, { is }]) => is === 'kept')) return KEPT;
  const busy = whyBusy(one, context);
  if (busy !== null) return busy;
  const cause = causeOf(volume, context);
  const replica = replicaOf(one, cause, context);
  if (replica === 'kept') return KEPT;
  const unclear = replica ?? whyUnclear(one, named.map(describeReference), children, context);
  if (unclear !== null) return { is: 'unclear', because: unclear };
  return place.shared ? { is: 'elsewhere', cause, because: SHARED } : { is: 'leftover', cause };
}

const SHARED = 'the storage is shared, and whether a guest of another cluster uses it cannot be known from here';

/** Volumes are made before the configuration that names them, and renamed while somebody reads it. */
function whyBusy({ place, volume }: Stored, { inFlight, volumes }: Context): Occupied | null {
  const flying =
    inFlight.forVmid(volume.vmid) ??
    place.storeids.map((storeid) => inFlight.forStorage(storeid)).find((why) => why !== null) ??
    inFlight.forDeletion;
  if (flying !== null) return flying;
  const [watcher] = volume.rbd?.watchers ?? [];
  if (watcher !== undefined) return { is: 'busy', because: `the client at ${watcher} has it open` };
  const young = whyYoung(volume.touchedAt, volumes.readAt);
  return young === null ? null : { is: 'busy', because: young };
}

const ownerOf = ({ vmid }: StoredVolume, { configsByVmid }: Context): GuestConfig | null =>
  configsByVmid.get(vmid)?.at(-1) ?? null;

function causeOf(volume: StoredVolume, context: Context): OrphanCause {
  const owner = ownerOf(volume, context);
  if (owner === null) return 'guest-gone';
  return owner.node === context.cluster.nodeName ? 'not-in-config' : 'guest-elsewhere';
}

/** A copy that replication keeps here for a guest of another node is its own, also where the job is disabled or fails. */
function replicaOf({ place, volume }: Stored, cause: OrphanCause, context: Context): 'kept' | string | null {
  if (place.kind !== 'zfs' || place.shared || cause !== 'guest-elsewhere') return null;
  const { replication, cluster, volumes } = context;
  if (replication.state !== 'known') return 'whether replication keeps it here is not known';
  const isTarget = replication.value.jobs.some(
    ({ vmid, target }) => vmid === volume.vmid && target === cluster.nodeName,
  );
  if (isTarget) return 'kept';
  return !replication.value.configured && hasReplicas(volumes) ? NO_REPLICATION_CFG : null;
}

/** A copy that is on its way here for the first time has no snapshot yet. */
const hasReplicas = oncePer(({ places }: Volumes): boolean =>
  places.some(
    ({ contents }) =>
      contents.state === 'known' &&
      contents.value.volumes.some(({ snapshots }) => snapshots.some(({ name }) => REPLICATED.test(name))),
  ),
);

/** What the snapshots of replicas say, the file has to say as well. */
export const NO_REPLICATION_CFG =
  'snapshots of replication are here, and /etc/pve/replication.cfg, which Proxmox VE never takes away, is not there';

const DRBD =
  'its name is one that LINSTOR gives to the volumes beneath DRBD, and only LINSTOR knows whether it is in use';

/** Where silence proves nothing. */
function whyUnclear(
  one: Stored,
  named: readonly string[],
  children: readonly Judged[],
  context: Context,
): string | null {
  const { place, volume } = one;
  const { references, configsByVmid } = context;
  const [maybe] = [...named, ...references.findUnplaced(volume.vmid, volume.name).map(describeReference)];
  if (maybe !== undefined) return maybe;
  if (place.kind === 'zfs' && drbdResource(volume.name) !== null) return DRBD;
  const copied = volume.snapshots.find(({ name }) => isOfReplicator(name));
  if (copied !== undefined)
    return `${copied.name} shows that another program makes its snapshots, and may keep it here`;
  const child = children.find(([, { is }]) => is === 'unclear' || is === 'busy');
  if (child !== undefined) return `${child[0].volume.name} reads through it, and is not judged`;
  const [outside] = volume.clonesOutside ?? [];
  if (outside !== undefined) return `${outside}, which no storage means, is a clone of it`;
  if (volume.rbd !== undefined && (volume.touchedAt === null || volume.rbd.watchers === null))
    return 'how old it is and who has it open was not read';
  const use = whyUnreadUse(place, volume, context.volumes, context.views);
  if (use !== null) return use;
  return whyNotWhole(configsByVmid.get(volume.vmid)?.at(-1)) ?? context.unsettled.why(suspect(place, volume, []));
}

/** As `unsettled` asks for it: of its owner by number, and of those that name it. */
export const suspect = (
  { where }: VolumePlace,
  { name, vmid, createdAt }: StoredVolume,
  others: readonly number[],
): SuspectVolume => ({
  ...{ where, createdAt, name: name.slice(name.lastIndexOf('/') + 1) },
  vmids: [...new Set([vmid, ...others])],
});

const SOURCES = { directory: 'list of the directory', zfs: 'zfs list', rbd: 'rbd ls -l' } as const;

function described(one: Stored, standing: Standing, children: readonly Stored[], context: Context): JudgedVolume {
  const { place, volume } = one;
  const { name, vmid, kind, sizeBytes, heldBytes, createdAt, changedAt, snapshots } = volume;
  const owner = ownerOf(volume, context);
  const isCopy = !place.shared && owner !== null && owner.node !== context.cluster.nodeName;
  return {
    place: context.placed.get(place) ?? { ...place, unread: null, notOurs: false },
    ...{ name, vmid, kind, sizeBytes, heldBytes, createdAt, changedAt, snapshots, standing },
    volid: `${place.storeids[0]}:${name}`,
    owner: owner && { vmid, node: owner.node, path: owner.path },
    proof: proofOf(one, owner, children, context),
    code: isCopy ? 'VOL009' : 'VOL001',
    lastTask: null,
  };
}

function proofOf(
  { place, volume }: Stored,
  owner: GuestConfig | null,
  children: readonly Stored[],
  { guests, cluster, replication }: Context,
): readonly Evidence[] {
  const { changedAt, createdAt, heldBytes, vmid, snapshots } = volume;
  const time = changedAt === null ? createdAt && `made ${minuteOf(createdAt)}` : `last changed ${minuteOf(changedAt)}`;
  const held = heldBytes === null || place.kind === 'rbd' ? null : `${heldBytes} bytes held`;
  const facts = [held, time].filter((fact) => fact !== null && fact !== '').join(', ');
  return [
    { fact: `${volume.name} is on ${place.where}${facts === '' ? '' : `, ${facts}`}`, source: SOURCES[place.kind] },
    ...(place.kind === 'rbd' ? [countedBytes(place, volume)] : []),
    {
      fact: `${unnamedBy(place, guests.configs, cluster)}: no drive, no snapshot, no unused disk`,
      source: SOURCE.guests,
    },
    owner === null
      ? { fact: `no node has a guest ${vmid}`, source: SOURCE.guests }
      : { fact: `guest ${vmid} is on node ${owner.node}`, source: owner.path },
    { fact: `no lock, task or process of guest ${vmid} is seen from this node`, source: SOURCE.inFlight },
    ...(children.length === 0
      ? []
      : [
          {
            fact: `only leftovers read through it: ${listed(children.map((one) => one.volume.name))}`,
            source: SOURCES[place.kind],
          },
        ]),
    ...formerTarget(
      snapshots.map(({ name }) => name),
      replication,
    ),
  ];
}

/** An object counts whole however little of it was written, and once, however many copies of it the pool keeps. */
function countedBytes(place: VolumePlace, { name, heldBytes, snapshots }: StoredVolume): Evidence {
  const all = snapshots.length === 0 ? 'its objects' : 'its objects and those of its snapshots';
  return heldBytes === null
    ? { fact: 'what it holds was not counted, only its size is known', source: 'rbd ls -l' }
    : { fact: `${all} are ${size(heldBytes)}, before replication`, source: inPool(place, 'rbd', 'du', name).join(' ') };
}

/** The same volume id means another volume on each node where the storage is not shared. */
function unnamedBy(place: VolumePlace, configs: readonly GuestConfig[], { nodeName }: Context['cluster']): string {
  if (place.shared) return `none of ${counted(configs.length, 'configuration')} of all nodes names it`;
  const here = configs.filter(({ node }) => node === nodeName).length;
  return `none of ${counted(here, 'configuration')} of this node names it`;
}

/** The job that brought a copy here and is no more; it may have left the copy on purpose. */
function formerTarget(snapshots: readonly string[], replication: Reading<Replication>): readonly Evidence[] {
  const jobs = new Set(snapshots.flatMap((name) => REPLICATED.exec(name)?.[1] ?? []));
  return [...jobs].map((id) => {
    const isThere = replication.state === 'known' && replication.value.jobs.some((job) => job.id === id);
    const fact = `replication job ${id} made a snapshot of it${isThere ? '' : ', and there is no such job any more'}`;
    return { fact, source: '/etc/pve/replication.cfg' };
  });
}

/** pve-guest-common src/PVE/ReplicationState.pm replication_snapshot_name. */
export const REPLICATED = /^__replicate_(\d+-\d+)_\d+__$/;
