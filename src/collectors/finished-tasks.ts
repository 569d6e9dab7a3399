import type { Host } from '../host/host.ts';
import type { FinishedTask } from '../model/guests/finished-task.ts';
import { parseTaskIndex } from '../parse/tasks.ts';

/** Older first. PVE begins a new one at about 50 KB and keeps the others (pve-manager bin/pveupdate, task log rotation). */
const INDEXES = ['/var/log/pve/tasks/index.1', '/var/log/pve/tasks/index'] as const;

/** Tasks of guests that ended on this node, oldest first. For people to read: what cannot be read is left out. */
export async function collectFinishedTasks(host: Host): Promise<readonly FinishedTask[]> {
  const texts = await host.readFiles(INDEXES);
  return texts.flatMap((text) => (text.state === 'known' ? parseTaskIndex(text.value).value : []));
}
