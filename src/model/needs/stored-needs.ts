import type { Facts } from '../check.ts';
import type { OrphanCause } from '../guests/guest-entries.ts';
import { drbdResource } from '../guests/guest-volume.ts';
import type { GuestConfig } from '../guests/pve.ts';
import type { Replication } from '../guests/replication.ts';
import { mountOf } from '../mounts/mount-tree.ts';
import type { Container, HostMounts, SeenMount } from '../mounts/mounts.ts';
import { oncePer } from '../once-per.ts';
import { knownOrNull, type Reading, whyNot } from '../reading.ts';
import { whyYoung } from '../time-words.ts';
import { isOfReplicator } from '../volumes/volume-names.ts';
import type { StoredVolume, VolumePlace, Volumes } from '../volumes/volumes.ts';
import { type Answer, NOBODY, needed, occupied, unknown } from './answer.ts';
import { describeHostName, type HostNames } from './host-names.ts';
import { type Image, imageGraph, type Stored, whyMaybePart } from './image-graph.ts';
import { describeReference, whyNotWhole } from './references.ts';
import { LINKS, type StoredReferences } from './stored-references.ts';
import type { SuspectVolume } from './unsettled.ts';

/** Who needs the volumes of directories, ZFS and RBD. */
export interface StoredNeeds {
  readonly whoNeeds: (one: Stored) => Answer;
  /** What reads through it, needed or not. */
  readonly readersOf: (one: Stored) => readonly string[];
}

export interface NeedSources
  extends Facts<'volumes' | 'guests' | 'configsByVmid' | 'cluster' | 'inFlight' | 'unsettled' | 'references'> {
  readonly replication: Reading<Replication>;
  readonly hostNames: Reading<HostNames>;
  readonly views: OtherViews;
}

/** Where the same files are seen besides. */
export interface OtherViews {
  readonly mounts: HostMounts | null;
  readonly containers: readonly Container[];
}

export function storedNeeds(sources: NeedSources): StoredNeeds {
  const { stored: references } = sources.references;
  const graph = imageGraph(sources.volumes);
  const answers = new Map<string, Answer>();
  const answerOf = (image: Image): Answer => {
    const known = answers.get(image.key);
    if (known !== undefined) return known;
    // Images that are each other's backing file, which only somebody else writes: neither keeps the other.
    answers.set(image.key, unknown('it reads through itself'));
    const answer = judge(image);
    answers.set(image.key, answer);
    return answer;
  };
  const judge = (image: Image): Answer => {
    const readers = graph.readersOf(image).map((reader) => ({ name: nameOf(reader), answer: answerOf(reader) }));
    const lines = [
      ...image.volumes.flatMap(({ place, volume }) => references.find(place, volume.name)),
      ...image.paths.flatMap(references.findPath),
    ];
    const host = [...hostLines(image, sources), ...userLines(image, sources)];
    const certain = [...lines.filter(({ certainty }) => certainty === 'certain').map(describeReference), ...host];
    const needing = readers.filter(({ answer }) => answer.is === 'needed');
    if (certain.length + needing.length > 0)
      return needed(...certain, ...needing.map(({ name }) => `${name} reads through it`));
    const busy = image.volumes.map((one) => whyBusy(one, sources)).find((answer) => answer !== null);
    if (busy !== undefined) return busy;
    const replica = image.volumes.map((one) => replicaOf(one, sources)).find((answer) => answer !== null);
    if (replica !== undefined) return replica;
    const [line] = lines.map(describeReference);
    const open = readers.find(({ answer }) => answer.is === 'unknown');
    const because =
      line ??
      image.volumes.map((one) => whyLoose(one, references)).find((why) => why !== null) ??
      (open === undefined ? undefined : `${open.name} reads through it, and is not judged`) ??
      image.volumes.map((one) => whyUnclear(one, sources)).find((why) => why !== null) ??
      blindUse(image) ??
      knownOrNull(sources.hostNames)?.gaps[0] ??
      image.volumes.map((one) => whyUnseen(one, sources)).find((why) => why !== null) ??
      image.volumes.map((one) => whyUnsettled(one, sources)).find((why) => why !== null);
    return because === undefined ? NOBODY : unknown(because);
  };
  const blindUse = ({ key, volumes }: Image): string | undefined => {
    const isPart = volumes.some(({ place, volume }) => place.kind === 'directory' && !ALONE.test(volume.kind));
    const blind = isPart ? graph.blind.find((other) => other.key !== key) : undefined;
    return blind && `${blind.name} may read through it: ${blind.because}`;
  };
  return {
    whoNeeds: (one) => answerOf(graph.imageOf(one)),
    readersOf: (one) => graph.readersOf(graph.imageOf(one)).map(nameOf),
  };
}

/** Processes, loop devices and exports of this node. */
const userLines = ({ volumes: own }: Image, { volumes }: NeedSources): readonly string[] =>
  (knownOrNull(volumes.users) ?? [])
    .filter(({ placeId, name }) => own.some(({ place, volume }) => place.id === placeId && volume.name === name))
    .map(({ what }) => `${what} has it open`);

/** What the node itself mounts, exports or swaps to, by the path of the image or udev's link to it. */
function hostLines({ volumes, paths }: Image, { hostNames }: NeedSources): readonly string[] {
  const names = knownOrNull(hostNames)?.names ?? [];
  const own = [
    ...paths,
    ...volumes.flatMap(({ place, volume }) => [`${LINKS[place.kind]}${place.where}/${volume.name}`]),
  ];
  return names
    .filter(({ path, resolved }) => [path, resolved].some((one) => one !== null && own.some((name) => isOf(one, name))))
    .map(describeHostName);
}

