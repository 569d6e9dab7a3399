import { SOURCE } from '../evidence.ts';
import type { Occupied } from '../guests/in-flight.ts';
import { whyNotWhole } from '../needs/references.ts';
import { NO_REPLICATION_CFG, REPLICATED, suspect } from '../needs/stored-needs.ts';
import { minuteOf, whyYoung } from '../time-words.ts';
import type { Context } from './judge-volumes.ts';
import type { JudgedSnapshot, Standing } from './leftovers.ts';
import type { StoredSnapshot, StoredVolume, VolumePlace } from './volumes.ts';

/** Snapshots of volumes of this node's guests that no section of a configuration knows. */
export function judgeSnapshots(context: Context): readonly JudgedSnapshot[] {
  const { places } = context.volumes;
  // A snapshot that a clone reads through is no leftover: `pool/base-1-disk-0@__base__`. A clone of rbd may be in another pool.
  const origins = new Set(
    places.flatMap(({ kind, contents }) =>
      contents.state === 'known'
        ? contents.value.volumes.flatMap(({ parent }) => (parent === null ? [] : [`${kind} ${parent}`]))
        : [],
    ),
  );
  return places.flatMap((place) => {
    if (place.contents.state !== 'known') return [];
    const { volumes } = place.contents.value;
    return volumes.flatMap((volume) =>
      volume.snapshots.length === 0 || volume.clonesOutside !== undefined
        ? []
        : ofVolume(place, volume, origins, context),
    );
  });
}

function ofVolume(
  place: VolumePlace,
  volume: StoredVolume,
  origins: ReadonlySet<string>,
  context: Context,
): readonly JudgedSnapshot[] {
  const named = context.references.stored.find(place, volume.name);
  if (!named.some(({ certainty, local }) => certainty === 'certain' && local)) return [];
  const owners = new Set([volume.vmid, ...named.map(({ vmid }) => vmid)]);
  const configs = [...owners].flatMap((vmid) => context.configsByVmid.get(vmid) ?? []);
  // A section that is being deleted names fewer drives than have the snapshot, so its name alone counts.
  const known = new Set(configs.flatMap(({ snapshots }) => snapshots));
  const incomplete =
    configs.map(whyNotWhole).find((why) => why !== null) ??
    unreadPool(place, context) ??
    context.unsettled.why({ ...suspect(place, volume, [...owners]), createdAt: null });
  const busy = [...owners].map((vmid) => context.inFlight.forVmid(vmid)).find((why) => why !== null) ?? null;
  return volume.snapshots.flatMap((snapshot): readonly JudgedSnapshot[] => {
    if (
      !snapshot.ours ||
      known.has(snapshot.name) ||
      origins.has(`${place.kind} ${place.where}/${volume.name}@${snapshot.name}`)
    )
      return [];
    const standing = standingOf(snapshot, busy, incomplete, context);
    if (standing === null) return [];
    const { name, vmid } = volume;
    const at = context.placed.get(place);
    return at === undefined
      ? []
      : [
          {
            place: at,
            name,
            volid: `${place.storeids[0]}:${name}`,
            vmid,
            snapshot,
            standing,
            proof: proofOf(snapshot, place, configs),
            lastTask: null,
          },
        ];
  });
}

/** Clones of an image may be in every pool of its cluster. */
function unreadPool({ kind }: VolumePlace, { volumes }: Context): string | null {
  const unread = volumes.places.find(
    (other) => kind === 'rbd' && other.kind === kind && other.contents.state !== 'known',
  );
  return unread === undefined
    ? null
    : `a clone on ${unread.storeids.join(', ')}, which was not read, may read through it`;
}

/** null: it is Proxmox VE's own, and in its place. */
function standingOf(
  { name, createdAt }: StoredSnapshot,
  busy: Occupied | null,
  incomplete: string | null,
  { replication, volumes }: Context,
): Standing | null {
  if (name === '__base__') return null;
  const job = REPLICATED.exec(name)?.[1];
  if (job !== undefined) {
    if (replication.state !== 'known')
      return { is: 'unclear', because: `whether replication job ${job} is still there is not known` };
    if (replication.value.jobs.some(({ id }) => id === job)) return null;
    if (!replication.value.configured) return { is: 'unclear', because: NO_REPLICATION_CFG };
  }
  if (busy !== null) return busy;
  const young = whyYoung(createdAt, volumes.readAt);
  if (young !== null) return { is: 'busy', because: young };
  return incomplete === null ? { is: 'leftover', cause: 'not-in-config' } : { is: 'unclear', because: incomplete };
}

const proofOf = (
  { name, createdAt, heldBytes, file }: StoredSnapshot,
  place: VolumePlace,
  configs: readonly { readonly path: string; readonly snapshots: readonly string[] }[],
): JudgedSnapshot['proof'] => [
  {
    fact: `snapshot ${name}${file === null ? '' : ` (${file})`}${createdAt === null ? '' : `, made ${minuteOf(createdAt)}`}${heldBytes === null ? '' : `, ${heldBytes} bytes of its own`}`,
    source: `${place.where}`,
  },
  ...configs.map(({ path, snapshots }) => ({
    fact: snapshots.length === 0 ? 'it has no snapshot' : `it has snapshots ${snapshots.join(', ')}, and not this one`,
    source: path,
  })),
  { fact: 'no lock, task or process of the guest is seen from this node', source: SOURCE.inFlight },
];
