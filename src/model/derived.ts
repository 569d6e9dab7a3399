import type { Facts, Readings } from './check.ts';
import { type AcrossNodes, isHeard } from './cluster/across-nodes.ts';
import { believe } from './cluster/believe.ts';
import type { ClusterView } from './cluster/cluster-view.ts';
import { ownLook } from './cluster/own-look.ts';
import type { DmDevice } from './device-mapper/device-mapper.ts';
import { type DeviceStack, stackDevices } from './device-mapper/device-stack.ts';
import { type DuplicateSet, duplicateSets } from './device-mapper/duplicate-sets.ts';
import { type HeldVolume, heldVolumes } from './device-mapper/held-volumes.ts';
import { keptBeside, type Overlap, overlappingDevices } from './device-mapper/overlapping-devices.ts';
import { type DiskName, diskNames } from './guests/disk-names.ts';
import { type GroupStanding, groupStanding } from './guests/group-standing.ts';
import type { GuestEntries } from './guests/guest-entries.ts';
import { type GuestWork, guestWork } from './guests/guest-work.ts';
import { findInFlight, type InFlight } from './guests/in-flight.ts';
import { judgeEntries } from './guests/judge-entries.ts';
import type { GuestConfig } from './guests/pve.ts';
import { type RawDisks, rawDisksOf } from './guests/raw-disks.ts';
import { type Layers, layersOf } from './layers/layers.ts';
import { whyNotExtended } from './lvm/autoextend.ts';
import { type GrowingPool, growingPools } from './lvm/growing-pools.ts';
import { coverageAround } from './lvm/lvm-around.ts';
import { type LvmCoverage, lvmCoverage } from './lvm/lvm-coverage.ts';
import { type UnreferencedVolume, unreferencedVolumes } from './lvm/unreferenced-volumes.ts';
import { type JudgedMount, judgedContainerMounts, judgedHostMounts } from './mounts/judged-mounts.ts';
import { type HostNeeds, hostNeeds } from './needs/host-names.ts';
import { devicesRead } from './needs/image-graph.ts';
import { indexReferences, type ReferenceIndex, storagesByVg } from './needs/references.ts';
import { type Unsettled, unsettled } from './needs/unsettled.ts';
import { oncePer } from './once-per.ts';
import { absent, known, knownOrNull, type Reading } from './reading.ts';
import type { CollectedName, SectionName, Snapshot } from './snapshot.ts';
import { type GuestDisks, guestDisks } from './volumes/guest-disks.ts';
import { type Leftovers, leftovers } from './volumes/leftovers.ts';
import { type NamedLvs, namedLvs, type ReportedGroups } from './volumes/named-lvs.ts';
import { type NamedVolume, namedVolumes } from './volumes/named-volumes.ts';

/** What follows from the collected sections. */
export interface DerivedSections {
  /** Device-mapper by name, number and place. */
  readonly stack: DeviceStack;
  readonly duplicates: readonly DuplicateSet[];
  readonly overlaps: readonly Overlap[];
  /** The entry that stays, by each extra one of its volume or its sectors. */
  readonly keptBeside: ReadonlyMap<DmDevice, DmDevice>;
  /** By the device of the volume. */
  readonly heldVolumes: ReadonlyMap<DmDevice, HeldVolume>;
  /** The LVM report, and what it proves of entries. */
  readonly coverage: LvmCoverage;
  /** The same for entries alone, where LVM was asked around a map that hangs: what proves something of one VG proves nothing of all. */
  readonly entryCoverage: LvmCoverage;
  /** One or none for each VMID, but where somebody copied a file. */
  readonly configsByVmid: ReadonlyMap<number, readonly GuestConfig[]>;
  readonly storagesByVg: ReadonlyMap<string, readonly string[]>;
  readonly rawDisks: RawDisks;
  readonly references: ReferenceIndex;
  /** Volumes that files of this node itself name. */
  readonly hostNeeds: HostNeeds;
  readonly inFlight: InFlight;
  readonly guestWork: GuestWork;
  readonly groups: GroupStanding;
  readonly guestEntries: GuestEntries;
  readonly unreferenced: readonly UnreferencedVolume[];
  /** Thin pools that LVM extends by itself; absent where it extends none. */
  readonly growingPools: readonly GrowingPool[];
  /** The same for those to whom an empty list says it: known also where LVM is known to extend none. */
  readonly extendedPools: readonly GrowingPool[];
  /** Which volumes may be those that a configuration names otherwise. */
  readonly unsettled: Unsettled;
  /** Volumes and snapshots that no configuration is known to name, on storages of every type. */
  readonly leftovers: Leftovers;
  /** What lines of this node's guests name on places that were looked at. */
  readonly namedVolumes: readonly NamedVolume[];
  /** The same of LVM, where its VG was seen whole; known without LVM, which it then says. */
  readonly namedLvs: NamedLvs;
  /** Every disk that the cluster's configurations name, by its place, with the lines that do. */
  readonly diskNames: ReadonlyMap<string, readonly DiskName[]>;
  /** The disks of this node's guests, each with whether it was seen; known without any storage, and then unseen. */
  readonly guestDisks: GuestDisks;
  /** The ways from guests' disks down to disks and servers. */
  readonly layers: Layers;
  /** Mounts of the node, and those inside containers, with what asking them gave. */
  readonly nodeMounts: readonly JudgedMount[];
  readonly containerMounts: readonly JudgedMount[];
  /** What counts of all that the nodes of the cluster said. */
  readonly clusterView: ClusterView;
  /** What checks across nodes compare: known where another node ever told something. */
  readonly acrossNodes: AcrossNodes;
}

