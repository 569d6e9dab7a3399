import type { DmDevice } from '../device-mapper/device-mapper.ts';
import { identifyUuid } from '../device-mapper/dm-uuid.ts';
import { hasCanonicalName } from '../device-mapper/duplicate-sets.ts';
import type { LvmCoverage } from '../lvm/lvm-coverage.ts';
import type { GuestVolumeKind } from './guest-volume.ts';
import type { Datacenter, Guests } from './pve.ts';

/**
 * What a leftover is for the next guest with its VMID. `entry`: only a device-mapper entry, so PVE creates the volume
 * and its activation fails. `volume`: an LV, so PVE counts it (pve-storage Plugin.pm get_next_vm_diskname) and goes on.
 */
export type Leftover = 'entry' | 'volume' | 'unknown';

/** Whether the LV of an entry is in metadata. `unknown` also when the report does not cover its disks. */
export function leftoverOf(device: DmDevice, coverage: LvmCoverage | null): Leftover {
  if (identifyUuid(device.uuid).kind !== 'lvm') return 'entry';
  const state = coverage?.stateOf(device)?.is ?? 'unknown';
  return leftovers[state];
}

const leftovers = { 'in-metadata': 'volume', gone: 'entry', unknown: 'unknown' } as const;

/** What happens when PVE makes a volume where a leftover is, as one sentence without a full stop. */
export function entryMeets(device: DmDevice, volume: string): string {
  return hasCanonicalName(device)
    ? `activating a new ${volume} on this node fails with "Device or resource busy"`
    : `nothing that PVE names ${volume} meets this entry, since its own name is ${device.name}`;
}

/** The same for a volume that is still in LVM metadata: by kind, since some names are counted and some are fixed. */
export function volumeMeets(kind: GuestVolumeKind, volume: string): string {
  switch (kind) {
    case 'disk':
    case 'base':
      return `PVE skips the number of ${volume} when it names a new disk; nothing fails`;
    case 'cloudinit':
      return `adding a cloud-init drive on this storage fails, ${volume} "already exists"`;
    case 'vmstate':
      return `a snapshot with memory, or a hibernation, that needs this name fails, ${volume} "already exists"`;
    case 'fleecing':
      return `a backup with fleecing that needs this name fails, ${volume} "already exists"`;
    case 'snapshot':
      return `a snapshot of the same volume and name fails, ${volume} "already exists"`;
    case 'being-deleted':
      return `removing a volume of the same name with saferemove fails, ${volume} "already exists"`;
    case 'custom':
      return `PVE gives new disks other names; a restore or a disk rescan adds ${volume} to the new guest as unused, and destroying it then deletes ${volume}`;
  }
}

/**
 * The VMIDs that PVE hands out next: the lowest ones of the range that no configuration of any node has (pve-manager
 * PVE/API2/Cluster.pm nextid; the upper end is exclusive). It looks at no storage and at no device.
 */
export function nextFreeVmids(guests: Guests, datacenter: Datacenter, count: number): readonly number[] {
  const taken = new Set(guests.configs.map((config) => config.vmid));
  const free: number[] = [];
  for (let vmid = datacenter.nextIdLower; vmid < datacenter.nextIdUpper && free.length < count; vmid += 1) {
    if (!taken.has(vmid)) free.push(vmid);
  }
  return free;
}
