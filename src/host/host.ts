import type { Member } from '../model/cluster/cluster-view.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { Beneath, LeftBehind, ServerAnswer } from '../model/mounts/mounts.ts';
import type { Server } from '../model/mounts/remote-filesystems.ts';
import type { ProblemKind, Reading } from '../model/reading.ts';
import type { CephRequest } from '../model/volumes/ceph-questions.ts';
import type { CommandName } from './commands.ts';

/** `lstat` of a path. */
export interface FileStat {
  /** File type and permission bits, as st_mode. */
  readonly mode: number;
  readonly inode: number;
  /** Device that holds the file, `major:minor`. */
  readonly device: string;
  readonly modifiedMs: number;
}

/** A node that was asked over ssh, with the time by this node's clock. */
export interface NodeAnswer {
  readonly askedAt: string;
  readonly answeredAt: string;
  readonly result: CommandResult;
}

export type NodeAddress = Pick<Member, 'name' | 'ip'>;

/** A question to a path that may hang, asked in a child. */
export interface ProbeRequest {
  /**
   * `statfs` of a mount point, `stat` of its directory, whether root may write there, the text of a small file inside a container, or
   * what images are in a directory (list-volumes.ts says in which form).
   */
  readonly kind: 'statfs' | 'stat' | 'access' | 'read' | 'volumes';
  readonly path: string;
  /** What hangs if it hangs: while an earlier probe of the same key still waits, no other one is started. */
  readonly key: string;
  readonly deadlineMs: number;
}

/** Files that are looked for among those that are open. */
export interface WantedFiles {
  readonly inodes: readonly number[];
  /** Files, and directories with all that is in them. */
  readonly paths: readonly string[];
}

/** The inode is 0 where the path says it. The path is as the process sees it. */
export type OpenFile = readonly [pid: number, inode: number, path: string];

/** To read the open files of all processes: thousands of them, with a hundred each. */
export const OPEN_FILES_MS = 15_000;

/** What a probe reads of a file. No fstab is longer; a container may put anything there. */
export const MOST_PROBED_BYTES = 65_536;

/** What a replay says of a probe that its capture does not hold, because an older version did not ask. */
export const NOT_RECORDED = 'not recorded';

/** The name of a probe in a capture. */
export const probeName = ({ kind, path }: ProbeRequest): string => `${kind} ${path}`;

export interface ProbeResult {
  readonly outcome: 'exited' | 'killed' | 'timed-out' | 'not-started';
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** The process that still waits, of this run or an earlier one. */
  readonly leftBehind: LeftBehind | null;
}

/** A directory to add up: beneath what is mounted on it, or inside a container. */
export interface BeneathRequest {
  readonly path: string;
  /** The mount point of the file system beneath; null: `root` is looked into as it is. */
  readonly bindFrom: string | null;
  /** Where the way to the path starts; no link is followed on it. */
  readonly root: string;
}

/**
 * The only way to a node while checking. Everything read by it can be recorded and replayed, so the production
 * path is what the tests run. No method throws; every one has a deadline; none changes the node.
 * `absent` means that the path does not exist.
 */
export interface Host {
  /** `kernelNames`: the block devices that LVM is shown, where the command takes them. */
  readonly run: (command: CommandName, kernelNames?: readonly string[]) => Promise<CommandResult>;
  /** Whole files, decoded as UTF-8 with replacement; results in the order of the paths. */
  readonly readFiles: (paths: readonly string[]) => Promise<readonly Reading<string>[]>;
  /** Names in directories, sorted. */
  readonly listDirs: (paths: readonly string[]) => Promise<readonly Reading<readonly string[]>[]>;
  /** Targets of symbolic links, as text: nothing is followed. */
  readonly readLinks: (paths: readonly string[]) => Promise<readonly Reading<string>[]>;
  /** lstat. */
  readonly stats: (paths: readonly string[]) => Promise<readonly Reading<FileStat>[]>;
  /**
   * For every process, the block devices that it has open: `[pid, 'major:minor']`. Only descriptors whose link leads
   * into /dev are looked at, so no remote file system is touched. `until`, on the clock of `elapsedMs`: several calls share
   * one deadline.
   */
  readonly openBlockDevices: (
    pids: readonly number[],
    until: number,
  ) => Promise<Reading<readonly (readonly [number, string])[]>>;
  /** Which of these files processes have open, or work in. Nothing but the kernel is asked. `until`: as for block devices. */
  readonly openFiles: (
    pids: readonly number[],
    wanted: WantedFiles,
    until: number,
  ) => Promise<Reading<readonly OpenFile[]>>;
  /** statfs of the local root file system. */
  readonly rootCapacity: () => Promise<Reading<{ readonly totalBytes: number; readonly availableBytes: number }>>;
  /** One child each, all at once; every answer is there at its deadline, whatever the child does. */
  readonly probe: (requests: readonly ProbeRequest[]) => Promise<readonly ProbeResult[]>;
  /** Files in directories, in children; `absent` where there is no such directory. */
  readonly lookBeneath: (requests: readonly BeneathRequest[]) => Promise<readonly Reading<Beneath>[]>;
  /** Whether servers accept a TCP connection. Nothing is sent. */
  readonly knock: (servers: readonly Server[], deadlineMs: number) => Promise<readonly ServerAnswer[]>;
  /** What Ceph says of RBD images, one child each, all at once. */
  readonly askCeph: (requests: readonly CephRequest[]) => Promise<readonly CommandResult[]>;
  /** Asks other nodes over ssh how they are, all at once; null where nobody wants to (`--fresh`). */
  readonly askNodes: ((nodes: readonly NodeAddress[]) => Promise<readonly NodeAnswer[]>) | null;
  readonly now: () => Date;
  /** Monotonic milliseconds, for durations; a replay answers 0. */
  readonly elapsedMs: () => number;
  /** Waits between two reads; a replay does not. */
  readonly pause: (ms: number) => Promise<void>;
}

/** The one path of a bulk call, for callers that read a single thing. */
export async function readFile(host: Host, path: string): Promise<Reading<string>> {
  const [reading] = await host.readFiles([path]);
  if (reading === undefined) throw new Error(`no answer for ${path}`);
  return reading;
}

export async function listDir(host: Host, path: string): Promise<Reading<readonly string[]>> {
  const [reading] = await host.listDirs([path]);
  if (reading === undefined) throw new Error(`no answer for ${path}`);
  return reading;
}

/** Devices, guests and metadata come and go while we look: what may be of two moments is read again, three times at most. */
export async function lookAgain<T>(
  host: Pick<Host, 'pause'>,
  look: () => Promise<Reading<T>>,
  kinds: readonly ProblemKind[] = CHURN,
): Promise<Reading<T>> {
  let reading = await look();
  for (
    let attempt = 1;
    attempt < 3 && reading.state === 'unreadable' && kinds.includes(reading.problem.kind);
    attempt++
  ) {
    await host.pause(200);
    reading = await look();
  }
  return reading;
}

/** A device that goes between two ioctls makes dmsetup end with exit status 1. */
const CHURN: readonly ProblemKind[] = ['failed', 'truncated', 'malformed'];
