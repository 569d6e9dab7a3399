import { defineCheck, type Facts, type Found, type Readings } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { type DmDevice, devNo, underlyingDevices } from '../model/device-mapper/device-mapper.ts';
import { counted, SOURCE } from '../model/evidence.ts';
import { ABOVE, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { isMultipath } from '../model/paths/multipath-maps.ts';
import { minuteOf } from '../model/time-words.ts';
import { mostPaths, type PathsBefore } from '../model/trend/most-paths.ts';
import { KEPT_DAYS, TREND_PATH } from '../model/trend/trend.ts';

const NEEDS = ['stack', 'blockDevices', 'trend'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path011 = defineCheck({
  code: 'PATH011',
  dependsOnStack: true,
  title: 'multipath map with fewer paths than before',
  harms: { redundancy: '' },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    facts.stack.devices.filter(isMultipath).flatMap((map) => {
      const before = mostPaths(map.uuid, facts.trend);
      return before === null || before.paths <= underlyingDevices(map).length
        ? []
        : [findingFor(map, before, facts, above)];
    }),
});

function findingFor(map: DmDevice, before: PathsBefore, facts: Needed, above: Readings<(typeof ABOVE)[number]>): Found {
  const now = underlyingDevices(map).length;
  const carried = carriedBy([devNo(map)], facts, above);
  const left = now === 1 ? 'one path' : counted(now, 'path');
  const whom = carriedWhom(carried);
  return {
    harm: 'redundancy',
    subject: { kind: 'device', id: map.name },
    title: `multipath map ${map.name} has ${counted(now, 'path')}, and had ${before.paths}`,
    headline:
      now === 0
        ? `has no path, where it had ${before.paths}: I/O of ${whom} fails or waits`
        : `has ${left} where it had ${before.paths}: ${now === 1 ? `the next failure stops ${whom}` : `less is left for ${whom}`}`,
    evidence: [
      { fact: `${map.name} (${devNo(map)}) has ${counted(now, 'path')}`, source: SOURCE.dmTable },
      { fact: `it had ${before.paths} on ${minuteOf(before.takenAt)}`, source: TREND_PATH },
      ...carriedEvidence(carried),
    ],
    impact:
      'A path that is gone for good is taken out of its map, and then everything that is left works and nothing looks wrong. What is ' +
      'missing is the failover that the map was built for.',
    remedy: {
      text:
        'Find out which path is missing: compare with another node of the same array, then look at adapter, switch, zoning and the ' +
        'array’s mapping, and rescan. multipathd takes a path in as soon as its disk is there. Where a path was taken away on purpose, ' +
        `this ends by itself after ${KEPT_DAYS} days.`,
      commands: [
        reads('multipath', '-ll', map.name),
        reads(
          'journalctl',
          '-k',
          '--since',
          '-8d',
          '--grep',
          'multipath|link down|session recovery|Synchronizing SCSI cache',
        ),
      ],
    },
  };
}