/** Every section, whatever came of it. */
export type SectionReadings = Readings<SectionName>;

type Derivation<T> = (readings: SectionReadings) => Reading<T>;

/** A section that is known where all that it needs is. */
const derive =
  <const N extends SectionName, T>(
    needs: readonly N[],
    make: (facts: Facts<N>, readings: SectionReadings) => T,
  ): Derivation<T> =>
  (readings) => {
    const facts = factsFrom(readings, needs);
    return facts.state === 'known' ? known(make(facts.value, readings)) : facts;
  };

const NOTHING_HEARD = absent('no other node has told anything of itself');

const DERIVATIONS: { readonly [K in keyof DerivedSections]: Derivation<DerivedSections[K]> } = {
  stack: derive(['deviceMapper'], ({ deviceMapper }) => stackDevices(deviceMapper)),
  duplicates: derive(['stack'], ({ stack }) => duplicateSets(stack)),
  overlaps: derive(['stack', 'duplicates'], ({ stack, duplicates }) => overlappingDevices(stack, duplicates)),
  keptBeside: derive(['duplicates', 'overlaps'], keptBeside),
  heldVolumes: derive(['stack'], ({ stack }) => new Map(heldVolumes(stack).map((held) => [held.entry.device, held]))),
  coverage: derive(['stack', 'lvm'], ({ stack, lvm }) => lvmCoverage(stack, lvm)),
  entryCoverage: (readings) => {
    const around = factsFrom(readings, ['stack', 'lvmAround']);
    return readings.coverage.state === 'known' || around.state !== 'known'
      ? readings.coverage
      : known(coverageAround(around.value.stack, around.value.lvmAround));
  },
  configsByVmid: derive(['guests'], ({ guests }) => Map.groupBy(guests.configs, ({ vmid }) => vmid)),
  storagesByVg: derive(['storage'], ({ storage }) => storagesByVg(storage)),
  rawDisks: derive(['guests', 'cluster'], ({ guests, cluster }) => rawDisksOf(guests, cluster)),
  references: derive(['guests', 'storage', 'cluster'], ({ guests, storage, cluster }, { volumes }) =>
    indexReferences(guests, storage, cluster.nodeName, knownOrNull(volumes), devicesRead(knownOrNull(volumes))),
  ),
  hostNeeds: derive(['hostNames', 'stack'], ({ hostNames, stack }) => hostNeeds(hostNames, stack)),
  inFlight: derive(['guests', 'running', 'activity', 'cluster', 'guestWork'], findInFlight),
  guestWork: derive(['guests', 'activity', 'running', 'cluster'], (facts, { replication, clusterView }) =>
    guestWork(facts, replication, clusterView),
  ),
  groups: derive(['stack', 'cluster', 'guests', 'storage', 'storagesByVg'], (facts, { lvm, blockDevices }) =>
    groupStanding(facts, knownOrNull(lvm), knownOrNull(blockDevices)),
  ),
  guestEntries: derive(
    [
      ...([
        'stack',
        'cluster',
        'configsByVmid',
        'storagesByVg',
        'references',
        'hostNeeds',
        'inFlight',
        'duplicates',
        'groups',
        'unsettled',
      ] as const),
      ...(['storage', 'guests'] as const),
    ],
    (facts, readings) => ({
      entries: judgeEntries({ ...facts, groups: entryGroups(facts, readings) }, knownOrNull(readings.entryCoverage)),
    }),
  ),
  unreferenced: derive(
    [
      'lvm',
      'stack',
      'configsByVmid',
      'storagesByVg',
      'references',
      'hostNeeds',
      'inFlight',
      'coverage',
      'groups',
      'unsettled',
    ],
    unreferencedVolumes,
  ),
  growingPools: (readings) => {
    const { autoextend } = readings;
    if (autoextend.state !== 'known') return autoextend;
    const reason = whyNotExtended(autoextend.value);
    if (reason !== null) return absent(reason);
    const facts = factsFrom(readings, ['thinPools', 'deviceMapper', 'lvm']);
    return facts.state === 'known' ? known(growingPools(facts.value, autoextend.value)) : facts;
  },
  extendedPools: ({ growingPools: pools }) => (pools.state === 'absent' ? known([]) : pools),
  unsettled: derive(['guests', 'storage', 'cluster'], unsettled),
  leftovers: derive(
    ['volumes', 'guests', 'configsByVmid', 'storagesByVg', 'storage', 'cluster', 'inFlight', 'unsettled', 'references'],
    leftovers,
  ),
  namedVolumes: derive(['volumes', 'guests', 'cluster'], namedVolumes),
  namedLvs: derive(['guests', 'storage', 'cluster'], (facts, readings) => namedLvs(facts, groupsInReport(readings))),
  diskNames: derive(['guests', 'storage', 'cluster'], ({ guests, storage, cluster }, { volumes }) =>
    diskNames({
      ...{ configs: guests.configs, storages: storage.storages, cluster },
      places: knownOrNull(volumes)?.places ?? [],
    }),
  ),
  guestDisks: derive(['guests', 'storage', 'cluster'], ({ guests, storage, cluster }, readings) =>
    guestDisks(
      guests.configs.filter(({ node }) => node === cluster.nodeName),
      {
        storages: storage.storages,
        lvm: knownOrNull(readings.lvm),
        namedVolumes: knownOrNull(readings.namedVolumes) ?? [],
        namedLvs: knownOrNull(readings.namedLvs)?.named ?? [],
      },
    ),
  ),
  layers: derive(['stack', 'blockDevices'], ({ stack, blockDevices }, readings) =>
    layersOf(stack, blockDevices, readings),
  ),
  nodeMounts: derive(['mounts', 'mountProbes'], ({ mounts, mountProbes }) => judgedHostMounts(mounts, mountProbes)),
  containerMounts: derive(['containers', 'mountProbes'], ({ containers, mountProbes }) =>
    judgedContainerMounts(containers, mountProbes),
  ),
  clusterView: derive(['peers'], ({ peers }, readings) => believe(peers, ownLook(readings, peers.readAt))),
  acrossNodes: (readings) => {
    const facts = factsFrom(readings, ['clusterView', 'storage', 'cluster']);
    if (facts.state === 'unreadable') return facts;
    if (facts.state === 'absent') return NOTHING_HEARD;
    const { clusterView: view, storage, cluster } = facts.value;
    return isHeard(view)
      ? known({ view, storage, guests: knownOrNull(readings.guests), only: cluster.nodeName })
      : NOTHING_HEARD;
  },
};

