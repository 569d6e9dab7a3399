import type { Check, Facts, Readings } from '../../src/model/check.ts';
import { type SectionReadings, withDerived } from '../../src/model/derived.ts';
import type { DeviceMapper, DmDevice, DmTarget } from '../../src/model/device-mapper/device-mapper.ts';
import { buildDmName } from '../../src/model/device-mapper/dm-name.ts';
import { SOURCE } from '../../src/model/evidence.ts';
import type { Foreign, GroupStanding } from '../../src/model/guests/group-standing.ts';
import { decodeDevice } from '../../src/model/guests/guest-devices.ts';
import type { GuestEntry } from '../../src/model/guests/guest-entries.ts';
import type {
  Activity,
  Cluster,
  GuestConfig,
  Guests,
  RunningGuests,
  Storage,
  StorageConfig,
  VolumeMention,
} from '../../src/model/guests/pve.ts';
import {
  type LogicalVolume,
  type Lvm,
  lvDmUuid,
  type PhysicalVolume,
  type VolumeGroup,
} from '../../src/model/lvm/lvm.ts';
import { known, knownOrNull, type Reading, unreadable } from '../../src/model/reading.ts';
import { type LeftOut, leavesOpen } from '../../src/model/report/not-judged.ts';
import type { CollectedName, SectionName, Sections } from '../../src/model/snapshot.ts';

/** Small nodes for the tests of checks: each builder fills in what does not matter. */

const MIB = 1024 * 1024;

/** Any text as an LVM UUID without hyphens. */
export const uuid = (text: string): string =>
  text
    .replace(/[^0-9a-zA-Z]/g, '')
    .padEnd(32, '0')
    .slice(0, 32);

export const linear = (devNo: string, offset: number, length: number, start = 0): DmTarget => ({
  start,
  length,
  type: 'linear',
  args: [devNo, String(offset)],
});

export const target = (type: string, length: number, ...args: readonly string[]): DmTarget => ({
  start: 0,
  length,
  type,
  args,
});

/** A hand-made device 253:<minor>; its table is far from every other one unless one is given. */
export const device = (name: string, minor: number, over: Partial<DmDevice> = {}): DmDevice => ({
  name,
  uuid: '',
  major: 253,
  minor,
  openCount: 0,
  suspended: false,
  readOnly: false,
  table: [linear('8:0', 1_000_000 * (minor + 1), 8192)],
  ...over,
});

export const volumeGroup = (vgName: string, over: Partial<VolumeGroup> = {}): VolumeGroup => ({
  vgName,
  vgUuid: uuid(`vg${vgName}`),
  extentSizeBytes: 4 * MIB,
  sizeBytes: 1024 * MIB,
  freeBytes: 512 * MIB,
  lvCount: 0,
  missingPvCount: 0,
  autoActivation: true,
  ...over,
});

/** A linear volume of 8192 sectors on /dev/sda, first extent 0, unless told otherwise. */
export const volume = (vgName: string, lvName: string, over: Partial<LogicalVolume> = {}): LogicalVolume => ({
  vgName,
  lvName,
  lvUuid: uuid(`lv${lvName}`),
  vgUuid: uuid(`vg${vgName}`),
  sizeBytes: 4 * MIB,
  poolLv: '',
  origin: '',
  role: ['public'],
  layout: ['linear'],
  tags: [],
  autoActivation: false,
  segments: [
    {
      segType: 'linear',
      startBytes: 0,
      sizeBytes: 4 * MIB,
      devices: [{ name: '/dev/sda', firstExtent: 0 }],
      thinId: null,
    },
  ],
  ...over,
});

export const physicalVolume = (
  vgName: string,
  pvName = '/dev/sda',
  over: Partial<PhysicalVolume> = {},
): PhysicalVolume => ({
  ...{ pvName, vgName, vgUuid: uuid(`vg${vgName}`), pvUuid: uuid(`pv${vgName}${pvName}`), major: 8, minor: 0 },
  ...{ peStartBytes: MIB, missing: false, ...over },
});

/** A report over these volumes: each VG counts what is in it, and has /dev/sda. */
export function lvmReport(volumes: readonly LogicalVolume[], over: Partial<Lvm> = {}): Lvm {
  const names = [...new Set(volumes.map((lv) => lv.vgName))];
  const count = (vgName: string) => volumes.filter((lv) => lv.vgName === vgName).length;
  return {
    readAt: '2026-11-20T12:00:00.000Z',
    vgs: names.map((name) => volumeGroup(name, { lvCount: count(name) })),
    pvs: names.map((name) => physicalVolume(name)),
    lvs: volumes,
    leftOut: [],
    ...over,
  };
}

/** The entry of a volume as LVM makes it. */
export const active = (lv: LogicalVolume, minor: number, over: Partial<DmDevice> = {}): DmDevice =>
  device(buildDmName(lv.vgName, lv.lvName), minor, { uuid: lvDmUuid(lv), ...over });

export const mapper = (...devices: readonly DmDevice[]): DeviceMapper => ({ devices, changedMeanwhile: [] });

export const cluster: Cluster = { nodeName: 'pve1', nodeNames: ['pve1', 'pve2'], quorate: true, clusterName: 'lab' };

