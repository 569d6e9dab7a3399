import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { counted, listed, SOURCE } from '../model/evidence.ts';
import type { FinishedTask } from '../model/guests/pve.ts';
import { hidden, type LeftOut } from '../model/report/not-judged.ts';
import { size } from '../model/size.ts';
import { minuteOf } from '../model/time-words.ts';
import type { JudgedVolume } from '../model/volumes/leftovers.ts';

export const vol013 = defineCheck({
  code: 'VOL013',
  title: 'volumes that a failed restore, clone or move left behind',
  harms: { housekeeping: '' },
  needs: ['leftovers', 'finishedTasks'],
  examine: ({ leftovers, finishedTasks }) => {
    const unnamed = leftovers.volumes.filter(({ standing: { is } }) => is === 'leftover' || is === 'elsewhere');
    return finishedTasks.tasks.filter(hasFailed).flatMap((task) => {
      const made = unnamed.filter((volume) => isOf(task, volume));
      return made.length === 0 ? [] : [findingFor(task, made)];
    });
  },
  unjudged: ({ leftovers, finishedTasks }) =>
    finishedTasks.tasks.some(hasFailed)
      ? [
          ...leftovers.places.flatMap(({ where, unread, notOurs }) =>
            unread === null || notOurs ? [] : [`what failed tasks left on ${where}: ${unread}`],
          ),
          ...leftovers.volumes.flatMap((volume) => unsettled(finishedTasks.tasks, volume)),
        ]
      : [],
});

/** Tasks that make volumes before a configuration names them (qemu-server PVE/API2/Qemu.pm, pve-container PVE/API2/LXC.pm). */
const MAKES_VOLUMES = /^(?:qmrestore|qmcreate|qmclone|qmmove|vzrestore|vzcreate|vzclone|move_volume)$/;

const hasFailed = ({ type, status }: FinishedTask): boolean =>
  MAKES_VOLUMES.test(type) && status !== 'OK' && !status.startsWith('WARNINGS');

function unsettled(tasks: readonly FinishedTask[], volume: JudgedVolume): readonly LeftOut[] {
  const { volid, vmid, standing } = volume;
  if (standing.is === 'busy') return [hidden(`${volid}: ${standing.because}`, { kind: 'busy', vmids: [vmid] })];
  const isMade = tasks.some((task) => hasFailed(task) && isOf(task, volume));
  return standing.is === 'unclear' && isMade ? [hidden(`${volid}: ${standing.because}`, { vmids: [vmid] })] : [];
}

/** A clone's task is that of the guest that it copies; the number of the new one is in its log only. */
const isClone = ({ type }: FinishedTask): boolean => type === 'qmclone' || type === 'vzclone';

/** Made while the task ran. A volume without a time of its making, as a file, is last written then. */
function isOf(task: FinishedTask, { vmid, createdAt, changedAt }: JudgedVolume): boolean {
  const time = Date.parse(createdAt ?? changedAt ?? '');
  const isDuring = time >= Date.parse(task.startedAt) && time <= Date.parse(task.endedAt);
  return isDuring && (isClone(task) ? !task.vmids.includes(vmid) : task.vmids.includes(vmid));
}

const WORDS: Readonly<Record<string, string>> = {
  qmrestore: 'restore',
  vzrestore: 'restore',
  qmcreate: 'creation',
  vzcreate: 'creation',
  qmclone: 'clone',
  vzclone: 'clone',
  qmmove: 'move of a disk',
  move_volume: 'move of a disk',
};

function findingFor(task: FinishedTask, made: readonly JudgedVolume[]): Found {
  const bytes = made.reduce((sum, { heldBytes, sizeBytes }) => sum + (heldBytes ?? sizeBytes ?? 0), 0);
  const [{ vmid } = { vmid: 0 }] = made;
  const what = WORDS[task.type] ?? task.type;
  const when = minuteOf(task.startedAt);
  return {
    harm: 'housekeeping',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `The ${what} of guest ${vmid} at ${when} failed and left ${counted(made.length, 'volume')}`,
    headline: `left ${counted(made.length, 'volume')} (${size(bytes)}) of a ${what} that failed at ${when}`,
    evidence: [
      { fact: `${task.type} of ${task.user} ended with: ${task.status}`, source: '/var/log/pve/tasks/index' },
      {
        fact: `made while it ran, and named by no configuration: ${listed(made.map(({ volid }) => volid))}`,
        source: made[0]?.place.kind === 'lvm' ? SOURCE.lvm : (made[0]?.place.where ?? ''),
      },
    ],
    impact: 'They take space, and the names that the next attempt wants. They may hold the part that was done.',
    remedy: {
      text: 'Read in the log of the task what it did with each, and find out what they hold, before it is done again. The list shows what was seen of them.',
      commands: [reads('pve-doctor', 'leftovers', '--vmid', String(vmid), '-v')],
    },
    // Whose clone it is nobody wrote down; something else may have made a volume in these minutes, and so may another cluster.
    certainty: isClone(task) || made.some(({ standing }) => standing.is === 'elsewhere') ? 'maybe' : 'certain',
    vmid,
    bytes,
    about: task.startedAt,
  };
}
