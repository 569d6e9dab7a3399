import { append } from '../append.ts';
import type { Facts } from '../check.ts';
import { decodeGuestVolume } from '../guests/guest-volume.ts';
import type { Activity, FinishedTask, FinishedTasks, GuestConfig, Task } from '../guests/pve.ts';
import type { Lvm } from '../lvm/lvm.ts';
import { knownOrNull, type Reading, whyNot } from '../reading.ts';
import { minuteOf } from '../time-words.ts';
import type { Volumes } from '../volumes/volumes.ts';
import { namesOf } from './stored-references.ts';

/**
 * A move of a disk to another guest, a template and a snapshot of a chain rename a volume first and write the configurations
 * afterwards (qemu-server PVE/API2/Qemu.pm move_vm_disk, PVE/QemuServer.pm template_create; pve-container PVE/API2/LXC.pm
 * move_volume; pve-storage Storage/Plugin.pm and LVMPlugin.pm rename_snapshot). Killed in between, the only copy of a disk
 * stands under a name that no configuration has.
 */
export interface Unsettled {
  /** Why this volume may be one that a configuration names otherwise, or is to name; null where nothing says so. */
  readonly why: (volume: SuspectVolume) => string | null;
}

/** A volume that no configuration is known to name. */
export interface SuspectVolume {
  /** `where` of its place, or its VG's name. */
  readonly where: string;
  /** Without the directory of a guest. */
  readonly name: string;
  /** Guests that it may be of. */
  readonly vmids: readonly number[];
  /** ISO 8601; null where nothing tells it. */
  readonly createdAt: string | null;
}

export interface UnsettledSources {
  readonly volumes: Reading<Volumes>;
  readonly lvm: Reading<Lvm>;
  readonly finishedTasks: Reading<FinishedTasks>;
  readonly activity: Reading<Activity>;
}

type UnsettledFacts = Facts<'guests' | 'storage' | 'cluster'>;

/** What a configuration names and what is not there. */
interface Missing {
  readonly vmid: number;
  readonly volid: string;
  readonly name: string;
}

export function unsettled(facts: UnsettledFacts, sources: UnsettledSources): Unsettled {
  const missing = missingByPlace(facts, sources);
  const broken = brokenTasks(sources);
  return {
    why: (volume) => whyMissing(missing.get(volume.where) ?? [], volume) ?? whyBroken(broken, volume),
  };
}

/** By `where` of the place, or by the VG's name. */
function missingByPlace(facts: UnsettledFacts, sources: UnsettledSources): ReadonlyMap<string, readonly Missing[]> {
  const found = new Map<string, Missing[]>();
  const seen = seenByStorage(facts, sources);
  for (const config of facts.guests.configs)
    for (const { target, certainty } of config.mentions) {
      const place = target.kind === 'volid' && certainty === 'certain' ? seen.get(target.storeid) : undefined;
      if (target.kind !== 'volid' || place === undefined || !meansThisPlace(config, place, facts)) continue;
      for (const name of place.namesIn(target.volname))
        if (!place.names.has(name) && !isMadeAnew(name))
          append(found, place.where, {
            vmid: config.vmid,
            volid: `${target.storeid}:${target.volname}`,
            name: lastPart(name),
          });
    }
  return found;
}

/** What stands on the place of a storage. */
interface SeenPlace {
  readonly where: string;
  readonly shared: boolean;
  readonly names: ReadonlySet<string>;
  /** The names that a volume id has there. */
  readonly namesIn: (volname: string) => readonly string[];
}

function seenByStorage({ storage }: UnsettledFacts, sources: UnsettledSources): ReadonlyMap<string, SeenPlace> {
  const places = (knownOrNull(sources.volumes)?.places ?? []).flatMap((place): [string, SeenPlace][] => {
    const { contents, where, shared, kind, storeids } = place;
    if (contents.state !== 'known') return [];
    const names = new Set(contents.value.volumes.map(({ name }) => name));
    const seen = { where, shared, names, namesIn: (volname: string) => namesOf(kind, volname) };
    return storeids.map((storeid) => [storeid, seen]);
  });
  const byVg = Map.groupBy(knownOrNull(sources.lvm)?.lvs ?? [], ({ vgName }) => vgName);
  const groups = storage.storages.flatMap(({ storeid, shared, properties }): [string, SeenPlace][] => {
    const where = properties['vgname'] ?? '';
    const lvs = byVg.get(where);
    if (lvs === undefined) return [];
    return [[storeid, { where, shared, names: new Set(lvs.map(({ lvName }) => lvName)), namesIn: lvNamesIn }]];
  });
  return new Map([...places, ...groups]);
}

