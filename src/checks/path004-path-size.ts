import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { type Command, reads } from '../model/command/command.ts';
import { rescanDisk, resizeMap } from '../model/command/path-changes.ts';
import { devNo, SECTOR_BYTES, tableLength } from '../model/device-mapper/device-mapper.ts';
import { SOURCE } from '../model/evidence.ts';
import type { Harm } from '../model/harm.ts';
import { ABOVE, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { unreadDisks } from '../model/paths/disks.ts';
import { type MultipathMap, multipathMaps } from '../model/paths/multipath-maps.ts';
import { size, sizesApart } from '../model/size.ts';

const NEEDS = ['stack', 'targetStatuses', 'blockDevices', 'disks'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path004 = defineCheck({
  code: 'PATH004',
  dependsOnStack: true,
  title: 'LUN, paths and map of different size',
  harms: { data: 'the map is larger than a path', operation: 'the paths differ', housekeeping: 'the LUN has grown' },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    multipathMaps(facts.stack, facts.targetStatuses, facts.blockDevices, facts.disks).flatMap((map) => {
      const sizes = sizesOf(map);
      const situation = sizes === null ? null : situationOf(sizes);
      if (sizes === null || situation === null) return [];
      const carried = carriedBy([devNo(map.device)], facts, above);
      return [findingFor(map, sizes, situation, carried)];
    }),
  unjudged: ({ disks }: Needed) => unreadDisks(disks),
});

interface Sizes {
  readonly map: number;
  readonly least: number;
  readonly most: number;
}

/** In bytes; null where a path is gone or has no size, which is another matter. */
function sizesOf({ device, paths }: MultipathMap): Sizes | null {
  const sizes = paths.flatMap(({ disk }) => disk?.sizeSectors ?? []).filter((sectors) => sectors > 0);
  if (sizes.length === 0 || paths.some(({ disk }) => disk !== null && disk.sizeSectors === null)) return null;
  const bytes = sizes.map((sectors) => sectors * SECTOR_BYTES);
  return { map: tableLength(device) * SECTOR_BYTES, least: Math.min(...bytes), most: Math.max(...bytes) };
}

type Situation = 'beyond-end' | 'paths-differ' | 'map-small';

function situationOf({ map, least, most }: Sizes): Situation | null {
  if (map > least) return 'beyond-end';
  if (least !== most) return 'paths-differ';
  return map < least ? 'map-small' : null;
}

const HARM: Readonly<Record<Situation, Harm>> = {
  'beyond-end': 'data',
  'paths-differ': 'operation',
  'map-small': 'housekeeping',
};

function findingFor(map: MultipathMap, sizes: Sizes, situation: Situation, carried: Carried): Found {
  const { device, paths } = map;
  const { name } = device;
  return {
    harm: HARM[situation],
    subject: { kind: 'device', id: name },
    title: `multipath map ${name} ${titles[situation](sizes)}`,
    headline: headlines[situation](sizes, carriedWhom(carried)),
    evidence: [
      ...paths.map(({ name: path, disk }) => ({
        fact: `path ${path} has ${disk?.sizeSectors ?? 'an unknown number of'} sectors${disk?.sizeSectors == null ? '' : ` (${size(disk.sizeSectors * SECTOR_BYTES)})`}`,
        source: `/sys/block/${path}/size`,
      })),
      { fact: `${name} maps ${tableLength(device)} sectors (${size(sizes.map)})`, source: SOURCE.dmTable },
      ...carriedEvidence(carried),
    ],
    impact: impacts[situation],
    remedy: remedies[situation](map, sizes, growing(carried)),
  };
}

const apart = (a: number, b: number): string => sizesApart(a, b).join(' and ');

const titles: Readonly<Record<Situation, (sizes: Sizes) => string>> = {
  'beyond-end': ({ map, least }) => {
    const [of, path] = sizesApart(map, least);
    return `maps ${of}, and a path of it has ${path} only`;
  },
  'paths-differ': ({ least, most }) => `has paths of ${apart(least, most)}`,
  'map-small': ({ map, least }) => {
    const [of, paths] = sizesApart(map, least);
    return `maps ${of} of a LUN of ${paths}`;
  },
};

const headlines: Readonly<Record<Situation, (sizes: Sizes, whom: string) => string>> = {
  'beyond-end': ({ map, least }, whom) => {
    const [of, path] = sizesApart(map, least);
    return `is larger than its LUN (${of}, a path has ${path}): writes of ${whom} beyond that fail`;
  },
  'paths-differ': ({ least, most }) =>
    `has paths of ${apart(least, most)}: the LUN was resized and not every path rescanned`,
  'map-small': ({ map, least }) => {
    const [of, paths] = sizesApart(map, least);
    return `is ${of} on a LUN of ${paths}: the new room cannot be used yet`;
  },
};

const impacts: Readonly<Record<Situation, string>> = {
  'beyond-end':
    'What lies behind the end of that path can neither be read nor written through it, and the map takes any path.',
  'paths-differ':
    'multipathd refuses to resize the map, and where it builds it anew (a reboot, `multipath -r`) takes one of the two sizes. On another ' +
    'node the LUN may already be used at its new size.',
  'map-small':
    'Nothing is wrong with the data. What lies on the map can use the new room only when the map has the new size.',
};

const rescans = (paths: MultipathMap['paths']): readonly Command[] =>
  paths.flatMap(({ disk }) => (disk === null ? [] : (rescanDisk(disk) ?? [])));

/**
 * What comes after the map has its new size. On a LUN that a guest has as a disk of its own the physical volume is the guest's, and LVM on the
 * guest writes to it. So only where a VG of a storage lies on the map; a VG with nothing active may be a guest's too.
 */
const growing = ({ given, vgNames, storages }: Carried): string =>
  given === false && vgNames.some((vgName) => storages.has(vgName))
    ? 'when all nodes show the new size, `pve-doctor check` says how LVM uses it (LV013).'
    : 'then whoever uses the LUN grows what is on it: a guest that has it as a disk by itself, without `pvresize` on a node.';

const remedies: Readonly<Record<Situation, (map: MultipathMap, sizes: Sizes, next: string) => Advice>> = {
  'beyond-end': ({ device, paths }) => ({
    text:
      'Give the LUN its old size back at the array first: never shrink a LUN under a volume group. Then rescan every path and look at ' +
      'the sizes again. Do not run `pvresize` and do not resize the map downwards.',
    commands: [reads('multipath', '-ll', device.name), ...rescans(paths)],
  }),
  'paths-differ': ({ device, paths }, sizes, next) => ({
    text: `In this order, on each node that has the LUN: rescan every path, resize the map; ${next} Do not run \`multipath -F\`.`,
    commands: [...rescans(paths), resizeMap(device, sectorsOf(sizes.map), sectorsOf(sizes.most))],
  }),
  'map-small': ({ device }, sizes, next) => ({
    text: `Resize the map on each node that has the LUN; ${next}`,
    commands: [resizeMap(device, sectorsOf(sizes.map), sectorsOf(sizes.most))],
  }),
};

const sectorsOf = (bytes: number): number => bytes / SECTOR_BYTES;
