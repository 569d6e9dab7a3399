import { knownOrNull, whyNot } from '../reading.ts';
import { type Answer, type Stop, stop, type TouchedVolume, together } from './answer.ts';
import { backupNotes, guestOf, kindOf, lockStops, runningStops, unusable, workNotes } from './preconditions.ts';
import { type Carried, carriedBy, cloneOf, type OwnVolume, type Situation, unreadStorages } from './situation.ts';

/**
 * What a destroy frees: every volume that the configuration names and whose number is the guest's, whoever else names it (qemu-server
 * src/PVE/QemuServer.pm destroy_vm; pve-container src/PVE/LXC.pm destroy_lxc_container); with `--destroy-unreferenced-disks 1`
 * all that carries the number. A volume whose storage cannot be activated stays (pve-storage src/PVE/Storage.pm vdisk_free): a VM goes
 * all the same, a container's destroy ends there.
 */
export function beforeDestroy(situation: Situation): Answer {
  const { config } = situation;
  const guest = guestOf(situation);
  const own = situation.volumes.map((volume) => freed(situation, volume));
  const carried = carriedBy(situation);
  return together(
    { touched: [...own.map(({ volume }) => volume), ...carried.map(asked)] },
    { stops: [...lockStops(situation).filter(() => config.lock !== 'suspended'), ...protectionStops(situation)] },
    runningStops(
      situation,
      'it runs',
      kindOf(situation) === 'VM'
        ? `${guest} is running - destroy failed`
        : `unable to destroy ${guest} - container is running`,
    ),
    managed(situation),
    cloneStops(situation),
    { stops: kindOf(situation) === 'CT' ? own.flatMap(endsAt) : [] },
    { notes: notesOf(situation, own, carried) },
    { notLooked: unreadStorages(situation) },
    workNotes(situation),
    backupNotes(situation),
  );
}

/** What is done with a volume that a line names, and why it stays where its storage is the reason. */
interface Freed {
  readonly volume: TouchedVolume;
  readonly blocked: Stop | null;
}

function freed(situation: Situation, own: OwnVolume): Freed {
  const { volid, lines, seen, sizeBytes, identity, others, owner } = own;
  const isOwn = owner === situation.config.vmid;
  const blocked = isOwn ? (unusable(situation, own)[0] ?? null) : null;
  const fate = isOwn && blocked === null ? 'removed' : 'kept';
  return { volume: { volid, lines, seen, sizeBytes, identity, others, fate }, blocked };
}

const endsAt = ({ volume, blocked }: Freed): readonly Stop[] =>
  blocked === null
    ? []
    : [
        {
          ...blocked,
          because: `${blocked.because}, so ${volume.volid} (${volume.lines[0]}) cannot be removed: the destroy ends there, and what it removed before is gone`,
        },
      ];

const asked = ({ volid, seen, sizeBytes, identity, others, shared }: Carried): TouchedVolume => ({
  ...{ volid, seen, sizeBytes, identity, lines: [], fate: 'removed if asked' },
  others: [...others, ...(shared ? ['its storage is shared: a guest of another cluster may have it'] : [])],
});

function notesOf(situation: Situation, own: readonly Freed[], carried: readonly Carried[]): readonly string[] {
  const guest = guestOf(situation);
  const missing = own.filter(({ volume: { seen, fate } }) => seen === 'missing' && fate === 'removed');
  return [
    ...own.flatMap((one) => keptNotes(one, kindOf(situation) === 'VM')),
    ...missing.map(({ volume: { volid, lines } }) => `${volid} (${lines[0]}) is not there: a task warns and goes on`),
    ...(carried.length === 0
      ? []
      : [
          `${carried.length} more ${carried.length === 1 ? 'volume carries' : 'volumes carry'} the number of ${guest} and no line of it: ` +
            '--destroy-unreferenced-disks 1 removes such volumes, and qm disk rescan or a restore makes them unused disks of it, which the next destroy removes',
        ]),
  ];
}

function keptNotes({ volume: { volid, lines, fate }, blocked }: Freed, isVm: boolean): readonly string[] {
  if (fate !== 'kept') return [];
  const stays = `${volid} (${lines[0]}) stays`;
  if (blocked === null) return [`${stays}: its number is another guest’s`];
  return isVm
    ? [`${stays}: ${blocked.because}; the configuration goes all the same, and nothing names the volume then`]
    : [];
}

/** AbstractConfig.pm check_protection. */
export const protectionStops = (situation: Situation): readonly Stop[] =>
  situation.config.protection
    ? [stop('it is protected', `can't remove ${guestOf(situation)} - protection mode enabled`)]
    : [];

function managed(situation: Situation): Partial<Answer> {
  const { config, readings } = situation;
  const { ha, replication } = readings;
  const isManaged = knownOrNull(ha)?.managed.has(config.vmid) === true;
  const jobs = (knownOrNull(replication)?.jobs ?? []).filter(({ vmid }) => vmid === config.vmid);
  return {
    stops: [
      ...(isManaged
        ? [
            stop(
              'the HA manager looks after it: only with --purge',
              `unable to remove ${guestOf(situation)} - used in HA resources and purge parameter not set.`,
            ),
          ]
        : []),
      ...jobs.map(({ id }) =>
        stop(
          `replication job ${id} is there: only with --purge`,
          `There is a replication job '${id}' for guest '${config.vmid}'`,
        ),
      ),
    ],
    notLooked: [ha, replication].flatMap((reading, at) =>
      reading.state === 'known'
        ? []
        : [`whether ${at === 0 ? 'HA manages' : 'a job replicates'} it: ${whyNot(reading)}`],
    ),
  };
}

/** Guests whose lines read through a base image of this one. */
function cloneStops(situation: Situation): Partial<Answer> {
  const { config, volumes } = situation;
  if (!config.template) return {};
  const stops = volumes.flatMap((volume) => {
    const clone = cloneOf(situation, volume);
    return clone === null
      ? []
      : [
          stop(
            `guest ${clone} is a linked clone of ${volume.volid}`,
            `base volume '${volume.volid}' is still in use by linked cloned`,
            'run',
          ),
        ];
  });
  return { stops };
}
