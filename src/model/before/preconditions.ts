import type { Storage } from '../guests/pve.ts';
import type { JudgedMount } from '../mounts/judged-mounts.ts';
import { mountAt, mountOf } from '../mounts/mount-tree.ts';
import { isMadeAnew } from '../needs/unsettled.ts';
import { knownOrNull, whyNot } from '../reading.ts';
import { minuteOf } from '../time-words.ts';
import { type Room, roomOf } from '../volumes/storage-room.ts';
import { type Answer, type Stop, stop } from './answer.ts';
import { ghostOf, type OwnVolume, type Situation, unreadStorages } from './situation.ts';

const KIND = { qemu: 'VM', lxc: 'CT' } as const;

export const kindOf = ({ config }: Situation): 'VM' | 'CT' => KIND[config.type];

export const guestOf = (situation: Situation): string => `${kindOf(situation)} ${situation.config.vmid}`;

/** pve-guest-common src/PVE/AbstractConfig.pm check_lock. */
export function lockStops(situation: Situation): readonly Stop[] {
  const { lock } = situation.config;
  if (lock === '') return [];
  return [stop(`its configuration has lock: ${lock}`, `${kindOf(situation)} is locked (${lock})`, 'run')];
}

/** What works on it now may end before, and may change what is said here. */
export function workNotes({ config, readings }: Situation): Partial<Answer> {
  const { inFlight } = readings;
  if (inFlight.state !== 'known') return { notLooked: [`what works on it now: ${whyNot(inFlight)}`] };
  const why = inFlight.value.forVmid(config.vmid);
  if (why === null) return {};
  return why.is === 'busy' ? { notes: [`something works on it now: ${why.because}`] } : { notLooked: [why.because] };
}

export function runningStops(situation: Situation, because: string, text: string): Partial<Answer> {
  if (situation.running === null) return { notLooked: [`whether it runs: ${whyNot(situation.readings.running)}`] };
  return situation.running ? { stops: [stop(because, text)] } : {};
}

/** Lines that are in effect now. */
export const current = ({ volumes }: Situation): readonly OwnVolume[] =>
  volumes.filter(({ mentions }) => mentions.some(({ section, key }) => section === 'current' && !/^unused/.test(key)));

/** pve-storage src/PVE/Storage.pm storage_config, storage_check_node, storage_check_enabled. */
export function storageStops(storeid: string, storage: Storage | undefined, node: string): readonly Stop[] {
  if (storage === undefined)
    return [stop(`storage ${storeid} is not configured`, `storage '${storeid}' does not exist`, 'run')];
  if (storage.disabled) return [stop(`storage ${storeid} is disabled`, `storage '${storeid}' is disabled`)];
  if (storage.nodes !== null && !storage.nodes.includes(node))
    return [
      stop(`storage ${storeid} is not for node ${node}`, `storage '${storeid}' is not available on node '${node}'`),
    ];
  return [];
}

/**
 * Whether a new disk can be made on it: qemu-server src/PVE/API2/Qemu.pm clone_vm and move_vm_disk ask for `images`, pve-container
 * src/PVE/LXC.pm alloc_disk for `rootdir`, but of ZFS.
 */
export function targetStops(situation: Situation, storeid: string): readonly Stop[] {
  const storage = situation.storages.find((one) => one.storeid === storeid);
  const content = storage?.properties['content']?.split(',') ?? null;
  const isVm = kindOf(situation) === 'VM';
  const isMade = content === null || content.includes(isVm ? 'images' : 'rootdir');
  const text = isVm
    ? `storage '${storeid}' does not support vm images`
    : `content type 'rootdir' is not available or configured on storage '${storeid}'`;
  return [
    ...storageStops(storeid, storage, situation.node),
    ...(isMade || (!isVm && storage?.type === 'zfspool')
      ? []
      : [
          stop(
            `storage ${storeid} is not for disks of ${isVm ? 'VMs' : 'containers'}: content ${content?.join(', ')}`,
            text,
          ),
        ]),
  ];
}

/** Why the storage of a volume cannot be activated (pve-storage src/PVE/Storage.pm activate_storage), as far as it is seen here. */
export const unusable = (situation: Situation, volume: OwnVolume): readonly Stop[] => [
  ...storageStops(volume.storeid, volume.storage, situation.node),
  ...mountStops(situation, volume),
];

/** Each volume where it has to be, and nothing in the way of its activation. */
export function activationOf(situation: Situation, volumes: readonly OwnVolume[]): Partial<Answer> {
  const asked = volumes.filter(({ name }) => !isMadeAnew(name));
  return {
    stops: volumes.flatMap((volume) => [
      ...unusable(situation, volume),
      ...missingStops(volume),
      ...ghostStops(situation, volume),
    ]),
    notLooked: asked
      .filter(({ seen, storage }) => seen === 'unseen' && storage !== undefined)
      .map(({ volid, lines }) => `whether ${volid} (${lines[0]}) is there${whyUnseen(situation, volid)}`),
  };
}

