import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { type DevNo, type DmDevice, devNo } from '../model/device-mapper/device-mapper.ts';
import { byMinor } from '../model/device-mapper/device-stack.ts';
import { splitDmName } from '../model/device-mapper/dm-name.ts';
import { identifyUuid } from '../model/device-mapper/dm-uuid.ts';
import { lostDevices } from '../model/device-mapper/lost-devices.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { decodeDevice } from '../model/guests/guest-devices.ts';
import type { Harm } from '../model/harm.ts';
import type { LeftOutDevice, Lvm, VolumeGroup } from '../model/lvm/lvm.ts';

const NEEDS = ['stack', 'lvm', 'coverage', 'blockDevices'] as const;

export const lv002 = defineCheck({
  code: 'LV002',
  title: 'VG on two disks, or on disks that LVM does not use',
  harms: {
    data: 'guests use one disk, and LVM another',
    redundancy: 'guests are on one path of several',
    operation: 'LVM leaves a disk out, or has it in another VG',
  },
  needs: NEEDS,
  examine: (facts: Facts<(typeof NEEDS)[number]>) => uncoveredGroups(facts).map(findingFor),
});

/**
 * `moved`: another node merged or split the VG (vgmerge, vgsplit), which keeps the UUIDs of volumes. `missing`: LVM does not find the disk of a
 * part of the VG, and entries lie on a disk that may be it.
 */
type Situation = 'copy' | 'paths' | 'left-out' | 'not-reported' | 'moved' | 'missing';

function situationOf({ vg, disks, leftOut }: UncoveredGroup): Situation {
  if (disks.length > 0 && disks.every(({ movedTo }) => movedTo !== null)) return 'moved';
  if (disks.length > 0 && disks.every(({ twins }) => twins.length > 0)) return 'paths';
  if (vg !== null && vg.missingPvCount > 0 && disks.length > 0 && leftOut.length === 0) return 'missing';
  if (disks.length > 0) return vg === null && leftOut.length === 0 ? 'not-reported' : 'copy';
  return 'left-out';
}

const HARM: Readonly<Record<Situation, Harm>> = {
  copy: 'data',
  paths: 'redundancy',
  'left-out': 'operation',
  'not-reported': 'operation',
  moved: 'operation',
  missing: 'operation',
};

function findingFor(group: UncoveredGroup): Found {
  const situation = situationOf(group);
  return {
    harm: HARM[situation],
    subject: { kind: 'volume-group', id: group.id },
    title: `VG ${group.vgName}: ${titles[situation](group)}`,
    headline: headlines[situation](group),
    evidence: evidenceOf(group),
    impact: impacts[situation],
    remedy: remedies[situation],
  };
}

const headlines: Readonly<Record<Situation, (group: UncoveredGroup) => string>> = {
  copy: (group) =>
    `is here twice: guests use ${disksOf(group)}, and LVM reads ${listed(group.pvNames, 4) || 'another disk'}`,
  paths: () => 'is on one path of a disk that has several: its guests stop when that path fails',
  'left-out': () => 'is here twice: LVM chooses one copy at each start, and guests may come back with old data',
  'not-reported': (group) => `is not seen by LVM, while guests use ${disksOf(group)}`,
  moved: (group) => `is part of VG ${groupsOf(group)} now, and this node still has its volumes under the old name`,
  missing: (group) => `misses a disk in the eyes of LVM, while guests use ${disksOf(group)}, which may be it`,
};

const groupsOf = ({ disks }: UncoveredGroup): string =>
  listed([...new Set(disks.flatMap(({ movedTo }) => movedTo ?? []))], 4);

const disksOf = ({ disks }: UncoveredGroup): string =>
  listed(
    disks.map(({ name }) => name),
    4,
  );

const entriesOf = ({ disks }: UncoveredGroup): string => {
  const count = new Set(disks.flatMap(({ entries }) => entries)).size;
  return count === 1 ? '1 entry lies' : `${count} entries lie`;
};

