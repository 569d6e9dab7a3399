import type { Peers } from './cluster/cluster-view.ts';
import type { NodeIdentities } from './cluster/node-identities.ts';
import type { DerivedSections } from './derived.ts';
import type { BlockDevices } from './device-mapper/block-devices.ts';
import type { DeviceMapper } from './device-mapper/device-mapper.ts';
import type { Usage } from './device-mapper/device-use.ts';
import type { HaResources } from './guests/ha.ts';
import type {
  Activity,
  Cluster,
  Datacenter,
  FinishedTasks,
  Guests,
  RunningGuests,
  StorageConfig,
} from './guests/pve.ts';
import type { Replication } from './guests/replication.ts';
import type { HostFacts } from './host-facts.ts';
import type { Autoextend } from './lvm/autoextend.ts';
import type { Lvm } from './lvm/lvm.ts';
import type { LvmAround } from './lvm/lvm-around.ts';
import type { ThinPools } from './lvm/thin-pools.ts';
import type { BtrfsFileSystems } from './mounts/btrfs.ts';
import type { FileSystems } from './mounts/file-systems.ts';
import type {
  BackupJobs,
  Containers,
  ExpectedMounts,
  HostMounts,
  MountProbes,
  StuckProcesses,
} from './mounts/mounts.ts';
import type { HostNames } from './needs/host-names.ts';
import type { Disks } from './paths/disks.ts';
import type { MdArrays } from './paths/md-arrays.ts';
import type { TargetStatuses } from './paths/target-status.ts';
import type { ZfsPools } from './paths/zfs-pools.ts';
import type { Reading } from './reading.ts';
import type { Trend } from './trend/trend.ts';
import type { Volumes } from './volumes/volumes.ts';

/** The sections that collectors fill. */
export interface CollectedSections {
  readonly host: HostFacts;
  readonly deviceMapper: DeviceMapper;
  readonly blockDevices: BlockDevices;
  readonly thinPools: ThinPools;
  readonly autoextend: Autoextend;
  readonly targetStatuses: TargetStatuses;
  readonly disks: Disks;
  readonly mdArrays: MdArrays;
  readonly trend: Trend;
  readonly lvm: Lvm;
  readonly lvmAround: LvmAround;
  readonly cluster: Cluster;
  readonly storage: StorageConfig;
  readonly datacenter: Datacenter;
  readonly guests: Guests;
  readonly hostNames: HostNames;
  readonly running: RunningGuests;
  readonly activity: Activity;
  readonly replication: Replication;
  readonly ha: HaResources;
  readonly finishedTasks: FinishedTasks;
  readonly usage: Usage;
  readonly mounts: HostMounts;
  readonly containers: Containers;
  readonly expectedMounts: ExpectedMounts;
  readonly mountProbes: MountProbes;
  readonly stuckProcesses: StuckProcesses;
  readonly backupJobs: BackupJobs;
  readonly fileSystems: FileSystems;
  readonly btrfs: BtrfsFileSystems;
  readonly zfsPools: ZfsPools;
  readonly volumes: Volumes;
  readonly identities: NodeIdentities;
  readonly peers: Peers;
}

/** All that a check may need: what was collected, and what follows from it. */
export interface Sections extends CollectedSections, DerivedSections {}

export type CollectedName = keyof CollectedSections;
export type SectionName = keyof Sections;

/** A section with the time that reading it took. */
export interface TimedReading<T> {
  readonly reading: Reading<T>;
  readonly durationMs: number;
}

/** All that was read from one node at one instant. Plain data; time is a value in it. */
export interface Snapshot {
  /** ISO 8601 with the node's UTC instant. */
  readonly takenAt: string;
  readonly sections: { readonly [K in CollectedName]: TimedReading<CollectedSections[K]> };
}
