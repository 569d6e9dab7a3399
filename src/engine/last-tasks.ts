import { collectFinishedTasks } from '../collectors/finished-tasks.ts';
import type { Host } from '../host/host.ts';
import type { LastTasks } from '../model/guests/finished-task.ts';

/** The newest task of each guest that this node's log has. */
export async function lastTasks(host: Host): Promise<LastTasks> {
  const tasks = await collectFinishedTasks(host);
  return new Map(tasks.flatMap((task) => task.vmids.map((vmid) => [vmid, task] as const)));
}