const titles: Readonly<Record<Situation, (group: UncoveredGroup) => string>> = {
  copy: (group) =>
    `${entriesOf(group)} on ${disksOf(group)}, and LVM uses ${listed(group.pvNames, 4) || 'another disk'} for the VG`,
  paths: (group) => {
    const twins = [...new Set(group.disks.flatMap(({ name, twins }) => [name, ...twins]))].sort();
    return `${entriesOf(group)} on one path of a disk that is here as ${listed(twins, 4)}`;
  },
  'left-out': ({ leftOut }) =>
    `LVM finds it twice and leaves out ${listed(
      leftOut.map(({ path }) => path),
      4,
    )}`,
  'not-reported': (group) => `${entriesOf(group)} on ${disksOf(group)}, and LVM does not report the VG`,
  moved: (group) => `${entriesOf(group)} on ${disksOf(group)}, which is in VG ${groupsOf(group)} now`,
  missing: (group) => `${entriesOf(group)} on ${disksOf(group)}, and LVM misses a physical volume of the VG`,
};

function evidenceOf({ vg, vgUuid, disks, leftOut, pvNames }: UncoveredGroup): readonly Evidence[] {
  const report =
    vg === null
      ? `the report has no VG with UUID ${vgUuid}`
      : `VG ${vg.vgName} (${vgUuid}) is reported on ${listed(pvNames) || 'no disk that is there'}`;
  return [
    { fact: report, source: SOURCE.lvm },
    ...leftOut.map(({ path, pvUuid }) => ({
      fact: `${path} carries physical volume ${pvUuid} too, and LVM does not use it`,
      source: `${SOURCE.lvm}, standard error`,
    })),
    ...disks.flatMap(({ number, name, wwid, twins, entries }) => [
      {
        fact: `${counted(entries.length, 'entry').replace('entrys', 'entries')} on ${name} (${number}): ${listed(entries, 6)}`,
        source: SOURCE.dmTable,
      },
      ...(wwid === '' ? [] : [{ fact: `${listed([name, ...twins])}: WWID ${wwid}`, source: '/sys/block' }]),
    ]),
  ];
}

const impacts: Readonly<Record<Situation, string>> = {
  copy:
    'LVM reads and writes another disk than the guests use. Every activation by Proxmox VE refreshes the volume, ' +
    'and then a guest goes on with the data of the other disk; what is created, resized or removed changes the wrong one.',
  paths:
    'Without multipath, LVM silently ignores a disk that it sees twice: nothing of the VG can be activated here, ' +
    'and the entries have one path alone, so the guests on them stop when it fails.',
  'left-out':
    'LVM chooses one of the two at each start and refuses changes of the VG ("Cannot update volume group with duplicate PV ' +
    'devices"). If one is an older copy, guests can come back with its data.',
  'not-reported':
    'Proxmox VE cannot activate, create or remove anything in this VG here, and guests on it cannot be started or migrated ' +
    'to this node. Whether the volumes of these entries still exist is not known.',
  moved:
    'Guests that run go on. Their entries have the name and VG of before: a start, a stop or a migration here meets two names of one volume, ' +
    'and configurations that name the old VG do not start anywhere.',
  missing:
    'Guests that run go on as long as their disk answers. What is on the missing part cannot be activated again once it is stopped, and nothing of the ' +
    'VG can be changed (LV017).',
};

const LOOK: Advice['commands'] = [
  reads('lsblk', '-o', 'NAME,KNAME,MAJ:MIN,SIZE,WWN,HCTL'),
  reads('pvs', '-a', '-o', 'pv_name,pv_uuid,vg_name,vg_uuid,pv_duplicate'),
];

const COPY_ADVICE =
  'Change nothing in this VG until you know which disk is the right one. Remove the copy (array snapshot, clone) from ' +
  'this node or hide it with LVM’s devices file or `devices/global_filter`; a clone that shall be used beside the original ' +
  'gets a name of its own with `vgimportclone`.';

