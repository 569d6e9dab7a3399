import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { listed } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';
import { ABOVE, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedDo, carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { unreadDisks } from '../model/paths/disks.ts';
import { type Lun, luns } from '../model/paths/luns.ts';

const NEEDS = ['stack', 'blockDevices', 'disks'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path003 = defineCheck({
  code: 'PATH003',
  dependsOnStack: true,
  title: 'LUN with several paths that is not used through one map',
  harms: {
    redundancy: 'something lies on a path alone, or two maps are over it',
    housekeeping: 'nothing lies on it, or a map misses one of its paths',
  },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    // The map may be what changed.
    (facts.stack.changedMeanwhile.length > 0 ? [] : luns(facts.stack, facts.blockDevices, facts.disks)).flatMap(
      (lun) => {
        const situation = situationOf(lun);
        if (situation === null) return [];
        const numbers = situation === 'two-maps' ? lun.maps.map(devNo) : lun.ways.map(({ disk }) => disk.devNo);
        const carried = carriedBy(numbers, facts, above);
        return [findingFor(lun, situation, carried, carriedEvidence(carried))];
      },
    ),
  unjudged: ({ stack, disks }: Needed) => [
    ...unreadDisks(disks),
    ...stack.changedMeanwhile.map((name) => `${name} changed while the node was read`),
  ],
});

type Situation = 'no-map' | 'bypass' | 'two-maps' | 'outside';

function situationOf({ ways, maps }: Lun): Situation | null {
  if (maps.length > 1) return 'two-maps';
  if (maps.length === 0) return 'no-map';
  if (ways.some(({ bare }) => bare.length > 0)) return 'bypass';
  return ways.some(({ map }) => map === null) ? 'outside' : null;
}

const harmOf = (situation: Situation, { devices }: Carried): Harm =>
  situation === 'outside' || (situation === 'no-map' && devices.length === 0) ? 'housekeeping' : 'redundancy';

const namesOf = ({ ways }: Lun): readonly string[] => ways.map(({ disk }) => disk.kernelName);

const bareOf = ({ ways }: Lun) => ways.filter(({ bare }) => bare.length > 0);

function findingFor(lun: Lun, situation: Situation, carried: Carried, above: readonly Evidence[]): Found {
  const [vgName] = carried.vgNames;
  return {
    harm: harmOf(situation, carried),
    subject: { kind: 'device', id: lun.wwid },
    title: titles[situation](lun),
    headline: headlines[situation](lun, carried),
    evidence: [
      ...lun.ways.map(({ disk, map, bare }) => ({
        fact:
          `${disk.kernelName} (${disk.devNo}${disk.address === '' ? '' : `, ${disk.address}`}, ${disk.model || 'no model'}) ` +
          `has WWID ${lun.wwid}, ${map === null ? 'no map over it' : `is a path of ${map.name}`}` +
          (bare.length === 0
            ? ''
            : `, and ${listed(
                bare.map(({ name }) => name),
                4,
              )} on it directly`),
        source: `/sys/block/${disk.kernelName}/device/wwid`,
      })),
      ...above,
    ],
    impact: impacts[situation],
    remedy: remedies[situation](lun),
    // What LVM makes of it is the same matter (LV002).
    ...(vgName === undefined || situation !== 'no-map' ? {} : { about: vgName }),
  };
}

const titles: Readonly<Record<Situation, (lun: Lun) => string>> = {
  'no-map': (lun) => `one LUN is here as ${listed(namesOf(lun), 6)}, and no multipath map is over them`,
  bypass: (lun) =>
    `${listed(
      bareOf(lun).flatMap(({ bare }) => bare.map(({ name }) => name)),
      4,
    )} on ` +
    `${listed(
      bareOf(lun).map(({ disk }) => disk.kernelName),
      4,
    )} directly, although map ${lun.maps[0]?.name} is over it`,
  'two-maps': ({ maps }) => `maps ${listed(maps.map(({ name }) => name))} are over one LUN`,
  outside: (lun) =>
    `${listed(lun.ways.filter(({ map }) => map === null).map(({ disk }) => disk.kernelName))} of one LUN is not a path of map ${lun.maps[0]?.name}`,
};

const headlines: Readonly<Record<Situation, (lun: Lun, carried: Carried) => string>> = {
  'no-map': (lun, carried) =>
    `is seen as ${listed(namesOf(lun), 6)} without multipath: LVM leaves it out without a word` +
    (carried.devices.length === 0 ? '' : `, and ${carriedDo(carried, 'has', 'have')} one path`),
  bypass: (lun, carried) =>
    `is used on a bare path beside map ${lun.maps[0]?.name}: no failover for ${carriedWhom(carried)}`,
  'two-maps': ({ maps }) => `has ${maps.length} multipath maps over it: LVM sees it twice`,
  outside: (lun) => `has a path that map ${lun.maps[0]?.name} does not use`,
};

const impacts: Readonly<Record<Situation, string>> = {
  'no-map':
    'LVM finds the same physical volume twice and drops it: `pvs`, `vgs` and `lvs` show nothing of the VG, with status 0 and ' +
    'without a message, and nothing of it can be activated. What is active already has one path, and hangs or stops with it.',
  bypass:
    'These volumes do not fail over when that path fails, while everything else of the LUN does. `lvs -o devices` shows the map ' +
    'all the same: only the kernel’s table shows the path.',
  'two-maps': 'LVM warns of multiple multipath devices and chooses one; after a start it may be the other one.',
  outside: 'The map has one path fewer than the array offers.',
};

const LOOK = [reads('lsblk', '-o', 'NAME,MAJ:MIN,SIZE,WWN,HCTL,STATE'), reads('multipath', '-ll')] as const;

const SAME =
  'Two LUNs can answer with one WWID when an array cloned the serial number: compare target and LUN of the disks first. ';

const remedies: Readonly<Record<Situation, (lun: Lun) => Advice>> = {
  'no-map': () => ({
    text:
      `${SAME}If it is one LUN: see that multipathd runs and does not leave it out (/etc/multipath.conf blacklist, ` +
      'find_multipaths), add its WWID (`multipath -a`), then let multipath build the map (`multipath -r`). Entries on a path change to the ' +
      'map when their guests are stopped and the volumes deactivated and activated again. Do not run `pvscan --cache` on a path.',
    commands: LOOK,
  }),
  bypass: (lun) => ({
    text:
      'One guest at a time: stop it or migrate it away, deactivate its volume and activate it again; LVM then takes the map. ' +
      'Keep LVM off bare paths: `devices/multipath_component_detection=1`, and a `global_filter` or devices file with the map alone. Do not ' +
      'run `multipath -F` and do not load tables by hand while guests run.',
    commands: [...LOOK, reads('dmsetup', 'deps', '-o', 'devname', bareOf(lun)[0]?.bare[0]?.name ?? '')],
  }),
  'two-maps': () => ({
    text: `${SAME}Find out which map is used (open count), and let multipath flush the unused one alone: \`multipath -f NAME\`, never \`multipath -F\`.`,
    commands: [...LOOK, reads('dmsetup', 'info', '-c')],
  }),
  outside: () => ({
    text: `${SAME}See why multipathd leaves the path out (blacklist, a path that failed its check when it came), then let it add the path (\`multipathd add path\`).`,
    commands: LOOK,
  }),
};
