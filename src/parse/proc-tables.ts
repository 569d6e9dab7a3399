import { hasLostBytes } from '../model/believable.ts';
import type { DrbdDevice } from '../model/paths/disks.ts';
import { type Parsed, quoted } from '../model/reading.ts';
import { completeLines, wholeNumber } from './complete-lines.ts';
import { unescapeOctal } from './escaped-bytes.ts';

/** A flock that a process holds. */
export interface HeldFlock {
  readonly inode: number;
  /** `major:minor` in decimal. */
  readonly device: string;
  readonly pid: number;
}

/** `1: FLOCK  ADVISORY  WRITE 1234 00:1a:567 0 EOF`; waiters have `->` after the colon (fs/locks.c lock_get_status). */
const HELD = /^\d+: (\S+) +\S+ +\S+ +(-?\d{1,10}) (?:([0-9a-f]{1,8}):([0-9a-f]{1,8}):(\d{1,20})|<none>:0) /;
const WAITING = /^\d+: +-> /;

/** Locks of /proc/locks that are held and made by flock(2), as PVE makes all of its own (PVE::Tools lock_file_full). */
export function parseProcLocks(text: string): Parsed<readonly HeldFlock[]> {
  const locks: HeldFlock[] = [];
  const problems: string[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') problems.push('its last line is cut');
  lines.forEach((line, index) => {
    const [, type, pid, major = '', minor = '', inode] = HELD.exec(line) ?? [];
    if (type === undefined && !WAITING.test(line)) problems.push(`line ${index + 1} is not a lock`);
    if (type !== 'FLOCK' || inode === undefined) return;
    const device = `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`;
    locks.push({ inode: Number(inode), device, pid: Number(pid) });
  });
  return { value: locks, problems };
}

/** Thousands of sockets are others'. */
const OF_CONTAINERS = '@/var/lib/lxc/';

/**
 * VMIDs of running containers: each has an abstract socket `@/var/lib/lxc/<vmid>/command` in /proc/net/unix
 * (pve-container src/PVE/LXC.pm list_active_containers).
 */
export function parseRunningContainers(text: string): readonly number[] {
  const vmids = new Set<number>();
  if (!text.includes(OF_CONTAINERS)) return [];
  for (const line of text.split('\n')) {
    if (!line.includes(OF_CONTAINERS)) continue;
    const match = /^[a-f0-9]+:\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+\d+\s+@\/var\/lib\/lxc\/(\d{1,10})\/command$/.exec(line);
    if (match) vmids.add(Number(match[1]));
  }
  return [...vmids];
}

/** The heading of the table (net/unix/af_unix.c unix_seq_show). */
const HEADING = /^Num +RefCount +Protocol +Flags +Type +St +Inode +Path *\n/;

/** Why a text cannot be the whole table; null when it can. A node has sockets always, those of systemd at least. */
export function netUnixComplaint(text: string): string | null {
  if (!HEADING.test(text)) return 'it is not the list of unix sockets';
  if (!text.endsWith('\n')) return 'its last line is cut';
  if (hasLostBytes(text)) return 'it holds bytes that are no UTF-8';
  return text.indexOf('\n') === text.length - 1 ? 'it lists no socket at all' : null;
}

export interface Swap {
  readonly path: string;
  readonly type: 'partition' | 'file';
}

/** `path type size used priority`, after a heading (kernel mm/swapfile.c swap_show). */
const LINE = /^(\S+)\s+(partition|file)\s+\d+\s+\d+\s+-?\d+$/;

export function parseProcSwaps(text: string): Parsed<readonly Swap[]> {
  const lines = completeLines(text);
  const [heading = '', ...rest] = lines.value;
  const problems = [...lines.problems];
  if (!heading.startsWith('Filename')) problems.push(`not the heading of /proc/swaps: ${quoted(heading)}`);
  const swaps: Swap[] = [];
  for (const line of rest) {
    const match = LINE.exec(line);
    const type = match?.[2];
    // A swap device that was removed meanwhile has ` (deleted)` after its path (fs/seq_file.c seq_file_path).
    const path = unescapeOctal(match?.[1] ?? '').replace(/ \(deleted\)$/, '');
    if (path !== '' && (type === 'partition' || type === 'file')) swaps.push({ path, type });
    else problems.push(`not a swap area: ${quoted(line)}`);
  }
  return { value: swaps, problems };
}

/** ` 0: cs:WFConnection ro:Secondary/Unknown ds:Inconsistent/DUnknown C r----s` (drbd 8.4 drbd_proc.c). */
const DEVICE = /^\s*(\d+): cs:(\S+) ro:(\S+?)\/\S+ ds:([^\s/]+)\/(\S+) /;

/** A minor that is not configured. */
const UNUSED = /^\s*(\d+): cs:Unconfigured\b/;

/** The minors of /proc/drbd. DRBD 9 prints its version alone there. */
export function parseProcDrbd(text: string): Parsed<readonly DrbdDevice[]> {
  const lines = completeLines(text);
  const problems = [...lines.problems];
  const value: DrbdDevice[] = [];
  for (const line of lines.value) {
    if (!/^\s*\d+: /.test(line)) continue;
    const unused = UNUSED.exec(line);
    const words = unused === null ? DEVICE.exec(line) : [line, unused[1], 'Unconfigured'];
    const [, number, connection = '', role = '', disk = '', peerDisk = ''] = words ?? [];
    const minor = wholeNumber(number);
    if (minor === null) problems.push(`not a device of DRBD: ${quoted(line)}`);
    else value.push({ minor, connection, role, disk, peerDisk });
  }
  if (!/^version: /.test(text)) problems.push('no version of DRBD in the first line');
  return { value, problems };
}
