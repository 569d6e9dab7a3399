import type { Evidence } from '../finding.ts';
import type { FinishedTask, FinishedTasks } from '../guests/pve.ts';
import { minuteOf } from '../time-words.ts';
import type { JudgedSnapshot, JudgedVolume } from './leftovers.ts';

/** What this node's log of tasks says of the guest whose number a leftover bears, and of nothing younger than the leftover. */
export type LastTask = Pick<FinishedTask, 'type' | 'user' | 'status' | 'endedAt'>;

/**
 * Tasks that change which volumes a guest's configuration names (the fork_worker calls of qemu-server PVE/API2/Qemu.pm,
 * pve-container PVE/API2/LXC.pm and pve-storage PVE/API2/Storage/Content.pm).
 */
const CHANGES_NAMES =
  /^(?:(?:qm|vz)(?:destroy|create|restore|clone|migrate|template|rollback)|qm(?:config|move|suspend)|imgdel|move_volume)$/;

const CHANGES_SNAPSHOTS = /^(?:qm|vz)(?:destroy|restore|migrate|rollback|snapshot|delsnapshot)$/;

/** Newest last, as the log has them; by the guest, since a node has many leftovers and a long log. */
const byGuest = ({ tasks }: FinishedTasks, wanted: RegExp): ReadonlyMap<number, readonly FinishedTask[]> => {
  const found = new Map<number, FinishedTask[]>();
  for (const task of tasks.filter(({ type }) => wanted.test(type)))
    for (const vmid of task.vmids) {
      const list = found.get(vmid);
      if (list) list.push(task);
      else found.set(vmid, [task]);
    }
  return found;
};

/** A task that ended before the volume was there, or before it was last written, is about an earlier one of that name. */
function newest(tasks: readonly FinishedTask[] | undefined, since: string | null): FinishedTask | null {
  if (since === null) return null;
  return tasks?.findLast(({ endedAt }) => Date.parse(endedAt) >= Date.parse(since)) ?? null;
}

const IS_DESTROY = /^(?:qm|vz)destroy$/;

/** PVE's log names guests and no volumes, so whose configuration named this one is not in it. */
function evidenceOf(vmid: number, { type, user, status, endedAt }: FinishedTask): Evidence {
  const ended = `${type} of ${user}, ended ${minuteOf(endedAt)}: ${status}`;
  const isGone = IS_DESTROY.test(type) && /^(?:OK$|WARNINGS)/.test(status);
  return {
    fact: isGone
      ? `guest ${vmid} was there until it was destroyed on this node (${ended}); which volumes it named, the log does not tell`
      : `the last task on this node that could change what guest ${vmid} names: ${ended}`,
    source: '/var/log/pve/tasks/index',
  };
}

const told = ({ type, user, status, endedAt }: FinishedTask): LastTask => ({ type, user, status, endedAt });

/** Adds to each leftover what the log tells of its guest. */
export function withLastTasks(
  volumes: readonly JudgedVolume[],
  snapshots: readonly JudgedSnapshot[],
  log: FinishedTasks,
): { readonly volumes: readonly JudgedVolume[]; readonly snapshots: readonly JudgedSnapshot[] } {
  const ofVolumes = byGuest(log, CHANGES_NAMES);
  const ofSnapshots = byGuest(log, CHANGES_SNAPSHOTS);
  const tell = <T extends JudgedVolume | JudgedSnapshot>(one: T, task: FinishedTask | null): T =>
    task === null ? one : { ...one, lastTask: told(task), proof: [...one.proof, evidenceOf(one.vmid, task)] };
  return {
    volumes: volumes.map((one) => tell(one, newest(ofVolumes.get(one.vmid), one.createdAt ?? one.changedAt))),
    snapshots: snapshots.map((one) => tell(one, newest(ofSnapshots.get(one.vmid), one.snapshot.createdAt))),
  };
}
