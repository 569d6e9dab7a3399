import type { Facts } from '../check.ts';
import { counted, listed, SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import { isVmid } from '../guests/guest-volume.ts';
import type { GuestConfig } from '../guests/pve.ts';
import type { Replication } from '../guests/replication.ts';
import type { Answer } from '../needs/answer.ts';
import type { Stored } from '../needs/image-graph.ts';
import { causeOf, type NeedSources, ownerOf, REPLICATED, type StoredNeeds } from '../needs/stored-needs.ts';
import type { Reading } from '../reading.ts';
import { size } from '../size.ts';
import { minuteOf } from '../time-words.ts';
import type { JudgedVolume, LeftoverPlace, Standing } from './leftovers.ts';
import { inPool } from './rbd-places.ts';
import type { StoredVolume, VolumePlace } from './volumes.ts';

export type JudgementFacts = Facts<
  | 'volumes'
  | 'guests'
  | 'configsByVmid'
  | 'storage'
  | 'cluster'
  | 'inFlight'
  | 'storagesByVg'
  | 'unsettled'
  | 'references'
>;

export interface Context extends NeedSources {
  readonly needs: StoredNeeds;
  /** By the place of the section. */
  readonly placed: ReadonlyMap<VolumePlace, LeftoverPlace>;
}

/** Every volume of these places of which nobody is known to be in need. */
export const judgeVolumes = (context: Context): readonly JudgedVolume[] =>
  context.volumes.places.flatMap((place) =>
    place.contents.state !== 'known'
      ? []
      : place.contents.value.volumes.flatMap((volume) => {
          const one = { place, volume };
          const standing = isVmid(volume.vmid) ? standingOf(context.needs.whoNeeds(one), one, context) : null;
          return standing === null ? [] : [described(one, standing, context.needs.readersOf(one), context)];
        }),
  );

/** null: somebody needs it. */
function standingOf(answer: Answer, { place, volume }: Stored, context: Context): Standing | null {
  if (answer.is === 'needed') return null;
  if (answer.is === 'unknown') return { is: answer.waits ? 'busy' : 'unclear', because: answer.because };
  const cause = causeOf(volume, context);
  return place.shared ? { is: 'elsewhere', cause, because: SHARED } : { is: 'leftover', cause };
}

const SHARED = 'the storage is shared, and whether a guest of another cluster uses it cannot be known from here';

const SOURCES = { directory: 'list of the directory', zfs: 'zfs list', rbd: 'rbd ls -l' } as const;

function described(one: Stored, standing: Standing, children: readonly string[], context: Context): JudgedVolume {
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
  children: readonly string[],
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
    ...(place.kind === 'rbd'
      ? []
      : [{ fact: 'no process, loop device or export of this node has it open', source: SOURCE.openFiles }]),
    ...(children.length === 0
      ? []
      : [
          {
            fact: `only leftovers read through it: ${listed(children)}`,
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
