import type { ProcessRow } from '../model/host-facts.ts';
import { harmlessName } from '../model/mounts/mount-secrets.ts';
import { type Parsed, quoted, type Reading } from '../model/reading.ts';
import { wholeNumber } from './complete-lines.ts';

/** /proc/<pid>/stat (proc_pid_stat(5)). */
export function parseProcessStat(text: string): Parsed<ProcessRow | null> {
  // The name may hold blanks and parentheses, so the last one ends it.
  const end = text.lastIndexOf(')');
  const [state = '', parent, ...rest] = text.slice(end + 2).split(' ');
  const parentPid = wholeNumber(parent);
  const startTicks = wholeNumber(rest[17]);
  const begin = text.indexOf('(');
  if (begin < 0 || end < begin || state === '' || parentPid === null || startTicks === null)
    return { value: null, problems: [`not the state of a process: ${quoted(text)}`] };
  return { value: { command: harmlessName(text.slice(begin + 1, end)), state, parentPid, startTicks }, problems: [] };
}

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

/**
 * The guest that a process belongs to, by /proc/<pid>/cgroup: `/lxc/101/ns/…` (pve-container src/PVE/LXC.pm
 * update_lxc_config; LXC's own default is `lxc.payload.101`), `/qemu.slice/100.scope` (qemu-server). The monitor, in
 * `lxc.monitor/101`, is a process of the node.
 */
export function parseCgroupGuest(text: string): number | null {
  const [, container, scope] =
    /\/lxc(?:\.payload\.|\/)(\d{1,10})(?:\/|$)|\/qemu\.slice\/(\d{1,10})\.scope/m.exec(text) ?? [];
  const digits = container ?? scope;
  return digits === undefined ? null : Number(digits);
}

/** The command line of a running VM, as far as it matters here. */
export interface QemuCmdline {
  readonly pidFile: string | null;
  /** Started to receive a migration. */
  readonly incoming: boolean;
}

/**
 * /proc/<pid>/cmdline, arguments ended by NUL (qemu-server src/PVE/QemuServer/Helpers.pm parse_cmdline, which reads one
 * line of it): null when the program is not a QEMU.
 */
export function parseQemuCmdline(text: string): QemuCmdline | null {
  const [line = ''] = text.split('\n', 1);
  const [program = '', ...rest] = line.split('\0');
  if (!program.endsWith('kvm') && !/(?:^|\/)qemu-[^/]+$/.test(program)) return null;
  const options = new Map<string, string>();
  let pending = '';
  for (const word of rest) {
    if (word === '' || word === '0') continue;
    if (word.startsWith('-')) {
      pending = word.replace(/^--?/, '');
      options.delete(pending);
    } else if (pending !== '') {
      options.set(pending, word);
      pending = '';
    }
  }
  return { pidFile: options.get('pidfile') ?? null, incoming: options.has('incoming') };
}
