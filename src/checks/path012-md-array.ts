import { defineCheck, type Facts, type Found, type Readings } from '../model/check.ts';
import type { DevNo } from '../model/device-mapper/device-mapper.ts';
import { counted, listed } from '../model/evidence.ts';
import type { Harm } from '../model/harm.ts';
import { ABOVE, type Carried, carriedBy, carriedEvidence, carriedWhom } from '../model/paths/carried.ts';
import type { MdArray } from '../model/paths/md-arrays.ts';

const NEEDS = ['stack', 'blockDevices', 'disks'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path012 = defineCheck({
  code: 'PATH012',
  title: 'md array that has lost a member, or is not assembled',
  harms: {
    data: 'it is not assembled',
    redundancy: 'a member is gone, or being rebuilt',
    housekeeping: 'a failed disk stands beside enough good ones',
  },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    facts.disks.arrays.flatMap((array) => {
      const situation = situationOf(array);
      return situation === null ? [] : [findingFor(array, situation, facts, above)];
    }),
  unjudged: ({ disks }: Needed) => disks.arraysUnread,
});

type Situation = 'inactive' | 'degraded' | 'rebuilding' | 'failed spare';

const HARM: Readonly<Record<Situation, Harm>> = {
  inactive: 'data',
  degraded: 'redundancy',
  rebuilding: 'redundancy',
  'failed spare': 'housekeeping',
};

/** A check or a first resync of a whole array is none of it. */
function situationOf({ active, wanted, working, progress, members }: MdArray): Situation | null {
  if (!active) return 'inactive';
  if (wanted !== null && working !== null && working < wanted)
    return /^(?:recovery|reshape)/.test(progress) ? 'rebuilding' : 'degraded';
  return members.some(({ state }) => state === 'failed') ? 'failed spare' : null;
}

function findingFor(
  array: MdArray,
  situation: Situation,
  facts: Needed,
  above: Readings<(typeof ABOVE)[number]>,
): Found {
  const { name, level, members, wanted, working, progress } = array;
  const number = numberOf(name, facts);
  const carried = carriedBy(number === null ? [] : [number], facts, above);
  const failed = members.filter(({ state }) => state === 'failed').map((member) => member.name);
  const counts = wanted === null ? '' : `, ${working} of ${counted(wanted, 'member')} working`;
  return {
    harm: HARM[situation],
    subject: { kind: 'device', id: name },
    title: titles[situation](array),
    headline: headlines[situation](array, carried),
    evidence: [
      {
        fact: `${name}: ${level || 'not active'}${counts}, members ${listed(members.map((member) => `${member.name} (${member.state})`)) || 'none'}${progress === '' ? '' : `, ${progress}`}`,
        source: '/proc/mdstat',
      },
      ...carriedEvidence(carried),
    ],
    impact: impacts[situation],
    remedy: {
      text:
        failed.length === 0
          ? 'Look at which member is missing and why. Put in a good disk of at least the same size and add it with mdadm; back up what lies on it first.'
          : `Look at what the kernel says of ${listed(failed)}. Replace the disk, and add the new one with mdadm; back up what lies on the array first.`,
      commands: [
        ['mdadm', '--detail', `/dev/${name}`],
        ['cat', '/proc/mdstat'],
      ],
    },
  };
}

const numberOf = (name: string, { blockDevices }: Needed): DevNo | null =>
  [...blockDevices.devices.values()].find(({ kernelName }) => kernelName === name)?.devNo ?? null;

const titles: Readonly<Record<Situation, (array: MdArray) => string>> = {
  inactive: ({ name }) => `md array ${name} is not assembled`,
  degraded: ({ name, wanted, working }) => `md array ${name} has ${working} of ${wanted} members`,
  rebuilding: ({ name, progress }) => `md array ${name} is being rebuilt (${progress})`,
  'failed spare': ({ name }) => `md array ${name} has a failed member beside enough good ones`,
};

const headlines: Readonly<Record<Situation, (array: MdArray, carried: Carried) => string>> = {
  inactive: () => 'is not assembled: nothing on it can be used',
  degraded: ({ wanted, working }, carried) =>
    `has lost ${(wanted ?? 0) - (working ?? 0)} of ${counted(wanted ?? 0, 'member')}: the next failure may take ${carriedWhom(carried)}`,
  rebuilding: ({ progress }, carried) =>
    `is being rebuilt (${progress}): until then a failure may take ${carriedWhom(carried)}`,
  'failed spare': () => 'has a failed disk that is none of its members any more',
};

const impacts: Readonly<Record<Situation, string>> = {
  inactive: 'The array has too few members, or nobody started it. What lies on it is not there.',
  degraded:
    'The array goes on without redundancy, or with less of it. Another failed disk can take all that lies on it.',
  rebuilding:
    'The array has no redundancy, or less of it, until the rebuild has ended; all disks are read from end to end meanwhile.',
  'failed spare': 'The array is whole. The failed disk is no spare for the next failure.',
};
