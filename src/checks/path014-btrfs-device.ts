import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { counted, listed } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import { type BtrfsErrors, type BtrfsFileSystem, type BtrfsMember, isMountOf } from '../model/mounts/btrfs.ts';
import { type CarriedMount, fileSystemWhom, ON_FILE_SYSTEM, onFileSystem } from '../model/mounts/carried-mounts.ts';
import { dependentsEvidence } from '../model/mounts/mount-dependents.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';

const NEEDS = ['btrfs', 'mounts'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const path014 = defineCheck({
  code: 'PATH014',
  title: 'btrfs that misses a device, or counts errors on one',
  harms: { redundancy: '' },
  needs: NEEDS,
  wants: ON_FILE_SYSTEM,
  examine: (facts: Needed, wanted) =>
    facts.btrfs.fileSystems.flatMap((fileSystem) => {
      const situation = situationOf(fileSystem);
      if (situation === null) return [];
      const number = facts.mounts.mounts.find(isMountOf(fileSystem))?.devNo;
      // It may be the one of a mount whose devices were not read.
      if (number === undefined && unexplained(facts).length > 0) return [];
      const on = number === undefined ? NOBODY : onFileSystem(number, wanted);
      return [findingFor(fileSystem, situation, on)];
    }),
  unjudged: (facts: Needed) => [
    ...facts.btrfs.unread,
    ...unexplained(facts).map(({ target }) => `${target}: the kernel shows no btrfs with its device in /sys/fs/btrfs`),
  ],
});

/** Mounts of btrfs that the kernel's list does not have. */
function unexplained({ btrfs, mounts }: Needed): readonly SeenMount[] {
  const known = btrfs.fileSystems.map(isMountOf);
  const numbers = new Set(mounts.mounts.filter((one) => known.some((isIts) => isIts(one))).map(({ devNo }) => devNo));
  const lost = mounts.mounts.filter(({ fsType, devNo }) => fsType === 'btrfs' && !numbers.has(devNo));
  return [...new Map(lost.map((one) => [one.devNo, one])).values()];
}

const NOBODY: CarriedMount = { target: null, storeids: [], guests: [] };

type Situation = 'missing' | 'errors';

function situationOf({ members }: BtrfsFileSystem): Situation | null {
  if (members.some(({ missing }) => missing)) return 'missing';
  return members.some(hasErrors) ? 'errors' : null;
}

const hasErrors = ({ errors }: BtrfsMember): boolean =>
  errors !== null && Object.values(errors).some((count) => count > 0);

function findingFor(fileSystem: BtrfsFileSystem, situation: Situation, on: CarriedMount): Found {
  const { uuid, label, members, devices } = fileSystem;
  const place = on.target ?? `btrfs ${label || uuid}`;
  return {
    harm: 'redundancy',
    subject: { kind: 'mount', id: on.target ?? `btrfs ${uuid}` },
    title: titles[situation](place, fileSystem),
    headline: headlines[situation](fileSystem, fileSystemWhom(on)),
    evidence: [
      {
        fact: `btrfs ${uuid}${label === '' ? '' : ` (${label})`} is on ${listed(devices.map(({ name }) => name)) || 'no device'}`,
        source: `/sys/fs/btrfs/${uuid}/devices`,
      },
      ...members.flatMap((member) => memberEvidence(member, uuid)),
      ...dependentsEvidence({ ...on, backupJobs: [] }),
    ],
    vmids: on.guests.map(({ vmid }) => vmid),
    impact: impacts[situation],
    remedy: remedyFor(situation, on.target),
  };
}

function memberEvidence(member: BtrfsMember, uuid: string): readonly Evidence[] {
  const { id, missing, errors } = member;
  const source = `/sys/fs/btrfs/${uuid}/devinfo/${id}`;
  return [
    ...(missing ? [{ fact: `device ${id} is missing`, source: `${source}/missing` }] : []),
    ...(errors !== null && hasErrors(member)
      ? [{ fact: `device ${id}: ${errorWords(errors)}`, source: `${source}/error_stats` }]
      : []),
  ];
}

const NOUNS: readonly (readonly [keyof BtrfsErrors, string])[] = [
  ['write', 'failed write'],
  ['read', 'failed read'],
  ['flush', 'failed flush'],
  ['corruption', 'wrong checksum'],
  ['generation', 'lost write'],
];

const errorWords = (errors: BtrfsErrors): string =>
  listed(NOUNS.flatMap(([key, noun]) => (errors[key] > 0 ? [counted(errors[key], noun).replace(/hs$/, 'hes')] : [])));

const missingOf = ({ members }: BtrfsFileSystem): string =>
  `${members.filter(({ missing }) => missing).length} of ${counted(members.length, 'device')}`;

function sumOf({ members }: BtrfsFileSystem): string {
  const sum = (key: keyof BtrfsErrors): number =>
    members.reduce((total, { errors }) => total + (errors?.[key] ?? 0), 0);
  return errorWords({
    write: sum('write'),
    read: sum('read'),
    flush: sum('flush'),
    corruption: sum('corruption'),
    generation: sum('generation'),
  });
}

const titles: Readonly<Record<Situation, (place: string, fileSystem: BtrfsFileSystem) => string>> = {
  missing: (place, fileSystem) => `btrfs on ${place} misses ${missingOf(fileSystem)}`,
  errors: (place, fileSystem) => `btrfs on ${place} counts errors: ${sumOf(fileSystem)}`,
};

const headlines: Readonly<Record<Situation, (fileSystem: BtrfsFileSystem, whom: string) => string>> = {
  missing: (fileSystem, whom) => `misses ${missingOf(fileSystem)}: another failure may take ${whom || 'what is on it'}`,
  errors: (fileSystem, whom) =>
    `has a device that loses or changes data${whom === '' ? '' : ` of ${whom}`}: ${sumOf(fileSystem)}`,
};

const impacts: Readonly<Record<Situation, string>> = {
  missing:
    'What was stored on the missing device alone is lost; what has a second copy has one less. A write may find no room for two copies and be stored once.',
  errors:
    'btrfs counts these since somebody last set the counters to zero. Where it has a second copy it reads and mends from that one; where it has none, reads fail.',
};

function remedyFor(situation: Situation, target: string | null): Advice {
  const place = target ?? '/';
  if (situation === 'missing')
    return {
      text: 'Find out why the device is away: cable, controller, path. Back up what is on it before anything else. Bring the device back and let a scrub run over all of it, or put a new one in its place with `btrfs replace`; only then convert what was stored once meanwhile.',
      commands:
        target === null ? [] : [reads('btrfs', 'filesystem', 'usage', place), reads('btrfs', 'device', 'stats', place)],
    };
  return {
    text: 'See which device counts, look at its SMART data, its cable and the kernel’s log, and replace it where it goes on. `btrfs scrub start` reads everything and mends what has a good copy. Set the counters to zero afterwards (`btrfs device stats --reset`): then new errors are told as such.',
    commands:
      target === null ? [] : [reads('btrfs', 'device', 'stats', place), reads('btrfs', 'scrub', 'status', place)],
  };
}
