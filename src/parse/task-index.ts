import type { FinishedTask } from '../model/guests/finished-task.ts';
import type { Parsed } from '../model/reading.ts';
import { taskVmids } from './active-tasks.ts';

/** `UPID ENDTIME STATUS` (pve-common src/PVE/RESTEnvironment.pm fork_worker; pve-manager PVE/API2/Tasks.pm), newest last. */
const LINE =
  /^UPID:([a-zA-Z0-9-]+):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+): [0-9A-Fa-f]{8} (.*)$/;

/** /var/log/pve/tasks/index: what is not a task of a guest, or not understood, is left out. */
export function parseTaskIndex(text: string): Parsed<readonly FinishedTask[]> {
  const value = text.split('\n').flatMap((line): readonly FinishedTask[] => {
    const [, node = '', start = '', type = '', id = '', user = '', status = ''] = LINE.exec(line) ?? [];
    const vmids = taskVmids(type, id);
    if (vmids.length === 0) return [];
    const startedAt = new Date(Number.parseInt(start, 16) * 1000).toISOString();
    return [{ node, type, vmids, user, status, startedAt }];
  });
  return { value, problems: [] };
}
