import { type Advice, defineCheck, type Facts, type Found, type Readings } from '../model/check.ts';
import { type Reads, reads } from '../model/command/command.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';
import { ABOVE, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedDo, carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { portalOf, unreadDisks } from '../model/paths/disks.ts';
import { type MapPath, type MultipathMap, multipathMaps, unseenPaths } from '../model/paths/multipath-maps.ts';
import { knownOrNull } from '../model/reading.ts';
import { minuteOf } from '../model/time-words.ts';
import { mostPaths } from '../model/trend/most-paths.ts';
import { TREND_PATH } from '../model/trend/trend.ts';

const NEEDS = ['stack', 'targetStatuses', 'blockDevices', 'disks'] as const;

/** Without what earlier runs kept, one path is compared with what is there now. */
const WANTS = [...ABOVE, 'trend'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;
type Wanted = Readings<(typeof WANTS)[number]>;

export const path001 = defineCheck({
  code: 'PATH001',
  dependsOnStack: true,
  title: 'multipath map without all of its paths',
  harms: {
    data: 'no path works',
    redundancy: 'a path has failed, or one alone is left',
    housekeeping: 'it was built with one path or one way',
  },
  needs: NEEDS,
  wants: WANTS,
  examine: (facts: Needed, above) => {
    const maps = mapsOf(facts);
    return maps.flatMap((map) => {
      const another = map.paths.length === 1 ? anotherPath(map, maps, facts, above) : [];
      const situation = situationOf(map, another, facts);
      return situation === null ? [] : [findingFor({ map, another, situation }, facts, above)];
    });
  },
  unjudged: (facts: Needed) => [...unseenPaths(mapsOf(facts)), ...unreadDisks(facts.disks)],
});

const mapsOf = ({ stack, targetStatuses, blockDevices, disks }: Needed) =>
  multipathMaps(stack, targetStatuses, blockDevices, disks);

/** `single`: something shows that there should be another path. `alone`: nothing does. */
type Situation = 'none' | 'some' | 'single' | 'alone' | 'one-way';

const HARM: Readonly<Record<Situation, Harm>> = {
  none: 'data',
  some: 'redundancy',
  single: 'redundancy',
  alone: 'housekeeping',
  'one-way': 'housekeeping',
};

function situationOf({ paths }: MultipathMap, another: readonly Evidence[], { disks }: Needed): Situation | null {
  if (paths.every(({ works }) => works === false)) return 'none';
  if (paths.some(({ works }) => works === false)) return 'some';
  if (paths.some(({ works }) => works === null)) return null;
  if (paths.length === 1) return another.length > 0 ? 'single' : 'alone';
  return wayOf(paths, disks) === null ? null : 'one-way';
}

/** What shows that a map of one path should have another: it had, its target has a further portal on record, its siblings have more. */
function anotherPath(
  map: MultipathMap,
  maps: readonly MultipathMap[],
  { disks }: Needed,
  { trend }: Pick<Wanted, 'trend'>,
): readonly Evidence[] {
  const seen = knownOrNull(trend);
  const before = seen === null ? null : mostPaths(map.device.uuid, seen);
  const target = targetsOf(map, disks)[0] ?? '';
  const portals = disks.portals.get(target) ?? [];
  const siblings = maps.filter((other) => other.paths.length > 1 && isSibling(map, other, disks));
  return [
    ...(before === null || before.paths < 2
      ? []
      : [{ fact: `it had ${before.paths} paths on ${minuteOf(before.takenAt)}`, source: TREND_PATH }]),
    ...(portals.length < 2
      ? []
      : [{ fact: `target ${target} is on record at portals ${listed(portals, 6)}`, source: '/etc/iscsi/nodes' }]),
    ...(siblings.length === 0
      ? []
      : [
          {
            fact: `of the same target or model, with more paths: ${listed(
              siblings.map(({ device, paths }) => `${device.name} (${paths.length})`),
              6,
            )}`,
            source: SOURCE.dmTable,
          },
        ]),
  ];
}

const targetsOf = ({ paths }: MultipathMap, { sessions }: Needed['disks']): readonly string[] =>
  paths.flatMap(({ disk }) => sessions.find(({ name }) => name === disk?.session)?.targetName ?? []);

/** iSCSI names the array; elsewhere vendor and model do, as far as anything does. */
function isSibling(one: MultipathMap, other: MultipathMap, disks: Needed['disks']): boolean {
  const targets = targetsOf(one, disks);
  if (targets.length > 0) return targetsOf(other, disks).some((target) => targets.includes(target));
  const models = one.paths.flatMap(({ disk }) => disk?.model || []);
  return other.paths.some(({ disk }) => disk !== null && models.includes(disk.model));
}

/** The adapter or the portal that every path goes through; null where there are several, or nobody can tell. */
function wayOf(paths: readonly MapPath[], disks: Needed['disks']): string | null {
  const ways = paths.map(({ disk }) => {
    if (disk === null || disk.address === '') return null;
    if (disk.session === '') return `SCSI host ${disk.address.split(':')[0]}`;
    const portal = portalOf(disk, disks);
    return portal === '' ? null : `iSCSI portal ${portal}`;
  });
  const [first = null, ...others] = ways;
  return others.every((way) => way === first) ? first : null;
}

const broken = ({ paths }: MultipathMap) => paths.filter(({ works }) => works === false);

interface Judged {
  readonly map: MultipathMap;
  readonly situation: Situation;
  readonly another: readonly Evidence[];
}

function findingFor({ map, situation, another }: Judged, facts: Needed, above: Wanted): Found {
  const { device } = map;
  const carried = carriedBy([devNo(device)], facts, above);
  const headline = headlines[situation](map, carried, facts);
  return {
    harm: HARM[situation],
    subject: { kind: 'device', id: device.name },
    title: `multipath map ${device.name} ${titles[situation](map, facts)}`,
    headline,
    evidence: [
      ...map.paths.map((path) => pathEvidence(path, facts)),
      ...another,
      ...mapEvidence(map),
      ...carriedEvidence(carried),
    ],
    impact: impacts[situation](map, carried),
    remedy: remedyFor(map, situation, carried),
  };
}

const titles: Readonly<Record<Situation, (map: MultipathMap, facts: Needed) => string>> = {
  none: ({ paths }) => (paths.length === 0 ? 'has no path at all' : `has no working path of ${paths.length}`),
  some: (map) => `has ${map.paths.length - broken(map).length} working of ${counted(map.paths.length, 'path')}`,
  single: () => 'has one path only',
  alone: () => 'has one path only',
  'one-way': ({ paths }, { disks }) => `has all ${paths.length} paths through ${wayOf(paths, disks)}`,
};

const headlines: Readonly<Record<Situation, (map: MultipathMap, carried: Carried, facts: Needed) => string>> = {
  none: ({ queues }, carried) =>
    `has no working path: I/O of ${carriedWhom(carried)} ${queues ? 'waits until one is back' : 'fails'}`,
  some: (map, carried) =>
    `has lost ${broken(map).length} of ${counted(map.paths.length, 'path')}: ${leftWords(map)} ${carriedWhom(carried)}`,
  single: (_, carried) => `has one path only: the next failure stops ${carriedWhom(carried)}`,
  alone: (_, carried) => `has one path, and no other is known: ${carriedDo(carried, 'stops', 'stop')} when that fails`,
  'one-way': ({ paths }, carried, { disks }) =>
    `has all of its paths through ${wayOf(paths, disks)}: when that fails, ${carriedDo(carried, 'stops', 'stop')}`,
};

const leftWords = (map: MultipathMap): string =>
  map.paths.length - broken(map).length === 1 ? 'one is left for' : 'fewer are left for';

function pathEvidence({ name, devNo: number, disk, works, because }: MapPath, { disks }: Needed): Evidence {
  const where =
    disk === null || disk.address === ''
      ? ''
      : `, ${disk.address}${disk.session === '' ? '' : ` by iSCSI ${portalOf(disk, disks) || disk.session}`}`;
  const label = name === number ? name : `${name} (${number}${where})`;
  const fact =
    works === true
      ? `path ${label} works`
      : works === null
        ? `path ${label} could not be judged`
        : `path ${label} ${because}`;
  return { fact, source: because === 'is marked as failed in the map' ? SOURCE.dmStatus : '/sys/block' };
}

const mapEvidence = ({ device, queues }: MultipathMap): readonly Evidence[] => [
  {
    fact: `${device.name} (${devNo(device)}) ${queues ? 'lets I/O wait while there is no path (queue_if_no_path)' : 'lets I/O fail while there is no path'}`,
    source: SOURCE.dmTable,
  },
];

const impacts: Readonly<Record<Situation, (map: MultipathMap, carried: Carried) => string>> = {
  none: ({ queues }, { vmids, mounts, groups }) =>
    queues
      ? 'Everything that reads or writes above the map hangs and cannot be killed, LVM commands and with them Proxmox VE ' +
        'among them, until a path is back.'
      : vmids.length + mounts.length + groups.length === 0
        ? 'Reads and writes of the map fail.'
        : 'Reads and writes above the map fail: file systems on it turn read-only, and LVM shows nothing of a VG on it.',
  some: (map, { vmids }) => {
    const isLast = map.paths.length - broken(map).length === 1;
    if (vmids.length === 0)
      return isLast
        ? 'I/O goes on over the last path. When that fails, all of it stops at once.'
        : 'I/O goes on over the other paths, with less room for the next failure.';
    return isLast
      ? 'Guests go on over the last path. When that fails, all of them stop at once.'
      : 'Guests go on over the other paths, with less room for the next failure.';
  },
  single: () => 'There is nothing that multipath could fail over to.',
  alone: () => 'There is nothing that multipath could fail over to.',
  'one-way': () => 'Several paths through one part protect against nothing that takes this part away.',
};

const neverDo = ({ vmids }: Carried): string =>
  'Do not run `multipath -F`, do not remove the map or its devices, and do not let LVM scan a bare path (`pvscan --cache`)' +
  `${vmids.length === 0 ? '' : ': guests are on this map'}.`;

function remedyFor(map: MultipathMap, situation: Situation, carried: Carried): Advice {
  const never = neverDo(carried);
  const { name } = map.device;
  const look: readonly Reads[] = [
    reads('multipath', '-ll', name),
    reads('multipathd', 'show', 'paths'),
    reads('journalctl', '-k', '--since', '-2h', '--grep', 'multipath|rejecting I/O|session recovery|link down'),
  ];
  switch (situation) {
    case 'none':
    case 'some': {
      const back = `Bring ${listed(broken(map).map((path) => path.name)) || 'a path'} back: cabling, switch, zoning, iSCSI portal, array.`;
      const giveUp =
        situation === 'none' && map.queues
          ? ` Only if no path will come back, end the waiting with \`multipathd disablequeueing map\`: what waits then fails.`
          : '';
      return {
        text: `${back} multipathd takes a path into use by itself as soon as it answers; without multipathd it stays failed.${giveUp} ${never}`,
        commands: look,
      };
    }
    case 'single':
      return {
        text: `Find out whether the LUN is mapped to this node a second time, then rescan for it; multipathd adds the path. ${never}`,
        commands: look,
      };
    case 'alone':
      return {
        text: `Where the array has one portal or port by design, this is how it was built. Otherwise map the LUN to this node a second time and rescan; multipathd adds the path. ${never}`,
        commands: look,
      };
    case 'one-way':
      return {
        text: 'Connect the LUN through a second adapter or portal, if the node has one. Where it has not, this is how it was built.',
        commands: look,
      };
  }
}
