import { type Advice, defineCheck, type Facts, type Found } from '../model/check.ts';
import { type Command, reads } from '../model/command/command.ts';
import type { DevNo } from '../model/device-mapper/device-mapper.ts';
import { counted } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';
import { type CarriedMount, fileSystemWhom, ON_FILE_SYSTEM, onFileSystem } from '../model/mounts/carried-mounts.ts';
import type { FileSystemErrors } from '../model/mounts/file-systems.ts';
import { dependentsEvidence } from '../model/mounts/mount-dependents.ts';
import { optionText } from '../model/mounts/mount-tree.ts';
import type { SeenMount } from '../model/mounts/mounts.ts';
import { minuteOf } from '../model/time-words.ts';

const NEEDS = ['fileSystems', 'mounts'] as const;

type Needed = Facts<(typeof NEEDS)[number]>;

export const mnt011 = defineCheck({
  code: 'MNT011',
  title: 'file system that met errors, turned read-only or has shut down',
  harms: { data: 'it has shut down, or turned read-only', redundancy: 'it met errors in its own data' },
  needs: NEEDS,
  wants: ON_FILE_SYSTEM,
  examine: (facts: Needed, wanted) =>
    troubles(facts).map((trouble) => findingFor(trouble, onFileSystem(trouble.devNo, wanted))),
  unjudged: ({ fileSystems }: Needed) => fileSystems.silent,
});

/** `remount-ro`: it takes no writes since the last error, unless it was mounted again after that, which nobody here can tell. */
type Situation = 'shut-down' | 'read-only' | 'remount-ro' | 'errors';

const HARM: Readonly<Record<Situation, Harm>> = {
  'shut-down': 'data',
  'read-only': 'data',
  'remount-ro': 'redundancy',
  errors: 'redundancy',
};

interface Trouble {
  readonly devNo: DevNo;
  readonly situation: Situation;
  /** null where only others than the node have it mounted. */
  readonly mount: SeenMount | null;
  readonly met: FileSystemErrors | null;
}

/** One for each file system. */
function troubles({ fileSystems, mounts }: Needed): readonly Trouble[] {
  const bySystem = Map.groupBy(mounts.mounts, ({ devNo }) => devNo);
  const met = new Map(fileSystems.errors.map((one) => [one.devNo, one]));
  const mounted = [...bySystem].flatMap(([devNo, all]): readonly Trouble[] => {
    const mount = all.find(({ covered }) => !covered) ?? all[0] ?? null;
    const errors = met.get(devNo) ?? null;
    const situation = mount === null ? null : fileSystems.shutDown.has(devNo) ? 'shut-down' : situationOf(all, errors);
    return situation === null ? [] : [{ devNo, situation, mount, met: errors }];
  });
  const others = fileSystems.errors.filter(({ devNo }) => !bySystem.has(devNo));
  return [
    ...mounted,
    ...others.map((one): Trouble => ({ devNo: one.devNo, situation: 'errors', mount: null, met: one })),
  ];
}

/** They turn read-only by themselves: whoever mounts one with `ro` has it among the options of the mount too. */
const TURNING = /^(?:ext[234]|btrfs|xfs)$/;

/** `shutdown` and `emergency_ro`: fs/ext4/super.c _ext4_show_options, from Linux 6.15 on. */
function situationOf(mounts: readonly SeenMount[], met: FileSystemErrors | null): Situation | null {
  const has = (option: string): boolean => mounts.some(({ superOptions }) => superOptions.includes(option));
  if (has('shutdown')) return 'shut-down';
  const turned = mounts.some(
    ({ fsType, options, superOptions }) =>
      TURNING.test(fsType) && superOptions.includes('ro') && !options.includes('ro'),
  );
  if (turned || has('emergency_ro')) return 'read-only';
  if (met === null) return null;
  return has('errors=remount-ro') ? 'remount-ro' : 'errors';
}

function findingFor(trouble: Trouble, on: CarriedMount): Found {
  const { situation, mount, met } = trouble;
  const place = on.target ?? `/dev/${met?.name ?? trouble.devNo}`;
  const words: Words = {
    place,
    met: met === null ? '' : metWords(met),
    whom: fileSystemWhom(on),
    fsType: mount?.fsType ?? 'ext4',
  };
  return {
    harm: HARM[situation],
    subject: { kind: 'mount', id: place },
    title: titles[situation](words),
    headline: headlines[situation](words),
    evidence: [...evidenceOf(trouble, place), ...dependentsEvidence({ ...on, backupJobs: [] })],
    ...(situation === 'shut-down' && { lost: `the file system on ${place} has shut down` }),
    vmids: on.guests.map(({ vmid }) => vmid),
    impact: impacts[situation],
    remedy: remedyFor(words.fsType),
  };
}

