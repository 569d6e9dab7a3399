import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Journal, waitFor } from './journal.ts';

/** What is in flight: locks that are really held and tasks whose process really runs. */
export class Activity {
  readonly #journal: Journal;
  readonly #node: string;

  constructor(journal: Journal, node: string) {
    this.#journal = journal;
    this.#node = node;
  }

  /** PVE's lock of a guest's configuration, held by flock(1). */
  lockVm(vmid: number): number {
    return this.flock(`/var/lock/qemu-server/lock-${vmid}.conf`);
  }

  lockContainer(vmid: number): number {
    return this.flock(`/run/lock/lxc/pve-config-${vmid}.lock`);
  }

  flock(path: string): number {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    const holder = this.#journal.background(['flock', '-x', path, 'sleep', '100000']);
    const inode = this.#journal.run(['stat', '-c', '%i', path]).stdout.trim();
    waitFor(`${path} is locked`, () => readFileSync('/proc/locks', 'utf8').includes(`:${inode} `));
    return holder;
  }

  /** The lock's file is there and nobody holds it, which is how they all look most of the time. */
  leaveLockFile(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }

  /** A worker that runs, in PVE's list of active tasks (INotify.pm read_active_workers). */
  startTask(type: string, id: string): number {
    const pid = this.#journal.background(['sleep', '100000']);
    this.#list(type, id, pid, startTime(pid), '0');
    return pid;
  }

  /** A line that a crash left behind: its process is gone, another one may have the pid. */
  leaveTask(type: string, id: string): void {
    this.#list(type, id, process.pid, startTime(process.pid) + 7, '0');
  }

  #list(type: string, id: string, pid: number, started: number, rest: string): void {
    const now = Math.floor(Date.now() / 1000);
    const numbers = [pid, started, now].map((number) => number.toString(16).toUpperCase().padStart(8, '0'));
    const upid = `UPID:${this.#node}:${numbers.join(':')}:${type}:${id}:root@pam:`;
    mkdirSync('/var/log/pve/tasks', { recursive: true });
    appendFileSync('/var/log/pve/tasks/active', `${upid} ${rest}\n`);
    this.#journal.note(`task ${upid}`);
  }
}

/** Field 22 of /proc/<pid>/stat; the command in parentheses may hold blanks. */
function startTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}
