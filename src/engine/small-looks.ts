import { collectFinishedTasks } from '../collectors/activity.ts';
import { collectDeviceMapper } from '../collectors/device-mapper.ts';
import type { Host } from '../host/host.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import type { LastTasks } from '../model/guests/pve.ts';
import { knownOrNull, type Reading } from '../model/reading.ts';

/** Device-mapper alone, right before a device is changed and right after it. */
export const readDeviceMapper = (host: Host): Promise<Reading<DeviceMapper>> => collectDeviceMapper(host);

/** The newest task of each guest that this node's log has. For people to read: what cannot be read is left out. */
export async function lastTasks(host: Host): Promise<LastTasks> {
  const { tasks } = knownOrNull(await collectFinishedTasks(host)) ?? { tasks: [] };
  return new Map(tasks.flatMap((task) => task.vmids.map((vmid) => [vmid, task] as const)));
}