const lvNamesIn = (volname: string): readonly string[] =>
  volname.split('/').filter((name) => decodeGuestVolume(name) !== null);

/** A storage that is not shared means another place on each node. */
const meansThisPlace = ({ node }: GuestConfig, { shared }: SeenPlace, { cluster }: UnsettledFacts): boolean =>
  shared || node === cluster.nodeName;

/** PVE makes it anew at the next start (qemu-server src/PVE/QemuServer/Cloudinit.pm commit_cloudinit_disk). */
export const isMadeAnew = (name: string): boolean => /(?:^|\/)vm-\d+-cloudinit(?:\.\w+)?$/.test(name);

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The name of a disk in those that PVE gives it: `base-103-disk-0`, `snap-s1-vm-103-disk-0.qcow2`, `snap_vm-103-disk-0_s1.qcow2`. */
export const stemOf = (name: string): string => /(?:vm|base|subvol|basevol)(-\d+-[^_.@]+)/.exec(name)?.[1] ?? name;

function whyMissing(missing: readonly Missing[], { name, vmids }: SuspectVolume): string | null {
  const own = missing.filter(({ vmid }) => vmids.includes(vmid));
  const one = own.find((other) => stemOf(other.name) === stemOf(name)) ?? own[0] ?? missing[0];
  return one === undefined ? null : `guest ${one.vmid} names ${one.volid}, which is not there; this may be it`;
}

/** Tasks that change what a configuration names, or the name of a volume, and those of them that destroy or make a guest anew. */
const CHANGES =
  /^(?:(?:qm|vz)(?:destroy|create|restore|clone|migrate|template|rollback|snapshot|delsnapshot)|qm(?:config|move|suspend)|move_volume)$/;

/** Of these those that make, name anew or remove no more than what they say themselves. */
const SETTLES = /^(?:qm|vz)(?:destroy|create|restore)$/;

const endedWell = ({ status }: FinishedTask): boolean => /^(?:OK$|WARNINGS)/.test(status);

interface BrokenTasks {
  /** The last task of each guest, where it did not end well. */
  readonly ended: ReadonlyMap<number, FinishedTask>;
  /** Tasks without an end whose process is gone. */
  readonly died: ReadonlyMap<number, Task>;
  /** Why nobody knows how the tasks ended; null where it is known. */
  readonly unread: string | null;
}

function brokenTasks({ finishedTasks, activity }: UnsettledSources): BrokenTasks {
  const last = new Map<number, FinishedTask>();
  for (const task of knownOrNull(finishedTasks)?.tasks ?? [])
    if (CHANGES.test(task.type)) for (const vmid of task.vmids) last.set(vmid, task);
  const died = (knownOrNull(activity)?.died ?? []).filter(({ type }) => CHANGES.test(type) && !SETTLES.test(type));
  return {
    ended: new Map([...last].filter(([, task]) => !SETTLES.test(task.type) && !endedWell(task))),
    died: new Map(died.flatMap((task) => task.vmids.map((vmid) => [vmid, task] as const))),
    unread: finishedTasks.state === 'unreadable' ? whyNot(finishedTasks) : null,
  };
}

function whyBroken({ ended, died, unread }: BrokenTasks, { vmids, createdAt }: SuspectVolume): string | null {
  for (const vmid of vmids) {
    const dead = died.get(vmid);
    if (dead !== undefined) return `task ${dead.type} of guest ${vmid} has no end and no process; ${MAY_HAVE_RENAMED}`;
    const task = ended.get(vmid);
    if (task === undefined || (createdAt !== null && Date.parse(createdAt) > Date.parse(task.endedAt))) continue;
    const how = `${task.type} of ${task.user}, ended ${minuteOf(task.endedAt)} with: ${task.status}`;
    return `the last task of guest ${vmid} did not end well (${how}); ${MAY_HAVE_RENAMED}`;
  }
  return unread === null ? null : `how the last task of guest ${vmids[0]} ended is not known: ${unread}`;
}

const MAY_HAVE_RENAMED = 'it may have given this volume its name, and written no configuration';