const remedies: Readonly<Record<Situation, Advice>> = {
  copy: { text: COPY_ADVICE, commands: LOOK },
  paths: {
    text:
      'Set up multipath for this disk (multipathd running, its WWID in /etc/multipath/wwids), so that LVM sees one map. The ' +
      'entries change to the map when their guests are stopped and the volumes deactivated and activated again.',
    commands: LOOK,
  },
  'left-out': { text: COPY_ADVICE, commands: LOOK },
  'not-reported': {
    text:
      'Find out why LVM leaves the disk out: `devices/global_filter` or the devices file, a second path or copy of it, or ' +
      'reads that fail. Treat none of its volumes as leftovers until LVM shows the VG again.',
    commands: LOOK,
  },
  moved: {
    text:
      'Find out who merged or split the VG, and name the new one in storage.cfg or the guests’ configurations. Stop the guests on these entries, deactivate ' +
      'them here, and start them under the new name; do it before anything else is changed in the VG.',
    commands: LOOK,
  },
  missing: {
    text:
      'Keep the guests on these entries running, and back them up. Find out why LVM does not take this disk for the missing part: its label or header, the ' +
      'devices file or filter, a second path. Do not run vgreduce --removemissing.',
    commands: LOOK,
  },
};

/** A disk that entries of a VG lie on, and that LVM does not report as a physical volume of it. */
export interface UncoveredDisk {
  readonly number: DevNo;
  /** `sdc`, or the name of a map. */
  readonly name: string;
  readonly wwid: string;
  /** Other disks that answer with the same WWID: other paths, as a rule. */
  readonly twins: readonly string[];
  /** Names of the entries. */
  readonly entries: readonly string[];
  /** The VG in which LVM has this disk, and every volume of these entries by its UUID; null where that is not so. */
  readonly movedTo: string | null;
}

/** A VG that LVM reports on other disks than its entries use, on two disks at once, or not at all. */
export interface UncoveredGroup {
  /** Its name; of a further one of that name with its UUID. */
  readonly id: string;
  readonly vgUuid: string;
  readonly vgName: string;
  /** null where LVM does not report it. */
  readonly vg: VolumeGroup | null;
  readonly pvNames: readonly string[];
  readonly disks: readonly UncoveredDisk[];
  readonly leftOut: readonly LeftOutDevice[];
}

type UncoveredFacts = Facts<'stack' | 'lvm' | 'coverage' | 'blockDevices'>;

/** Disks that are gone or fail are not among them: what lies on those is lost (DM031). */
export function uncoveredGroups(facts: UncoveredFacts): readonly UncoveredGroup[] {
  const disks = disksByGroup(facts);
  // A physical volume of no VG that is there twice is nobody’s.
  const leftOut = Map.groupBy(
    facts.lvm.leftOut.filter(({ pvUuid }) => ownerOf(pvUuid, facts.lvm) !== ''),
    ({ pvUuid }) => ownerOf(pvUuid, facts.lvm) ?? '',
  );
  const groups = [...new Set([...disks.keys(), ...leftOut.keys()])].map((vgUuid): UncoveredGroup => {
    const vg = facts.coverage.vg(vgUuid);
    const found = disks.get(vgUuid);
    const pvs = facts.lvm.pvs.filter((pv) => pv.vgUuid === vgUuid && !pv.missing);
    return {
      id: '',
      vgUuid,
      vg,
      pvNames: pvs.map(({ pvName }) => pvName),
      vgName: vg?.vgName ?? found?.vgName ?? 'that LVM does not name',
      disks: found?.disks ?? [],
      leftOut: leftOut.get(vgUuid) ?? [],
    };
  });
  return [...Map.groupBy(groups, ({ vgName }) => vgName).values()].flatMap((same) =>
    same.map((group, at) => ({ ...group, id: at === 0 ? group.vgName : `${group.vgName} (${group.vgUuid})` })),
  );
}