function whyUnseen(situation: Situation, volid: string): string {
  const [why] = unreadStorages(situation, new Set([volid.slice(0, volid.indexOf(':'))]));
  return why === undefined ? '' : `: ${why.slice(why.indexOf(': ') + 2)}`;
}

/** DirPlugin.pm activate_storage, Plugin.pm activate_storage (which waits 2 s). */
function mountStops({ readings }: Situation, { storeid, storage }: OwnVolume): readonly Stop[] {
  const table = knownOrNull(readings.mounts)?.mounts;
  if (storage === undefined || table === undefined) return [];
  const expected = knownOrNull(readings.expectedMounts)?.mounts.find(
    (one) => one.origin === 'storage' && one.storeid === storeid,
  );
  // What a server is behind Proxmox VE mounts itself.
  if (expected !== undefined && expected.fsType === null && mountAt(table, expected.target) === null)
    return [
      stop(
        `nothing is mounted on ${expected.target}, where storage ${storeid} is`,
        `unable to activate storage '${storeid}' - directory is expected to be a mount point but is not mounted: '${expected.target}'`,
        'run',
      ),
    ];
  const mount = mountOfStorage(readings, storage);
  if (mount?.probe.state !== 'failed' && mount?.probe.state !== 'timed-out') return [];
  const { target } = mount.mount;
  return [
    stop(
      `${target}, where storage ${storeid} is, does not answer`,
      `unable to activate storage '${storeid}' - directory '${target}' does not exist or is unreachable`,
    ),
  ];
}

/** The mount that the directory of a storage is on; null where it has none. */
function mountOfStorage(readings: Situation['readings'], { storeid, properties }: Storage): JudgedMount | null {
  const table = knownOrNull(readings.mounts)?.mounts ?? [];
  const expected = knownOrNull(readings.expectedMounts)?.mounts.find((one) => one.storeid === storeid);
  const path = expected?.target ?? properties['path'];
  const mount = path === undefined ? null : mountOf(table, path);
  return (knownOrNull(readings.nodeMounts) ?? []).find((one) => one.mount === mount) ?? null;
}

function missingStops({ seen, volid, name, storage, lines }: OwnVolume): readonly Stop[] {
  if (seen !== 'missing' || isMadeAnew(name)) return [];
  const because = `${lines[0]} is ${volid}, which is not there`;
  const vgName = storage?.properties['vgname'] ?? '';
  if (storage?.type === 'lvm')
    return [
      stop(
        because,
        `can't activate LV '/dev/${vgName}/${name}':   Failed to find logical volume "${vgName}/${name}"`,
        'run',
      ),
    ];
  if (storage?.type === 'lvmthin') return [stop(because, `no such logical volume ${vgName}/${name}`)];
  return [stop(because, `volume '${volid}' does not exist`)];
}

/** dm-ioctl refuses a second device of one name (lvm2 lib/activate/dev_manager.c). */
function ghostStops(situation: Situation, { storage, name, lv }: OwnVolume): readonly Stop[] {
  const vgName = storage?.properties['vgname'];
  const ghost = vgName === undefined || lv === null ? null : ghostOf(situation, vgName, name);
  if (ghost === null) return [];
  return [
    stop(
      `a dead entry of this node, ${ghost.name}, stands where ${vgName}/${name} is activated (DM013)`,
      `device-mapper: create ioctl on ${ghost.name} failed: Device or resource busy`,
      'run',
    ),
  ];
}

/** Where a new volume of a storage would stand. */
export const roomOn = ({ readings }: Situation, storage: Storage): Room => roomOf(storage, readings);

/** The newest backup of it that this node's log of tasks has. */
export function backupNotes({ config, readings }: Situation): Partial<Answer> {
  const { finishedTasks } = readings;
  if (finishedTasks.state !== 'known') return { notLooked: [`its last backup: ${whyNot(finishedTasks)}`] };
  const done = finishedTasks.value.tasks.filter(
    ({ type, vmids, status }) => type === 'vzdump' && vmids.includes(config.vmid) && /^(?:OK$|WARNINGS)/.test(status),
  );
  const last = done.at(-1);
  return {
    notes: [
      last === undefined
        ? 'this node’s log of tasks has no backup of it alone; a job for several guests names none there'
        : `its last backup in the log of node ${last.node} ended ${minuteOf(last.endedAt)} with ${last.status}`,
    ],
  };
}
