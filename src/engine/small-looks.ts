import { collectFinishedTasks } from '../collectors/activity.ts';
import { collectBlockDevices } from '../collectors/block-devices.ts';
import { collectDeviceMapper } from '../collectors/device-mapper.ts';
import { collectLvm } from '../collectors/lvm.ts';
import { collectProcesses } from '../collectors/processes.ts';
import { collectTargetStatuses } from '../collectors/target-status.ts';
import type { Host } from '../host/host.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import type { LastTasks } from '../model/guests/pve.ts';
import { knownOrNull, type Reading } from '../model/reading.ts';
import type { VolumeSections } from '../repair/conditions.ts';

/** Device-mapper alone, for the last look before a device is changed. */
export const readDeviceMapper = (host: Host): Promise<Reading<DeviceMapper>> => collectDeviceMapper(host);

/** Device-mapper and LVM alone: what a step was to change, read again right after it. */
export async function lookAtVolumes(host: Host): Promise<VolumeSections> {
  const deviceMapper = await collectDeviceMapper(host);
  const blockDevices = await collectBlockDevices(host, deviceMapper);
  const targetStatuses = await collectTargetStatuses(host, deviceMapper);
  const processes = await collectProcesses(host);
  return { deviceMapper, lvm: await collectLvm(host, deviceMapper, { blockDevices, targetStatuses, processes }) };
}

/** The newest task of each guest that this node's log has. For people to read: what cannot be read is left out. */
export async function lastTasks(host: Host): Promise<LastTasks> {
  const { tasks } = knownOrNull(await collectFinishedTasks(host)) ?? { tasks: [] };
  return new Map(tasks.flatMap((task) => task.vmids.map((vmid) => [vmid, task] as const)));
}