interface Words {
  readonly place: string;
  /** `3 errors since 2026-11-01 00:00 UTC`; empty where none are counted. */
  readonly met: string;
  /** `guests 100 and 101`; empty where nobody is known to be on it. */
  readonly whom: string;
  readonly fsType: string;
}

const metWords = ({ count, firstAt }: FileSystemErrors): string =>
  `${counted(count, 'error')}${firstAt === null ? '' : ` since ${minuteOf(firstAt)}`}`;

function evidenceOf({ devNo, situation, mount, met }: Trouble, place: string): readonly Evidence[] {
  return [
    ...(situation === 'shut-down' && mount?.fsType === 'xfs'
      ? [{ fact: `${place}: Input/output error`, source: 'stat, in a child process' }]
      : []),
    ...(met === null
      ? []
      : [
          {
            fact: `ext4 on ${met.name}: ${counted(met.count, 'error')}${met.firstAt === null ? '' : `, the first ${minuteOf(met.firstAt)}`}${met.lastAt === null ? '' : `, the last ${minuteOf(met.lastAt)}`}`,
            source: `/sys/fs/ext4/${met.name}/errors_count`,
          },
        ]),
    ...(mount === null
      ? []
      : [
          {
            fact: `${mount.source} is mounted on ${mount.target}, ${mount.fsType}, device ${devNo}, ${optionText(mount)}`,
            source: '/proc/1/mountinfo',
          },
        ]),
  ];
}

const titles: Readonly<Record<Situation, (words: Words) => string>> = {
  'shut-down': ({ place, fsType }) => `${fsType} on ${place} has shut down`,
  'read-only': ({ place, fsType }) => `${fsType} on ${place} has turned read-only`,
  'remount-ro': ({ place, met }) => `${place} met ${met} in its file system, which turns read-only then`,
  errors: ({ place, met }) => `${place} met ${met} in its file system`,
};

const andWhom = (text: string, whom: string, verb: string): string =>
  whom === '' ? text : `${text}, and ${whom} ${verb} on it`;

const isOrAre = (whom: string): string => (/guests| and /.test(whom) ? 'are' : 'is');

const headlines: Readonly<Record<Situation, (words: Words) => string>> = {
  'shut-down': ({ whom }) =>
    `has shut down its file system: ${whom === '' ? 'nothing on it' : `nothing of ${whom}`} can be read or written`,
  'read-only': ({ whom }) =>
    `has turned read-only after an error: every write ${whom === '' ? 'to it' : `of ${whom}`} fails`,
  'remount-ro': ({ met, whom }) =>
    andWhom(`has a damaged file system that takes no writes after an error: ${met}`, whom, isOrAre(whom)),
  errors: ({ met, whom }) => andWhom(`has a damaged file system: ${met}`, whom, isOrAre(whom)),
};

const impacts: Readonly<Record<Situation, string>> = {
  'shut-down':
    'The kernel stopped the file system, since it could not write its log or found damage. The mount table and its capacity look as before. What was not ' +
    'yet written is lost.',
  'read-only':
    'The kernel refuses writes to the file system since it met an error. What was not yet written is lost; guests with disks on it get write errors.',
  'remount-ro':
    'The kernel found damage in the data of the file system itself, and by errors=remount-ro it takes no more writes until it is mounted again; the mount ' +
    'table may still say rw.',
  errors:
    'The kernel found damage in the data of the file system itself and goes on. What is written may be lost, and the damage grows.',
};

const LOOK = (grep: string): readonly Command[] => [
  reads('journalctl', '-k', '--no-pager', '--grep', grep),
  reads('lsblk', '-f'),
];

const CHECK_EXT4 =
  'Back up what is on it now. Look at the kernel’s log for the disk beneath. Then stop what uses it, unmount it and check it with e2fsck; the root file ' +
  'system is checked at a start of the node.';

const CHECK: Readonly<Record<string, string>> = {
  xfs: 'Look at the kernel’s log for the cause, and at the disk beneath, before anything else. Then stop what uses it, unmount it and mount it again, which replays its log. Run xfs_repair only where that mount fails, and never with -L before a copy was made: it throws the log away.',
  btrfs:
    'Look at the kernel’s log for the cause, and at the disks beneath. Back up what can still be read. Then stop what uses it, unmount it and mount it again; where that fails, mount it read-only to get the data off. Do not run btrfs check --repair.',
};

const KERNEL_WORDS: Readonly<Record<string, string>> = { xfs: 'XFS', btrfs: 'BTRFS' };

const remedyFor = (fsType: string): Advice => ({
  text: CHECK[fsType] ?? CHECK_EXT4,
  commands: LOOK(KERNEL_WORDS[fsType] ?? 'EXT4-fs'),
});
