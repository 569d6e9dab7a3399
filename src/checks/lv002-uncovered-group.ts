import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import type { Evidence, Severity } from '../model/finding.ts';
import { type UncoveredGroup, uncoveredGroups } from '../model/lvm/uncovered-groups.ts';

const NEEDS = ['stack', 'lvm', 'coverage', 'blockDevices'] as const;

export const lv002 = defineCheck({
  code: 'LV002',
  title: 'VG on two disks, or on disks that LVM does not use',
  needs: NEEDS,
  examine: (facts: Facts<(typeof NEEDS)[number]>) => uncoveredGroups(facts).map(findingFor),
});

type Situation = 'copy' | 'paths' | 'left-out' | 'not-reported';

function situationOf({ vg, disks, leftOut }: UncoveredGroup): Situation {
  if (disks.length > 0 && disks.every(({ twins }) => twins.length > 0)) return 'paths';
  if (disks.length > 0) return vg === null && leftOut.length === 0 ? 'not-reported' : 'copy';
  return 'left-out';
}

const SEVERITY: Readonly<Record<Situation, Severity>> = {
  copy: 'critical',
  paths: 'warning',
  'left-out': 'warning',
  'not-reported': 'warning',
};

function findingFor(group: UncoveredGroup): Found {
  const situation = situationOf(group);
  return {
    severity: SEVERITY[situation],
    subject: { kind: 'volume-group', id: group.vgName },
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
};

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
};

const LOOK: Advice['commands'] = [
  ['lsblk', '-o', 'NAME,KNAME,MAJ:MIN,SIZE,WWN,HCTL'],
  ['pvs', '-a', '-o', 'pv_name,pv_uuid,vg_name,vg_uuid,pv_duplicate'],
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
};
