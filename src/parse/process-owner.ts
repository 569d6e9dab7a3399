import type { Parsed, Reading } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';

/** Whose a process is. */
export interface ProcessOwner {
  /** Real user number; null when the text does not say. */
  readonly uid: number | null;
  /** The guest that the command line names; null for a process of none. */
  readonly vmid: number | null;
}

/** swtpm and qemu-storage-daemon have no `-id`, but sockets and pid files of their guest (qemu-server QemuServer.pm). */
const GUEST_PATH = /\/run\/qemu-server\/(?:qsd-)?(\d+)[./]/;

/**
 * Whether root of the node itself runs it, by /proc/<pid>/status, or may run it where that could not be read: whoever may give
 * a process its name inside a container must not pass for a service of PVE.
 */
export const mayBeRootOfNode = (status: Reading<string> | undefined): boolean =>
  status?.state !== 'known' || (/^Uid:\t0\t/m.test(status.value) && !/^NSpid:\t\d+\t/m.test(status.value));

/** From /proc/<pid>/cmdline, where NUL ends each argument, and /proc/<pid>/status. */
export function parseProcessOwner(commandLine: string, status: string): Parsed<ProcessOwner> {
  const args = commandLine.split('\0');
  // PVE runs QEMU with `-id <vmid>` (qemu-server QemuServer.pm config_to_command).
  const id = args[args.indexOf('-id') + 1];
  const named = args.includes('-id') ? id : GUEST_PATH.exec(commandLine)?.[1];
  const uid = /^Uid:\t(\d+)/m.exec(status)?.[1];
  return { value: { uid: wholeNumber(uid), vmid: wholeNumber(named) }, problems: [] };
}
