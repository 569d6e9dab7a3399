import type { Evidence } from '../finding.ts';
import type { GuestEntry, OrphanCause } from '../guests/guest-entries.ts';
import type { GuestVolumeKind } from '../guests/guest-volume.ts';
import type { FinishedTasks, GuestConfig } from '../guests/pve.ts';
import type { Replication } from '../guests/replication.ts';
import type { Lvm } from '../lvm/lvm.ts';
import type { UnreferencedVolume } from '../lvm/unreferenced-volumes.ts';
import type { Containers, HostMounts } from '../mounts/mounts.ts';
import type { HostNames } from '../needs/host-names.ts';
import { storedNeeds } from '../needs/stored-needs.ts';
import { knownOrNull, type Reading, whyNot } from '../reading.ts';
import { judgeSnapshots } from './judge-snapshots.ts';
import { type JudgementFacts, judgeVolumes } from './judge-volumes.ts';
import { type LastTask, withLastTasks } from './last-task.ts';
import { lvmLeftovers } from './lvm-leftovers.ts';
import type { PlaceKind, StoredSnapshot, StoredVolumeKind, VolumePlace } from './volumes.ts';

/** Where a judged volume stands: a VG, or a place of the section `volumes`. */
export interface LeftoverPlace {
  readonly kind: PlaceKind | 'lvm';
  /** Unique in one report: the VG's UUID without hyphens, or the id of the place. */
  readonly id: string;
  readonly storeids: readonly string[];
  /** The VG's name, or `where` of the place. */
  readonly where: string;
  readonly shared: boolean;
  /** Why its volumes are not known, one sentence without a full stop; null where they were read. */
  readonly unread: string | null;
  /** It is not this node's to look at (disabled, for other nodes): nothing is missing where it is unread. */
  readonly notOurs: boolean;
}

/**
 * - `leftover`: no configuration of any node names it, and nothing is in flight that could explain it;
 * - `elsewhere`: the same, on a shared storage that another cluster may use: only "no guest of this cluster names it" is known;
 * - `busy`: not judged now (lock, task, younger than an hour);
 * - `unclear`: what would prove it could not be read, or some text may mean it.
 */
export type Standing =
  | { readonly is: 'leftover'; readonly cause: OrphanCause }
  | { readonly is: 'elsewhere'; readonly cause: OrphanCause; readonly because: string }
  | { readonly is: 'busy'; readonly because: string }
  | { readonly is: 'unclear'; readonly because: string };

/** A volume that no configuration is known to name. Those that one names are not listed. */
export interface JudgedVolume {
  readonly place: LeftoverPlace;
  /** As a volume id has it behind the storage; the LV's name on LVM. */
  readonly name: string;
  /** `STORAGE:NAME` of the first storage, on LVM of the one that means it by its type; `VG/LV` where there is none. */
  readonly volid: string;
  readonly vmid: number;
  readonly kind: StoredVolumeKind | GuestVolumeKind;
  readonly sizeBytes: number | null;
  /** Bytes that it holds; on thin LVM and where nobody asked null. */
  readonly heldBytes: number | null;
  readonly createdAt: string | null;
  readonly changedAt: string | null;
  readonly snapshots: readonly StoredSnapshot[];
  readonly standing: Standing;
  /** Configuration of its owner, on whichever node; null where no node has such a guest. */
  readonly owner: Pick<GuestConfig, 'vmid' | 'node' | 'path'> | null;
  /** What was looked at, each with where: the proof that a person can repeat. */
  readonly proof: readonly Evidence[];
  /** The check that reports it, where it is a leftover of LVM: active entries are DM010 to DM012, the others LV001. */
  readonly code: 'LV001' | 'DM010' | 'DM011' | 'DM012' | 'VOL001' | 'VOL009';
  /** What this node's log of tasks tells of its guest; null where it tells nothing. */
  readonly lastTask: LastTask | null;
}

/** A snapshot that no configuration knows, of a volume that one does name. */
export interface JudgedSnapshot {
  readonly place: LeftoverPlace;
  /** The volume that it is of. */
  readonly name: string;
  readonly volid: string;
  readonly vmid: number;
  readonly snapshot: StoredSnapshot;
  readonly standing: Standing;
  readonly proof: readonly Evidence[];
  /** The same of tasks that had to do with snapshots. */
  readonly lastTask: LastTask | null;
}

export interface Leftovers {
  /** Every place that was looked at or should have been. */
  readonly places: readonly LeftoverPlace[];
  readonly volumes: readonly JudgedVolume[];
  /** Of LVM only those that are volumes of their own, among `volumes`. */
  readonly snapshots: readonly JudgedSnapshot[];
}

/** What is told besides, where it could be read. */
export interface LeftoverSources {
  readonly unreferenced: Reading<readonly UnreferencedVolume[]>;
  readonly guestEntries: Reading<{ readonly entries: readonly GuestEntry[] }>;
  readonly lvm: Reading<Lvm>;
  readonly replication: Reading<Replication>;
  readonly hostNames: Reading<HostNames>;
  readonly finishedTasks: Reading<FinishedTasks>;
  readonly mounts: Reading<HostMounts>;
  readonly containers: Reading<Containers>;
}

/** LVM's and those of all other places. */
export function leftovers(facts: JudgementFacts, wanted: LeftoverSources): Leftovers {
  const ofLvm = lvmLeftovers(facts, wanted);
  const placed = new Map(
    facts.volumes.places.map((place): [VolumePlace, LeftoverPlace] => {
      const { contents, reach: _, ...identity } = place;
      return [place, { ...identity, unread: whyNot(contents), notOurs: contents.state === 'absent' }];
    }),
  );
  const { replication, hostNames, mounts, containers } = wanted;
  const views = { mounts: knownOrNull(mounts), containers: knownOrNull(containers)?.containers ?? [] };
  const sources = { ...facts, replication, hostNames, views };
  const context = { ...sources, placed, needs: storedNeeds(sources) };
  return {
    places: [...ofLvm.places, ...placed.values()],
    ...withLastTasks(
      [...ofLvm.volumes, ...judgeVolumes(context)],
      judgeSnapshots(context),
      knownOrNull(wanted.finishedTasks) ?? { tasks: [] },
    ),
  };
}
