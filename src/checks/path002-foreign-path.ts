import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { devNo } from '../model/device-mapper/device-mapper.ts';
import { counted } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { ABOVE, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { unreadDisks } from '../model/paths/disks.ts';
import { type MultipathMap, multipathMaps } from '../model/paths/multipath-maps.ts';

const NEEDS = ['stack', 'targetStatuses', 'blockDevices', 'disks'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path002 = defineCheck({
  code: 'PATH002',
  dependsOnStack: true,
  title: 'multipath map with a path of another LUN',
  harms: { data: '' },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    multipathMaps(facts.stack, facts.targetStatuses, facts.blockDevices, facts.disks).flatMap((map) => {
      const names = [...new Set(map.paths.flatMap(({ disk }) => disk?.wwid || []))];
      if (names.length < 2) return [];
      const carried = carriedBy([devNo(map.device)], facts, above);
      return [findingFor(map, names, carriedWhom(carried), carriedEvidence(carried))];
    }),
  unjudged: ({ disks }: Needed) => unreadDisks(disks),
});

function findingFor(
  { device, paths }: MultipathMap,
  names: readonly string[],
  whom: string,
  above: readonly Evidence[],
): Found {
  return {
    harm: 'data',
    subject: { kind: 'device', id: device.name },
    title: `multipath map ${device.name} joins paths of ${counted(names.length, 'LUN')}`,
    headline: `joins paths of ${names.length} different LUNs: ${whom} may read and write the wrong one`,
    evidence: [
      ...paths.map(({ name, disk }) => ({
        fact: `path ${name} has WWID ${disk?.wwid || 'unknown'}`,
        source: `/sys/block/${name}/device/wwid`,
      })),
      ...above,
    ],
    impact:
      'The kernel does not compare the paths of a map: reads and writes go to either LUN, whichever path is chosen. Data of ' +
      'both is destroyed a block at a time, and no error shows it.',
    remedy: {
      text:
        'Stop what is on the map now: guests first, then deactivate its volumes. Only then correct what the array or the switch ' +
        'maps where (a LUN number that was given to another LUN, and no rescan), let multipath build the map again, and check ' +
        'the data of both LUNs. Do not run `multipath -F` while guests use any map.',
      commands: [reads('multipath', '-ll', device.name), reads('lsscsi', '-si')],
    },
  };
}
