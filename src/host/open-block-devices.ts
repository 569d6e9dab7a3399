import { readdirSync, statSync } from 'node:fs';
import type { Reading } from '../model/reading.ts';
import { deviceNumber, wholeText } from './files.ts';
import { ofProcesses, orGone, readLinkOf } from './of-processes.ts';

type OpenDevice = readonly [pid: number, devNo: string];

/**
 * Block devices that processes have open. Descriptor links are read at once, which touches no file; only one that leads
 * into /dev is looked at, through the descriptor, so that a device whose node was removed or replaced is told by its own
 * number (`/dev/dm-3 (deleted)`).
 */
export const openBlockDevices = (pids: readonly number[], end: number): Promise<Reading<readonly OpenDevice[]>> => {
  const places = placesOf();
  return ofProcesses(pids, end, (pid) => [...devicesOf(pid, end, places)].map((devNo): OpenDevice => [pid, devNo]));
};

/** The clock is looked at once for so many descriptors. */
const CLOCK_TURN = 64;

/** What nearly every process has open, and terminals: devices of characters, at names that no block device has. */
const CHARACTERS = /^\/dev\/(?:null|zero|full|u?random|tty|console|ptmx|pts\/\d+|kvm|fuse|net\/tun|vhost-net)$/;

const mayBeBlockDevice = (path: string): boolean => path.startsWith('/dev/') && !CHARACTERS.test(path);

/** A process may have a million open files. */
function devicesOf(pid: number, end: number, places: Places): ReadonlySet<string> {
  const directory = `/proc/${pid}/fd`;
  const devices = new Set<string>();
  let left = 1;
  for (const descriptor of readdirSync(directory)) {
    left -= 1;
    if (left === 0) {
      if (performance.now() > end) break;
      left = CLOCK_TURN;
    }
    const path = readLinkOf(`${directory}/${descriptor}`);
    if (!mayBeBlockDevice(path) || !places.isLocal(pid, descriptor, path, end)) continue;
    const devNo = blockDevice(`${directory}/${descriptor}`);
    if (devNo !== null) devices.add(devNo);
  }
  return devices;
}

function blockDevice(path: string): string | null {
  const stat = orGone(() => statSync(path), null);
  return stat?.isBlockDevice() ? deviceNumber(stat.rdev) : null;
}

interface Places {
  /** Whether the open file of this number, with this path, may be looked at. */
  readonly isLocal: (pid: number, descriptor: string, path: string, end: number) => boolean;
}

/** Where nodes of devices are, and where an open file is looked at without asking anybody. */
const LOCAL = /^(?:devtmpfs|tmpfs|ext[234]|xfs|btrfs|zfs)$/;

/** For the table of one namespace. */
const TABLE_MS = 1000;

/** The only directory below `/dev` in which users of the node may have mounts of theirs. */
const OF_USERS = '/dev/shm/';

/**
 * Below `/dev` a container, or a user in a namespace of his own, may have mounted FUSE or NFS: looking at a file there asks
 * its server, which may never answer, or denies it to root. What is not looked at is held by nobody that a report names;
 * whether a device is open the kernel counts itself.
 */
function placesOf(): Places {
  const own = readLinkOf('/proc/self/ns/mnt');
  const tables = new Map<string, ReadonlySet<string>>();
  const localMounts = (process: number | 'self', namespace: string, end: number): ReadonlySet<string> => {
    const known = tables.get(namespace);
    if (known !== undefined) return known;
    const text = wholeText.atOnce(`/proc/${process}/mountinfo`, Math.min(end, performance.now() + TABLE_MS));
    const local = [...text.matchAll(/^(\d+) .*? - (\S+) /gm)].filter(([, , type = '']) => LOCAL.test(type));
    const ids = new Set(local.map(([, id = '']) => id));
    tables.set(namespace, ids);
    return ids;
  };
  let latest = { pid: 0, namespace: '' };
  const isLocal: Places['isLocal'] = (pid, descriptor, path, end) => {
    if (latest.pid !== pid) latest = { pid, namespace: readLinkOf(`/proc/${pid}/ns/mnt`) };
    const { namespace } = latest;
    if (namespace === own && !path.startsWith(OF_USERS)) return true;
    const info = wholeText.atOnce(`/proc/${pid}/fdinfo/${descriptor}`, end);
    const id = /^mnt_id:\s*(\d+)$/m.exec(info)?.[1] ?? '';
    // A container has files of the node's namespace, such as its console.
    return localMounts(pid, namespace, end).has(id) || localMounts('self', own, end).has(id);
  };
  return { isLocal };
}
