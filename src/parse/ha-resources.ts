import type { HaResources } from '../model/guests/ha.ts';

/**
 * `vm: 100` or `ct: 101` with indented properties below (pve-ha-manager src/PVE/HA/Resources/PVEVM.pm over pve-common
 * src/PVE/SectionConfig.pm). Other lines mean nothing.
 */
export function parseHaResources(text: string): HaResources {
  const managed = new Map<number, string>();
  let vmid: number | null = null;
  for (const line of text.split('\n')) {
    const header = /^(?:vm|ct|service):\s*(?:(?:vm|ct):)?([1-9]\d{2,8})\s*$/.exec(line)?.[1];
    if (header !== undefined) {
      vmid = Number(header);
      managed.set(vmid, 'started');
    } else if (line.trim() === '') vmid = null;
    const state = /^\s+state\s+(\S+)\s*$/.exec(line)?.[1];
    if (vmid !== null && state !== undefined) managed.set(vmid, state === 'enabled' ? 'started' : state);
  }
  return { managed };
}
