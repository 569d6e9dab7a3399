import type { Facts } from '../check.ts';
import { known } from '../reading.ts';
import type { Snapshot } from '../snapshot.ts';
import type { RunningGuest } from './pve.ts';

/** Why something is not judged now. `unclear`: whether anything works on it could not be read. */
export interface Occupied {
  readonly is: 'busy' | 'unclear';
  readonly because: string;
}

/** What is going on at this moment, so that what it touches is not judged. */
export interface InFlight {
  /** Of volumes of this VMID; null: nothing. */
  readonly forVmid: (vmid: number) => Occupied | null;
  /** Of volumes on this storage; null: nothing. */
  readonly forStorage: (storeid: string) => Occupied | null;
  /** Of volumes renamed to `del-…`; null: nothing. PVE's `imgdel` task has no VMID in its id. */
  readonly forDeletion: Occupied | null;
}

/** Locks of states that last, without a task: a guest that sleeps on disk, and `pct mount`. */
const LASTING_LOCK = /^(?:suspended|mounted)$/;

/**
 * A lock counts as long as something may work on its guest (`guestWork`); a stale one excuses nothing, and VOL004 reports it.
 * `qm disk move` shows only its flock and task, an incoming migration only a QEMU whose configuration is still on the source node.
 */
export function findInFlight(facts: Facts<'guests' | 'running' | 'activity' | 'cluster' | 'guestWork'>): InFlight {
  const { configs } = facts.guests;
  const { tasks, locks } = facts.activity;
  const localNode = facts.cluster.nodeName;
  const byVmid = new Map<number, Occupied>();
  const byStorage = new Map<string, Occupied>();
  const homes = new Map(configs.map((config) => [config.vmid, config.node]));
  const note = (vmid: number, because: string, is: Occupied['is'] = 'busy') => {
    if (byVmid.get(vmid)?.is !== 'busy') byVmid.set(vmid, { is, because });
  };
  const noteLocal = (why: string) => {
    for (const [vmid, node] of homes) if (node === localNode) note(vmid, why);
  };
  for (const config of configs) {
    const work = config.lock === '' || LASTING_LOCK.test(config.lock) ? null : facts.guestWork.on(config);
    const lock = `its configuration has lock: ${config.lock}`;
    if (work?.state === 'working') note(config.vmid, `${lock}, and ${work.because}`);
    if (work?.state === 'untold') note(config.vmid, `${lock}, and ${work.because}`, 'unclear');
  }
  for (const guest of facts.running.guests)
    if (homes.get(guest.vmid) !== localNode) note(guest.vmid, arriving(guest, homes));
  for (const task of tasks) {
    for (const vmid of task.vmids) note(vmid, `task ${task.type} is running (${task.upid})`);
    if (task.vmids.length === 0 && task.type !== 'imgdel') noteLocal(`task ${task.type} is running (${task.upid})`);
  }
  for (const lock of locks) {
    if (lock.vmid !== null) note(lock.vmid, `${lock.path} is locked`);
    else if (lock.storeid !== null) byStorage.set(lock.storeid, { is: 'busy', because: `${lock.path} is locked` });
    else noteLocal(`${lock.path} is locked`);
  }
  const deletion = tasks.find((task) => task.type === 'imgdel');
  return {
    forVmid: (vmid) => byVmid.get(vmid) ?? null,
    forStorage: (storeid) => byStorage.get(storeid) ?? null,
    forDeletion: deletion ? { is: 'busy', because: `task imgdel is running (${deletion.upid})` } : null,
  };
}

function arriving(guest: RunningGuest, homes: ReadonlyMap<number, string>): string {
  const home = homes.get(guest.vmid);
  const process = guest.pid === null ? 'it runs here' : `it runs here as process ${guest.pid}`;
  const incoming = guest.incoming ? ' for an incoming migration' : '';
  return `${process}${incoming}, while its configuration is ${home === undefined ? 'on no node' : `on node ${home}`}`;
}

/** The snapshot without the locks that are these files: what we hold ourselves is nobody's activity. */
export function withoutOwnLocks(snapshot: Snapshot, paths: readonly string[]): Snapshot {
  const { activity } = snapshot.sections;
  if (activity.reading.state !== 'known') return snapshot;
  const locks = activity.reading.value.locks.filter(({ path }) => !paths.includes(path));
  return {
    ...snapshot,
    sections: {
      ...snapshot.sections,
      activity: { ...activity, reading: known({ ...activity.reading.value, locks }) },
    },
  };
}
