import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { DevNo } from '../model/device-mapper/device-mapper.ts';
import { counted, listed } from '../model/evidence.ts';
import type { Harm } from '../model/harm.ts';
import { ABOVE, type AboveReadings, type Carried, carriedBy } from '../model/paths/carried.ts';
import { carriedEvidence, carriedWhom } from '../model/paths/carried-words.ts';
import { type MdArray, type MdSituation, mdSituation } from '../model/paths/md-arrays.ts';

const NEEDS = ['stack', 'blockDevices', 'mdArrays'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path012 = defineCheck({
  code: 'PATH012',
  title: 'md array that has lost a member, or is not assembled',
  harms: {
    data: 'it has failed, or is not assembled',
    redundancy: 'a member is gone, or being rebuilt',
    housekeeping: 'a failed disk stands beside enough good ones, or a spare is missing',
  },
  needs: NEEDS,
  wants: ABOVE,
  examine: (facts: Needed, above) =>
    facts.mdArrays.arrays.flatMap((array) => {
      const situation = mdSituation(array);
      return situation === 'whole' ? [] : [findingFor(array, situation, facts, above)];
    }),
  unjudged: ({ mdArrays }: Needed) => mdArrays.unread,
});

type Situation = Exclude<MdSituation, 'whole'>;

const HARM: Readonly<Record<Situation, Harm>> = {
  inactive: 'data',
  failed: 'data',
  degraded: 'redundancy',
  rebuilding: 'redundancy',
  'failed spare': 'housekeeping',
  'missing spare': 'housekeeping',
};

function findingFor(array: MdArray, situation: Situation, facts: Needed, above: AboveReadings): Found {
  const { name, level, state, members, wanted, working, progress } = array;
  const number = numberOf(name, facts);
  const carried = carriedBy(number === null ? [] : [number], facts, above);
  const failed = members.filter((member) => member.state === 'failed').map((member) => member.name);
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
      ...(state === 'broken' ? [{ fact: `${name} is broken`, source: `/sys/block/${name}/md/array_state` }] : []),
      ...(situation === 'missing spare'
        ? [
            {
              fact: `${name} should have ${counted(array.wantedSpares ?? 0, 'spare')}`,
              source: '/etc/mdadm/mdadm.conf',
            },
          ]
        : []),
      ...carriedEvidence(carried),
    ],
    ...(situation === 'failed' && { lost: `md array ${name} has failed` }),
    impact: impacts[situation],
    remedy: {
      text: remedies[situation](listed(failed)),
      commands: [reads('mdadm', '--detail', `/dev/${name}`), reads('cat', '/proc/mdstat')],
    },
  };
}

const numberOf = (name: string, { blockDevices }: Needed): DevNo | null =>
  [...blockDevices.devices.values()].find(({ kernelName }) => kernelName === name)?.devNo ?? null;

const titles: Readonly<Record<Situation, (array: MdArray) => string>> = {
  inactive: ({ name }) => `md array ${name} is not assembled`,
  failed: ({ name, wanted, working }) =>
    `md array ${name} has failed${wanted === null ? '' : `, with ${working} of ${counted(wanted, 'member')} left`}`,
  degraded: ({ name, wanted, working }) => `md array ${name} has ${working} of ${wanted} members`,
  rebuilding: ({ name, progress }) => `md array ${name} is being rebuilt (${progress})`,
  'failed spare': ({ name }) => `md array ${name} has a failed member beside enough good ones`,
  'missing spare': ({ name }) => `md array ${name} has fewer spares than it should have`,
};

const lostOf = ({ wanted, working }: MdArray): string =>
  `${(wanted ?? 0) - (working ?? 0)} of ${counted(wanted ?? 0, 'member')}`;

const headlines: Readonly<Record<Situation, (array: MdArray, carried: Carried) => string>> = {
  inactive: () => 'is not assembled: nothing on it can be used',
  failed: (_, carried) =>
    `has lost more members than it can do without: reads and writes of ${carriedWhom(carried)} fail`,
  degraded: (array, carried) => `has lost ${lostOf(array)}: the next failure may take ${carriedWhom(carried)}`,
  rebuilding: ({ progress }, carried) =>
    `is being rebuilt (${progress}): until then a failure may take ${carriedWhom(carried)}`,
  'failed spare': () => 'has a failed disk that is none of its members any more',
  'missing spare': ({ wantedSpares }) =>
    `has fewer spares than the ${wantedSpares} that mdadm.conf gives it: the next failed disk may not be replaced by itself`,
};

const impacts: Readonly<Record<Situation, string>> = {
  inactive: 'The array has too few members, or nobody started it. What lies on it is not there.',
  failed:
    'The array answers with errors. File systems on it turn read-only or shut down, and LVM does not see a VG on it.',
  degraded:
    'The array goes on without redundancy, or with less of it. Another failed disk can take all that lies on it.',
  rebuilding:
    'The array has no redundancy, or less of it, until the rebuild has ended; all disks are read from end to end meanwhile.',
  'failed spare': 'The array is whole. The failed disk is no spare for the next failure.',
  'missing spare': 'The array is whole. After the next failure it has no redundancy until somebody adds a disk.',
};

const REPLACE = 'back up what lies on the array first.';

const look = (failed: string): string =>
  failed === '' ? 'Look at which member is missing and why.' : `Look at what the kernel says of ${failed}.`;

const remedies: Readonly<Record<Situation, (failed: string) => string>> = {
  inactive: (failed) =>
    `${look(failed)} Where its disks are there, \`mdadm --assemble\` starts it; do not use --force or --create before you know why it was not started: they can take older data for the newer.`,
  failed: (failed) =>
    `${look(failed)} Bring the disks back as they were (cable, controller, path) and write nothing to the array. Assembling it from members that were lost at different times takes older data for the newer: copy the disks before anybody uses --force.`,
  degraded: (failed) =>
    `${look(failed)} Put in a good disk of at least the same size and add it with mdadm; ${REPLACE}`,
  rebuilding: (failed) => `${look(failed)} Take no disk away before the rebuild has ended; ${REPLACE}`,
  'failed spare': (failed) => `${look(failed)} Replace the disk, and add the new one with mdadm as a spare.`,
  'missing spare': () =>
    'Add a disk with mdadm as a spare. Where the array does without one on purpose, correct `spares=` of its line in mdadm.conf.',
};
