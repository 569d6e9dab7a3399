import type { FinishedTask } from '../model/guests/pve.ts';
import type { Parsed } from '../model/reading.ts';

/** A line of /var/log/pve/tasks/active. */
export interface ActiveTask {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  /** Start time of the process, field 22 of /proc/<pid>/stat. */
  readonly processStart: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  /** An end is recorded. Without one it may still run, or its worker may have died without a trace. */
  readonly ended: boolean;
}

/** pve-common src/PVE/INotify.pm read_active_workers: UPID, saved, and when it ended also when and how. */
const LINE = /^([^ \t\n\r\f\v]+)[ \t\n\r\f\v][01]([ \t\n\r\f\v][0-9A-Za-z]{8}([ \t\n\r\f\v].+)?)?$/s;

/**
 * `UPID:NODE:PID:PSTART:START:TYPE:ID:USER:` (src/PVE/UPID.pm decode), numbers in hexadecimal. Releases differ in whether
 * a slash may stand in the last three.
 */
const UPID = /^UPID:([a-zA-Z0-9-]+):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):[0-9A-Fa-f]{8}:([^:\s]+):([^:\s]*):([^:\s]+):$/;

export function parseActiveTasks(text: string): Parsed<readonly ActiveTask[]> {
  const tasks: ActiveTask[] = [];
  const problems: string[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') problems.push('its last line is cut');
  lines.forEach((line, index) => {
    const [, upid = '', end] = LINE.exec(line) ?? [];
    const task = parseUpid(upid, end !== undefined);
    if (task === null) problems.push(`line ${index + 1} is not a task`);
    else tasks.push(task);
  });
  return { value: tasks, problems };
}

function parseUpid(upid: string, ended: boolean): ActiveTask | null {
  const [, node = '', pid = '', start = '', type = '', id = '', user = ''] = UPID.exec(upid) ?? [];
  if (user === '') return null;
  return {
    ...{ upid, node, type, id, user, ended },
    pid: Number.parseInt(pid, 16),
    processStart: Number.parseInt(start, 16),
  };
}

/** `task UPID:…`, in place of a worker's command line, with NUL bytes after it; null where it is no such title. */
export const parseWorkerTitle = (commandLine: string): ActiveTask | null =>
  parseUpid(/^task (UPID:[^\0\s]*)\0*$/.exec(commandLine)?.[1] ?? '', false);

/** Types whose id is a VMID, or several: `100`, `100-scsi0>101-scsi1` (qmmove), `100@local-lvm` (imgdel). */
const GUEST_TYPE = /^(?:qm|vz|ha(?:start|stop|migrate)$|resize$|move_volume$|imgdel$)/;

/** VMIDs that a task's id names; empty when the task may concern any guest. */
export function taskVmids(type: string, id: string): readonly number[] {
  if (!GUEST_TYPE.test(type)) return [];
  return id.split('>').flatMap((part) => {
    const digits = /^([1-9]\d{2,8})(?=$|[-@])/.exec(part)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
}

/**
 * Types that never make, change or remove a guest's volume: consoles, packages, services, certificates, Ceph, and files
 * on directory storages (the fork_worker calls of pve-manager, qemu-server, pve-container, pve-storage). Every other
 * type counts.
 */
const LEAVES_VOLUMES =
  /^(?:vnc|spice|term|apt|srv|acme|ceph|cluster)|^(?:download|ociregistrypull|prunebackups|pull_file|push_file|pbs-download)$/;

export const touchesVolumes = (type: string): boolean => !LEAVES_VOLUMES.test(type);

/** PVE's own name for a kind of task, where it decides what is judged. */
export const isTaskType = (type: string): boolean => GUEST_TYPE.test(type) || LEAVES_VOLUMES.test(type);

/** `UPID ENDTIME STATUS` (pve-common src/PVE/RESTEnvironment.pm fork_worker; pve-manager PVE/API2/Tasks.pm), newest last. */
const FINISHED =
  /^UPID:([a-zA-Z0-9-]+):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+): ([0-9A-Fa-f]{8}) (.*)$/;

/** /var/log/pve/tasks/index: what is not a task of a guest, or not understood, is left out. */
export function parseTaskIndex(text: string): Parsed<readonly FinishedTask[]> {
  const value = text.split('\n').flatMap((line): readonly FinishedTask[] => {
    const [, node = '', start = '', type = '', id = '', user = '', end = '', status = ''] = FINISHED.exec(line) ?? [];
    const vmids = taskVmids(type, id);
    if (vmids.length === 0) return [];
    return [{ node, type, vmids, user, status, startedAt: timeOf(start), endedAt: timeOf(end) }];
  });
  return { value, problems: [] };
}

const timeOf = (hex: string): string => new Date(Number.parseInt(hex, 16) * 1000).toISOString();