export const mention = (key: string, storeid: string, volname: string): VolumeMention => ({
  key,
  section: 'current',
  snapshot: '',
  target: { kind: 'volid', storeid, volname },
  certainty: 'certain',
});

export const guest = (vmid: number, over: Partial<GuestConfig> = {}): GuestConfig => ({
  vmid,
  type: 'qemu',
  node: 'pve1',
  path: `/etc/pve/nodes/${over.node ?? 'pve1'}/qemu-server/${vmid}.conf`,
  name: `vm${vmid}`,
  template: false,
  protection: false,
  lock: '',
  snapshots: [],
  unfinished: [],
  mentions: [],
  rawNames: [],
  problems: [],
  incomplete: '',
  ...over,
});

export const guests = (...configs: readonly GuestConfig[]): Guests => ({ configs });

export const storage = (storeid: string, vgname: string, over: Partial<Storage> = {}): Storage => ({
  storeid,
  type: 'lvm',
  properties: { vgname },
  shared: false,
  disabled: false,
  nodes: null,
  ...over,
});

export const storages = (...list: readonly Storage[]): StorageConfig => ({
  storages: list,
  problems: [],
  mentionedVgs: list.flatMap(({ properties }) => properties['vgname'] ?? []),
});

export const quiet: Activity = { tasks: [], locks: [] };

export const running = (...vmids: readonly number[]): RunningGuests => ({
  guests: vmids.map((vmid) => ({ vmid, type: 'qemu', pid: 4711, incoming: false })),
});

/** Every VG is one that a storage means; or the ones given are not, for this reason. */
export const groupsWith = (foreign: Readonly<Record<string, Foreign>> = {}): GroupStanding => ({
  groups: [],
  foreign: (vgUuid) => foreign[vgUuid] ?? null,
});

/** A judged entry of this device, an orphan without a cause unless told otherwise. */
export function judged(dm: DmDevice, over: Partial<GuestEntry> = {}): GuestEntry {
  const decoded = decodeDevice(dm);
  if (decoded === null) throw new Error(`${dm.name} is no guest volume`);
  return { ...decoded, class: 'orphan', orphanCause: null, reasons: [], references: [], ...over };
}

/** The facts that decided the class of an entry. */
export const because = (...facts: readonly string[]): GuestEntry['reasons'] =>
  facts.map((fact) => ({ fact, source: SOURCE.guests }));

/** A section that could not be read. */
export const hidden = <T>(): Reading<T> => unreadable({ kind: 'denied', source: 'test', detail: 'hidden by the test' });

/** Some sections, and what follows from them; all others hidden. */
export function readingsOf(values: Partial<Sections>): SectionReadings {
  // Of no file of the node itself that names a volume, unless a test says so.
  const get = (name: string | symbol): Reading<unknown> =>
    name === 'hostNames' ? known({ names: [], gaps: [] }) : hidden();
  const readings = withDerived(new Proxy({} as Readings<CollectedName>, { get: (_, name) => get(name) }));
  for (const [name, value] of Object.entries(values)) Object.defineProperty(readings, name, { value: known(value) });
  return readings;
}

/** What a check reads of these sections. */
export function factsOf(values: Partial<Sections>): Sections {
  const readings: Readonly<Record<string, Reading<unknown>>> = readingsOf(values);
  return new Proxy({} as Sections, { get: (_, name) => knownOrNull(readings[String(name)] ?? hidden()) });
}

/** Why a check left things out that leave its verdict open, each as a sentence. */
export const reasonsOf = (leftOut: readonly (string | LeftOut)[] = []): readonly string[] =>
  leftOut.flatMap((one) => (typeof one === 'string' ? [one] : leavesOpen(one) ? [one.reason] : []));

/** A check that is given some sections, and gets what follows from them. */
export const given = <N extends SectionName, W extends SectionName>({
  needs,
  examine,
  unjudged,
  notCompared,
}: Check<N, W>) => {
  const facts = (values: Partial<Sections>): Facts<N> => {
    const all = factsOf(values) as unknown as Readonly<Record<string, unknown>>;
    return Object.fromEntries(needs.map((name) => [name, all[name]])) as Facts<N>;
  };
  return {
    examine: (values: Partial<Sections>, wanted: Readings<W>) => examine(facts(values), wanted),
    unjudged: (values: Partial<Sections>) => reasonsOf(unjudged?.(facts(values))),
    notCompared: (values: Partial<Sections>) => notCompared?.(facts(values)) ?? [],
  };
};

/** The wanted sections of a check, from some that are known. */
export const wanted = <W extends SectionName>(names: readonly W[], values: Partial<Sections> = {}): Readings<W> => {
  const readings: Readonly<Record<string, Reading<unknown>>> = readingsOf(values);
  return Object.fromEntries(names.map((name) => [name, readings[name]])) as Readings<W>;
};

/** All words of a finding that a person reads. */
export const textOf = (finding: { readonly title: string; readonly evidence: readonly { readonly fact: string }[] }) =>
  [finding.title, ...finding.evidence.map(({ fact }) => fact)].join('\n');
