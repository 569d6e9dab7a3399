import { sectionsOf } from '../model/derived.ts';
import type { HeldLock, Storage } from '../model/guests/pve.ts';
import { knownOrNull, whyNot } from '../model/reading.ts';
import { fails, type Gate, passes } from '../model/repair/gate.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** The guests and the VGs that a repair concerns. */
export interface Concern {
  readonly vmids: readonly number[];
  readonly vgNames: readonly string[];
}

const RUNNING_SOURCE = '/var/run/qemu-server, /proc/net/unix';

export function runningGate({ vmids }: Concern, { sections }: Snapshot): Gate {
  const { reading } = sections.running;
  if (reading.state !== 'known') return fails('guest not running', whyNot(reading), RUNNING_SOURCE);
  const guest = reading.value.guests.find(({ vmid }) => vmids.includes(vmid));
  if (guest === undefined)
    return passes('guest not running', `${listed(vmids)} not running here, no migration arrives`, RUNNING_SOURCE);
  const how = guest.incoming ? 'runs here for an incoming migration' : 'is running here';
  return fails('guest not running', `guest ${guest.vmid} ${how}`, RUNNING_SOURCE);
}

const listed = (vmids: readonly number[]): string => (vmids.length === 0 ? 'no guest' : `guest ${vmids.join(', ')}`);

const FLIGHT_SOURCE = '/etc/pve, /var/log/pve/tasks/active, /proc/locks';

/** pmxcfs can be believed, and no lock and no task touches the guest or the storage. */
export function inFlightGate(concern: Concern, snapshot: Snapshot): Gate {
  const { cluster, guests, storage, activity } = snapshot.sections;
  const fail = (fact: string) => fails('nothing in flight', fact, FLIGHT_SOURCE);
  if (cluster.reading.state !== 'known') return fail(whyNot(cluster.reading));
  if (guests.reading.state !== 'known') return fail(whyNot(guests.reading));
  if (storage.reading.state !== 'known') return fail(whyNot(storage.reading));
  if (activity.reading.state !== 'known') return fail(whyNot(activity.reading));
  if (!cluster.reading.value.quorate) return fail('/etc/pve is not quorate');
  const configs = knownOrNull(sectionsOf(snapshot).configsByVmid);
  const locked = concern.vmids.flatMap((vmid) => configs?.get(vmid) ?? []).find(({ lock }) => lock !== '');
  if (locked) return fail(`${locked.path} has lock: ${locked.lock}`);
  const { tasks, locks } = activity.reading.value;
  const task = tasks.find(({ vmids }) => vmids.length === 0 || vmids.some((vmid) => concern.vmids.includes(vmid)));
  if (task) return fail(`task ${task.type} is running (${task.upid})`);
  const { storages } = storage.reading.value;
  const lock = locks.find((held) => isConcerned(held, concern, storages));
  if (lock) return fail(`${lock.path} is locked${lock.pid === null ? '' : ` by process ${lock.pid}`}`);
  return passes('nothing in flight', '/etc/pve is quorate, no configuration lock, no flock, no task', FLIGHT_SOURCE);
}

/** A lock without a guest and without a storage may concern anything; one of a storage only its own VG. */
function isConcerned(lock: HeldLock, { vmids, vgNames }: Concern, storages: readonly Storage[]): boolean {
  if (lock.vmid !== null) return vmids.includes(lock.vmid);
  const storage = storages.find(({ storeid }) => storeid === lock.storeid);
  if (storage === undefined) return true;
  const vgName = storage.properties['vgname'];
  return vgName === undefined ? storage.type === '' : vgNames.includes(vgName);
}

const LOCK_SOURCE = '/proc/locks';

/** Before acting: that nobody holds the guests' locks. While acting `src/apply` holds them itself. */
export function guestLockGate({ vmids }: Concern, snapshot: Snapshot): Gate {
  const { reading } = snapshot.sections.activity;
  if (reading.state !== 'known') return fails('guest lock', whyNot(reading), LOCK_SOURCE);
  const held = reading.value.locks.find(({ vmid }) => vmids.some((concerned) => concerned === vmid));
  if (held) return fails('guest lock', `${held.path} is held by somebody else`, LOCK_SOURCE);
  const paths = vmids.flatMap((vmid) => guestLockPaths(vmid, snapshot));
  return passes('guest lock', `free, and held while acting: ${paths.join(', ')}`, LOCK_SOURCE);
}

/**
 * PVE's own lock files of a guest's configuration (pve-guest-common AbstractConfig.pm lock_config_full; qemu-server
 * QemuConfig.pm, pve-container LXC/Config.pm config_file_lock). Both where nobody knows which kind of guest it is.
 */
export function guestLockPaths(vmid: number, snapshot: Snapshot): readonly string[] {
  const type = knownOrNull(sectionsOf(snapshot).configsByVmid)?.get(vmid)?.[0]?.type;
  const qemu = `/var/lock/qemu-server/lock-${vmid}.conf`;
  const lxc = `/run/lock/lxc/pve-config-${vmid}.lock`;
  if (type === 'qemu') return [qemu];
  return type === 'lxc' ? [lxc] : [qemu, lxc];
}
