import type { Facts } from '../check.ts';
import { known } from '../reading.ts';
import type { Snapshot } from '../snapshot.ts';
import type { RunningGuest } from './pve.ts';

/** What is going on at this moment, so that what it touches is not judged. */
export interface InFlight {
  /** Why volumes of this VMID are not judged now, or null. */
  readonly forVmid: (vmid: number) => string | null;
  /** Why volumes on this storage are not judged now, or null. */
  readonly forStorage: (storeid: string) => string | null;
  /** Why volumes renamed to `del-…` are not judged now, or null: PVE's `imgdel` task has no VMID in its id. */
  readonly forDeletion: string | null;
}

/**
 * Any lock means hands off (pve-guest-common AbstractConfig.pm check_lock); `qm disk move` shows only its flock and
 * task, an incoming migration only a QEMU whose configuration is still on the source node.
 */
export function findInFlight(facts: Facts<'guests' | 'running' | 'activity' | 'cluster'>): InFlight {
  const { configs } = facts.guests;
  const { tasks, locks } = facts.activity;
  const localNode = facts.cluster.nodeName;
  const byVmid = new Map<number, string>();
  const byStorage = new Map<string, string>();
  const homes = new Map(configs.map((config) => [config.vmid, config.node]));
  const note = (vmid: number, why: string) => byVmid.set(vmid, byVmid.get(vmid) ?? why);
  const noteLocal = (why: string) => {
    for (const [vmid, node] of homes) if (node === localNode) note(vmid, why);
  };
  for (const config of configs) if (config.lock !== '') note(config.vmid, `its configuration has lock: ${config.lock}`);
  for (const guest of facts.running.guests)
    if (homes.get(guest.vmid) !== localNode) note(guest.vmid, arriving(guest, homes));
  for (const task of tasks) {
    for (const vmid of task.vmids) note(vmid, `task ${task.type} is running (${task.upid})`);
    if (task.vmids.length === 0 && task.type !== 'imgdel') noteLocal(`task ${task.type} is running (${task.upid})`);
  }
  for (const lock of locks) {
    if (lock.vmid !== null) note(lock.vmid, `${lock.path} is locked`);
    else if (lock.storeid !== null) byStorage.set(lock.storeid, `${lock.path} is locked`);
    else noteLocal(`${lock.path} is locked`);
  }
  const deletion = tasks.find((task) => task.type === 'imgdel');
  return {
    forVmid: (vmid) => byVmid.get(vmid) ?? null,
    forStorage: (storeid) => byStorage.get(storeid) ?? null,
    forDeletion: deletion ? `task imgdel is running (${deletion.upid})` : null,
  };
}

function arriving(guest: RunningGuest, homes: ReadonlyMap<number, string>): string {
  const home = homes.get(guest.vmid);
  const process = guest.pid === null ? 'it runs here' : `it runs here as process ${guest.pid}`;
  const incoming = guest.incoming ? ' for an incoming migration' : '';
  return `${process}${incoming}, while its configuration is ${home === undefined ? 'on no node' : `on node ${home}`}`;
}

/** The snapshot without the locks that these processes hold: what we hold ourselves is nobody's activity. */
export function withoutOwnLocks(snapshot: Snapshot, pids: ReadonlySet<number>): Snapshot {
  const { activity } = snapshot.sections;
  if (activity.reading.state !== 'known') return snapshot;
  const locks = activity.reading.value.locks.filter(({ pid }) => pid === null || !pids.has(pid));
  return {
    ...snapshot,
    sections: {
      ...snapshot.sections,
      activity: { ...activity, reading: known({ ...activity.reading.value, locks }) },
    },
  };
}
