import { collectBlockDevices } from '../collectors/block-devices.ts';
import { collectDeviceMapper } from '../collectors/device-mapper.ts';
import { collectLvm } from '../collectors/lvm.ts';
import { collectProcesses } from '../collectors/processes.ts';
import { collectTargetStatuses } from '../collectors/target-status.ts';
import type { Host } from '../host/host.ts';
import type { VolumeSections } from '../repair/conditions.ts';

/** Device-mapper and LVM alone: what a step was to change, read again right after it. */
export async function lookAtVolumes(host: Host): Promise<VolumeSections> {
  const deviceMapper = await collectDeviceMapper(host);
  const blockDevices = await collectBlockDevices(host, deviceMapper);
  const targetStatuses = await collectTargetStatuses(host, deviceMapper);
  const processes = await collectProcesses(host);
  return { deviceMapper, lvm: await collectLvm(host, deviceMapper, { blockDevices, targetStatuses, processes }) };
}