/** Empty: of no VG; null: LVM does not report it. */
const ownerOf = (pvUuid: string, { pvs }: Lvm): string | null => pvs.find((pv) => pv.pvUuid === pvUuid)?.vgUuid ?? null;

interface GroupDisks {
  readonly vgName: string;
  readonly disks: readonly UncoveredDisk[];
}

function disksByGroup(facts: UncoveredFacts): ReadonlyMap<string, GroupDisks> {
  // Most nodes have no stranger to ask about.
  let explained: ReturnType<typeof explainedRule> | null = null;
  const found = new Map<string, { readonly vgName: string; readonly entries: Map<DevNo, string[]> }>();
  for (const device of byMinor(facts.stack.devices)) {
    const identity = identifyUuid(device.uuid);
    const name = splitDmName(device.name);
    if (identity.kind !== 'lvm' || name === null) continue;
    for (const number of facts.coverage.strangersUnder(device, identity.vgUuid)) {
      explained ??= explainedRule(facts);
      if (explained(device, number)) continue;
      const group = found.get(identity.vgUuid) ?? { vgName: name.vgName, entries: new Map() };
      group.entries.set(number, [...(group.entries.get(number) ?? []), device.name]);
      found.set(identity.vgUuid, group);
    }
  }
  const describe = diskDescriber(facts);
  return new Map(
    [...found].map(([vgUuid, { vgName, entries }]) => [
      vgUuid,
      { vgName, disks: [...entries].map(([number, names]) => describe(number, names)) },
    ]),
  );
}

/** Lost disks, numbers that changed while the node was read, and volumes of guests, in which LVM need not look. */
function explainedRule({ stack, blockDevices }: UncoveredFacts): (device: DmDevice, number: DevNo) => boolean {
  const all = lostDevices(stack, blockDevices);
  const lost = new Set(all.flatMap(({ affected }) => affected));
  // A RAID volume goes on without the leg on a lost disk, which LVM cannot read.
  const numbers = new Set([...all.map(({ number }) => number), ...[...lost].map(devNo)]);
  const guestVolumes = stack.devices.filter((device) => decodeDevice(device) !== null);
  return (device, number) => {
    if (lost.has(device) || numbers.has(number) || !blockDevices.devices.has(number)) return true;
    const below = stack.at(number);
    // An entry below that could not be read may be a layer of LVM's own.
    if (below === null) return number.startsWith(`${device.major}:`);
    return guestVolumes.some((volume) => volume === below || stack.liesOn(below, volume));
  };
}

function diskDescriber({ stack, blockDevices, lvm }: UncoveredFacts) {
  const volumes = new Set(lvm.lvs.map(({ vgUuid, lvUuid }) => `${vgUuid}${lvUuid}`));
  const movedTo = (number: DevNo, entries: readonly string[]): string | null => {
    const pv = lvm.pvs.find(({ major, minor, missing }) => !missing && `${major}:${minor}` === number);
    if (pv === undefined || pv.vgUuid === '') return null;
    const isThere = (name: string): boolean => {
      const identity = identifyUuid(stack.named(name)?.uuid ?? '');
      return identity.kind === 'lvm' && volumes.has(`${pv.vgUuid}${identity.lvUuid}`);
    };
    return entries.every(isThere) ? pv.vgName : null;
  };
  const disksByWwid = new Map<string, Set<string>>();
  for (const { disk, wwid } of blockDevices.devices.values()) {
    if (disk === null || wwid === '') continue;
    disksByWwid.set(wwid, (disksByWwid.get(wwid) ?? new Set()).add(disk));
  }
  return (number: DevNo, entries: readonly string[]): UncoveredDisk => {
    const block = blockDevices.devices.get(number);
    const wwid = block?.wwid ?? '';
    const twins = [...(disksByWwid.get(wwid) ?? [])].filter((disk) => disk !== block?.disk).sort();
    const name = stack.at(number)?.name ?? block?.kernelName ?? number;
    return { number, name, wwid, twins, entries, movedTo: movedTo(number, entries) };
  };
}
