import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { counted } from '../model/evidence.ts';
import { ABOVE, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedDo, carriedEvidence } from '../model/paths/carried-words.ts';
import { type Disk, unreadDisks } from '../model/paths/disks.ts';
import { isMultipath } from '../model/paths/multipath-maps.ts';
import { minuteOf } from '../model/time-words.ts';
import { ageMs, DAY_MS, diskKey, HOUR_MS, looksBefore, TREND_PATH, type TrendLook } from '../model/trend/trend.ts';

const NEEDS = ['stack', 'blockDevices', 'disks', 'trend'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path010 = defineCheck({
  code: 'PATH010',
  dependsOnStack: true,
  title: 'disk whose commands fail or run into a timeout',
  harms: { redundancy: 'commands ran into a timeout', housekeeping: 'commands were refused' },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    facts.disks.disks.flatMap((disk) => {
      const growth = growthOf(disk, facts);
      if (growth === null) return [];
      const carried = carriedBy([disk.devNo], facts, above);
      // The path checker of a map asks standby paths too, which refuse; what fails on a path is the matter of multipathd and PATH001.
      const hasErrors = growth.errors >= MANY_ERRORS && !carried.devices.some(isMultipath);
      return growth.timeouts > 0 || hasErrors ? [findingFor(disk, growth, carried)] : [];
    }),
  unjudged: (facts: Needed) => [...unreadDisks(facts.disks), ...lostCounters(facts)],
});

/**
 * The counter holds refused commands too: a monitoring that asks a SAS disk every five minutes for a log page that it does not have
 * makes 288 of them a day, smartd every half an hour a few dozen. A disk whose reads fail makes as many within a minute.
 */
const MANY_ERRORS = 500;

/** A finding stands for a day: a timer that runs every hour must not call it resolved with the next run. */
const WINDOW_MS = DAY_MS + 2 * HOUR_MS;

interface Growth {
  readonly since: string;
  readonly timeouts: number;
  readonly errors: number;
}

/** Looks of this boot, those of the last day; of a node that runs its checks seldom the last one. */
function looksOfThisBoot({ trend }: Needed): readonly TrendLook[] {
  const looks = trend.bootId === '' ? [] : looksBefore(trend).filter(({ bootId }) => bootId === trend.bootId);
  const recent = looks.filter((look) => ageMs(trend, look) <= WINDOW_MS);
  return recent.length > 0 ? recent : looks.slice(-1);
}

function growthOf(disk: Disk, facts: Needed): Growth | null {
  const key = diskKey(disk);
  const look = key === null ? undefined : looksOfThisBoot(facts).find(({ disks }) => disks.has(key));
  const before = key === null ? undefined : look?.disks.get(key);
  if (look === undefined || before === undefined) return null;
  const [errors, timeouts] = [grown(before.ioErrors, disk.ioErrors), grown(before.ioTimeouts, disk.ioTimeouts)];
  return { since: look.takenAt, errors, timeouts };
}

/** A disk that was taken away and came back begins at 0. */
const grown = (before: number | null, now: number | null): number =>
  before === null || now === null ? 0 : Math.max(0, now - before);

/** Counters that an earlier run could read. */
function lostCounters(facts: Needed): readonly string[] {
  if (facts.trend.bootId === '') return ['which boot this is could not be read, so no counter is compared'];
  const looks = looksOfThisBoot(facts);
  return facts.disks.disks.flatMap((disk) => {
    const before = looks.map(({ disks }) => disks.get(diskKey(disk) ?? ''));
    const isLost = (field: 'ioErrors' | 'ioTimeouts') =>
      disk[field] === null && before.some((counts) => counts !== undefined && counts[field] !== null);
    return isLost('ioErrors') || isLost('ioTimeouts')
      ? [`the I/O counters of ${disk.kernelName} could not be read`]
      : [];
  });
}

function findingFor(disk: Disk, growth: Growth, carried: Carried): Found {
  const map = carried.devices.find(isMultipath);
  const [vgName] = carried.vgNames;
  const about = map?.name ?? (vgName === undefined ? undefined : `disks/${vgName}`);
  const { kernelName, devNo, address, model } = disk;
  const since = `since ${minuteOf(growth.since)}`;
  const what = growth.timeouts > 0 ? counted(growth.timeouts, 'timeout') : `${growth.errors} failed commands`;
  const source = `/sys/block/${kernelName}/device`;
  return {
    harm: growth.timeouts > 0 ? 'redundancy' : 'housekeeping',
    subject: { kind: 'device', id: kernelName },
    title: `disk ${kernelName}${model === '' ? '' : ` (${model})`}: ${what} ${since}`,
    headline: `${about === undefined ? '' : `has disk ${kernelName} that `}had ${what} ${since}: ${map === undefined ? carriedDo(carried, 'waits', 'wait') : `map ${map.name} waits`} for it`,
    evidence: [
      { fact: `${kernelName} (${devNo}, ${address}): iotmo_cnt ${counts(disk.ioTimeouts, growth.timeouts)}`, source },
      { fact: `${kernelName}: ioerr_cnt ${counts(disk.ioErrors, growth.errors)}`, source },
      { fact: `compared with the look of ${minuteOf(growth.since)}, in the same boot`, source: TREND_PATH },
      ...carriedEvidence(carried),
    ],
    impact:
      'A command without an answer holds its caller for the whole timeout, 30 s by default, before the kernel tries again: guests see a ' +
      'disk that stands still now and then. It is how a disk, a cable or a path begins to fail.',
    remedy: remedyFor(disk),
    about,
  };
}

const counts = (now: number | null, growth: number): string =>
  now === null ? 'is not judged here' : `is ${now}, ${growth} more than then`;

const remedyFor = ({ kernelName }: Disk): Advice => ({
  text:
    'See in the kernel’s log which commands it were, and when. Then look at what they have in common: the disk itself (SMART), its cable ' +
    'or backplane, an adapter or a switch that other disks hang on too, an array with too much to do. Have a backup before a disk is ' +
    'stressed by tests.',
  commands: [
    reads('journalctl', '-k', '--since', '-1d', '--grep', `${kernelName}|timing out|timed out|I/O error`),
    reads('smartctl', '-x', `/dev/${kernelName}`),
  ],
});