const GROUP_FACTS = ['stack', 'cluster', 'guests', 'storage', 'storagesByVg', 'groups'] as const;

/** VGs as `entryCoverage` sees them: where a map hangs, as LVM reports them around it. */
function entryGroups(
  facts: Facts<(typeof GROUP_FACTS)[number]>,
  { lvm, lvmAround, blockDevices }: SectionReadings,
): GroupStanding {
  const around = lvm.state === 'known' ? null : knownOrNull(lvmAround);
  return around === null ? facts.groups : groupStanding(facts, around.lvm, knownOrNull(blockDevices));
}

/** The report that `entryCoverage` is of, and what it proves. */
function groupsInReport(readings: SectionReadings): Reading<ReportedGroups> {
  const facts = factsFrom(readings, [...GROUP_FACTS, 'entryCoverage']);
  if (facts.state !== 'known') return facts;
  const { lvm, lvmAround } = readings;
  const report = lvm.state === 'known' || lvmAround.state !== 'known' ? lvm : known(lvmAround.value.lvm);
  if (report.state !== 'known') return report;
  const { foreign } = entryGroups(facts.value, readings);
  return known({ lvm: report.value, coverage: facts.value.entryCoverage, foreign });
}

/** All sections of a snapshot. What follows from others is derived when it is first asked for, once for each snapshot. */
export const sectionsOf = oncePer((snapshot: Snapshot): SectionReadings => {
  const collected = Object.entries(snapshot.sections).map(([name, { reading }]) => [name, reading]);
  return withDerived(Object.fromEntries(collected) as Readings<CollectedName>);
});

/** The same for what was read without a snapshot. */
export function withDerived(collected: Readings<CollectedName>): SectionReadings {
  const readings = Object.create(collected) as SectionReadings;
  for (const [name, make] of Object.entries<Derivation<unknown>>(DERIVATIONS)) {
    let made: Reading<unknown> | null = null;
    const get = () => {
      made ??= make(readings);
      return made;
    };
    Object.defineProperty(readings, name, { get, enumerable: true, configurable: true });
  }
  return readings;
}

/** The values of several sections, or the first of them that is not known; unreadable wins over absent. */
export function factsFrom<N extends SectionName>(readings: Readings<N>, needs: readonly N[]): Reading<Facts<N>> {
  const list = needs.map((name): Reading<unknown> => readings[name]);
  const unreadable = list.find((reading) => reading.state === 'unreadable');
  if (unreadable) return unreadable;
  const missing = list.find((reading) => reading.state === 'absent');
  if (missing) return absent(missing.reason);
  return known(Object.fromEntries(needs.map((name) => [name, knownOrNull<unknown>(readings[name])])) as Facts<N>);
}
