import type { Datacenter, Guests } from './pve.ts';

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
