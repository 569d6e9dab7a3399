import type { SectionReadings } from '../model/derived.ts';
import { SOURCE } from '../model/evidence.ts';
import type { HeldLock, Storage } from '../model/guests/pve.ts';
import { knownOrNull } from '../model/reading.ts';
import { defineGate, no, yes } from './gates.ts';

/** The guests and the VGs that a repair concerns. */
export interface Concern {
  readonly vmids: readonly number[];
  readonly vgNames: readonly string[];
}

export const runningGate = defineGate(
  'guest not running',
  SOURCE.running,
  ['running'],
  ({ vmids }: Concern, { running }) => {
    const guest = running.guests.find(({ vmid }) => vmids.includes(vmid));
    if (guest !== undefined)
      return no(`guest ${guest.vmid} ${guest.incoming ? 'runs here for an incoming migration' : 'is running here'}`);
    const guests = vmids.length === 0 ? 'no guest' : `guest ${vmids.join(', ')}`;
    return yes(`${guests} not running here, no migration arrives`);
  },
);

/** pmxcfs can be believed, and no lock and no task touches the guest or the storage. */
export const inFlightGate = defineGate(
  'nothing in flight',
  SOURCE.inFlight,
  ['cluster', 'configsByVmid', 'storage', 'activity'],
  (concern: Concern, { cluster, configsByVmid, storage, activity: { tasks, locks } }) => {
    if (!cluster.quorate) return no('/etc/pve is not quorate');
    const locked = concern.vmids.flatMap((vmid) => configsByVmid.get(vmid) ?? []).find(({ lock }) => lock !== '');
    if (locked) return no(`${locked.path} has lock: ${locked.lock}`);
    const task = tasks.find(({ vmids }) => vmids.length === 0 || vmids.some((vmid) => concern.vmids.includes(vmid)));
    if (task) return no(`task ${task.type} is running (${task.upid})`);
    const lock = locks.find((held) => isConcerned(held, concern, storage.storages));
    if (lock) return no(`${lock.path} is locked${lock.pid === null ? '' : ` by process ${lock.pid}`}`);
    return yes('/etc/pve is quorate, no configuration lock, no flock, no task');
  },
);

/** A lock without a guest and without a storage may concern anything; one of a storage only its own VG. */
function isConcerned(lock: HeldLock, { vmids, vgNames }: Concern, storages: readonly Storage[]): boolean {
  if (lock.vmid !== null) return vmids.includes(lock.vmid);
  const storage = storages.find(({ storeid }) => storeid === lock.storeid);
  if (storage === undefined) return true;
  const vgName = storage.properties['vgname'];
  return vgName === undefined ? storage.type === '' : vgNames.includes(vgName);
}

/** Before acting: that nobody holds the guests' locks. While acting `src/apply` holds them itself. */
export const guestLockGate = defineGate(
  'guest lock',
  '/proc/locks',
  ['activity'],
  ({ vmids }: Concern, { activity }, sections) => {
    const held = activity.locks.find(({ vmid }) => vmids.some((concerned) => concerned === vmid));
    if (held) return no(`${held.path} is held by somebody else`);
    const paths = vmids.flatMap((vmid) => guestLockPaths(vmid, sections));
    return yes(`free, and held while acting: ${paths.join(', ')}`);
  },
);

/**
 * PVE's own lock files of a guest's configuration (pve-guest-common AbstractConfig.pm lock_config_full; qemu-server
 * QemuConfig.pm, pve-container LXC/Config.pm config_file_lock). Both where nobody knows which kind of guest it is.
 */
export function guestLockPaths(vmid: number, { configsByVmid }: SectionReadings): readonly string[] {
  const type = knownOrNull(configsByVmid)?.get(vmid)?.[0]?.type;
  const qemu = `/var/lock/qemu-server/lock-${vmid}.conf`;
  const lxc = `/run/lock/lxc/pve-config-${vmid}.lock`;
  if (type === 'qemu') return [qemu];
  return type === 'lxc' ? [lxc] : [qemu, lxc];
}