/** Itself, a partition of it (`-part1`), or something in the directory that it is. */
const isOf = (path: string, name: string): boolean =>
  path === name || path.startsWith(`${name}-part`) || path.startsWith(`${name}/`);

const nameOf = ({ volumes: [first], paths: [path] }: Image): string => first?.volume.name ?? path ?? '';

/** Proxmox VE makes none of these to be read through. */
const ALONE = /^(?:cloudinit|fleecing|vmstate|temporary)$/;

/** Volumes are made before the configuration that names them, and renamed while somebody reads it. */
function whyBusy({ place, volume }: Stored, { inFlight, volumes }: NeedSources): Answer | null {
  const flying =
    inFlight.forVmid(volume.vmid) ??
    place.storeids.map((storeid) => inFlight.forStorage(storeid)).find((why) => why !== null) ??
    inFlight.forDeletion;
  if (flying !== null) return occupied(flying);
  const [watcher] = volume.rbd?.watchers ?? [];
  if (watcher !== undefined) return occupied({ is: 'busy', because: `the client at ${watcher} has it open` });
  const young = whyYoung(volume.touchedAt, volumes.readAt);
  return young === null ? null : occupied({ is: 'busy', because: young });
}

export const ownerOf = (
  { vmid }: StoredVolume,
  { configsByVmid }: Pick<NeedSources, 'configsByVmid'>,
): GuestConfig | null => configsByVmid.get(vmid)?.at(-1) ?? null;

export function causeOf(volume: StoredVolume, context: Pick<NeedSources, 'configsByVmid' | 'cluster'>): OrphanCause {
  const owner = ownerOf(volume, context);
  if (owner === null) return 'guest-gone';
  return owner.node === context.cluster.nodeName ? 'not-in-config' : 'guest-elsewhere';
}

/** A copy that replication keeps here for a guest of another node is its own, also where the job is disabled or fails. */
function replicaOf({ place, volume }: Stored, context: NeedSources): Answer | null {
  if (place.kind !== 'zfs' || place.shared || causeOf(volume, context) !== 'guest-elsewhere') return null;
  const { replication, cluster, volumes } = context;
  if (replication.state !== 'known') return unknown('whether replication keeps it here is not known');
  const isTarget = replication.value.jobs.some(
    ({ vmid, target }) => vmid === volume.vmid && target === cluster.nodeName,
  );
  if (isTarget) return needed(`replication keeps it here for guest ${volume.vmid}`);
  return !replication.value.configured && hasReplicas(volumes) ? unknown(NO_REPLICATION_CFG) : null;
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

function whyLoose({ volume }: Stored, references: StoredReferences): string | null {
  const [maybe] = references.findUnplaced(volume.vmid, volume.name);
  return maybe === undefined ? null : describeReference(maybe);
}

/** Clients of an RBD image are told by Ceph. */
function whyUnseen({ place }: Stored, { volumes: { users } }: NeedSources): string | null {
  return place.kind === 'rbd' || users.state === 'known'
    ? null
    : `who of this node has it open is not known: ${whyNot(users)}`;
}

/** Where silence of configurations and images proves nothing. */
function whyUnclear({ place, volume }: Stored, { views }: NeedSources): string | null {
  if (place.kind === 'zfs' && drbdResource(volume.name) !== null) return DRBD;
  const copied = volume.snapshots.find(({ name }) => isOfReplicator(name));
  if (copied !== undefined)
    return `${copied.name} shows that another program makes its snapshots, and may keep it here`;
  const [outside] = volume.clonesOutside ?? [];
  if (outside !== undefined) return `${outside}, which no storage means, is a clone of it`;
  if (volume.rbd !== undefined && (volume.touchedAt === null || volume.rbd.watchers === null))
    return 'how old it is and who has it open was not read';
  if (place.kind !== 'directory' || place.contents.state !== 'known') return null;
  return (
    whyMaybePart(place.contents.value, volume) ?? (ALONE.test(volume.kind) ? null : mountedAgain(place, volume, views))
  );
}

const whyUnsettled = ({ place, volume }: Stored, { configsByVmid, unsettled }: NeedSources): string | null =>
  whyNotWhole(configsByVmid.get(volume.vmid)?.at(-1)) ?? unsettled.why(suspect(place, volume, []));

/** As `unsettled` asks for it: of its owner by number, and of those that name it. */
export const suspect = (
  { where }: VolumePlace,
  { name, vmid, createdAt }: StoredVolume,
  others: readonly number[],
): SuspectVolume => ({
  ...{ where, createdAt, name: name.slice(name.lastIndexOf('/') + 1) },
  vmids: [...new Set([vmid, ...others])],
});

/** pve-guest-common src/PVE/ReplicationState.pm replication_snapshot_name. */
export const REPLICATED = /^__replicate_(\d+-\d+)_\d+__$/;

/** The kernel shows a directory that is mounted once more by the directory of the file system (proc(5), mountinfo, field 4). */
function mountedAgain({ where }: VolumePlace, { name }: StoredVolume, views: OtherViews): string | null {
  const table = views.mounts?.mounts ?? [];
  const mount = mountOf(table, where);
  if (mount === null) return null;
  const inside = `${mount.root}/${where.slice(mount.target.length)}/${name}`.replaceAll(/\/+/g, '/');
  const isView = ({ devNo, root }: SeenMount): boolean =>
    devNo === mount.devNo && root !== mount.root && root.length > mount.root.length && isAtOrAbove(root, inside);
  const again = table.find((one) => one !== mount && isView(one));
  if (again !== undefined) return `${again.root} is mounted on ${again.target} as well`;
  const container = views.containers.find(({ mounts }) => mounts.some(isView));
  return container === undefined ? null : `a directory that it is in is mounted into container ${container.vmid}`;
}

const isAtOrAbove = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);
