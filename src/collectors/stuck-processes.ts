import type { Host } from '../host/host.ts';
import { hasLostBytes } from '../model/believable.ts';
import type { ProcessTable } from '../model/host-facts.ts';
import { isWithin } from '../model/mounts/mount-tree.ts';
import {
  type Containers,
  type HostMounts,
  PROBE_FORMAT,
  type SeenMount,
  type StuckProcess,
  type StuckProcesses,
} from '../model/mounts/mounts.ts';
import { isRemote } from '../model/mounts/remote-filesystems.ts';
import { known, knownOf, type Reading } from '../model/reading.ts';
import { parseCgroupGuest, parseProcessOwner, parseProcessStat } from '../parse/processes.ts';

export interface StuckSources {
  readonly processes: Reading<ProcessTable>;
  readonly mounts: Reading<HostMounts>;
  readonly containers: Reading<Containers>;
}

/** A wait for a disk is over by then, as a rule. */
const APART_MS = 1000;

/** A dead server makes hundreds. All are counted; of the first it is found out what they wait for. */
const MOST = 100;

const FILE_DEADLINE_MS = 2000;

interface Candidate {
  readonly pid: number;
  readonly command: string;
  /** Made by kthreadd, process 2: it has no command line. */
  readonly isKernel: boolean;
}

const KTHREADD = 2;

/**
 * Processes in uninterruptible sleep, twice a second apart, while there are remote mounts. Which one it is, is told by their
 * directories and open files, which are read as links so that nothing is touched, or by their arguments; a `df` or a `sync`
 * names none.
 */
export async function collectStuckProcesses(host: Host, sources: StuckSources): Promise<Reading<StuckProcesses>> {
  const { processes, mounts, containers } = sources;
  if (processes.state !== 'known') return processes;
  if (mounts.state !== 'known') return mounts;
  const remote = mounts.value.mounts.filter(({ fsType, source }) => isRemote(fsType, source));
  const inner = containers.state === 'known' ? containers.value.containers : [];
  const places = new Map([
    [null, remote] as const,
    ...inner.map(
      ({ vmid, mounts: own }) => [vmid, own.filter(({ fsType, source }) => isRemote(fsType, source))] as const,
    ),
  ]);
  if ([...places.values()].every((list) => list.length === 0)) return known({ processes: [], gaps: [] });
  const asleep = await stillAsleep(host, processes.value);
  const described = await Promise.all(asleep.slice(0, MOST).map((candidate) => describe(host, candidate, places)));
  return known({
    processes: [
      ...described.flatMap((one) => (one === null || 'gap' in one ? [] : [one])),
      ...asleep.slice(MOST).map(({ pid, command }) => ({ pid, command, vmid: null, wchan: '', targets: [] })),
    ],
    gaps: described.flatMap((one) => (one !== null && 'gap' in one ? [one.gap] : [])),
  });
}

async function stillAsleep(host: Host, { byPid }: ProcessTable): Promise<readonly Candidate[]> {
  const before = [...byPid].filter(([, { state }]) => state === 'D');
  if (before.length === 0) return [];
  await host.pause(APART_MS);
  const texts = await host.readFiles(before.map(([pid]) => `/proc/${pid}/stat`));
  return knownOf(before, texts).flatMap(([[pid, row], text]) => {
    const now = parseProcessStat(text).value;
    return now?.state === 'D' && now.startTicks === row.startTicks
      ? [{ pid, command: row.command, isKernel: row.parentPid === KTHREADD }]
      : [];
  });
}

const isUnreadable = ({ state }: Reading<string>): boolean => state === 'unreadable';

type Places = ReadonlyMap<number | null, readonly SeenMount[]>;

/** The command line waits for the memory lock of a process that hangs in a page fault, so a child reads it. */
async function describe(
  host: Host,
  { pid, command, isKernel }: Candidate,
  places: Places,
): Promise<StuckProcess | { readonly gap: string } | null> {
  const path = `/proc/${pid}`;
  const [[wchan, cgroup], [fds], [cmdline]] = await Promise.all([
    host.readFiles([`${path}/wchan`, `${path}/cgroup`]),
    host.listDirs([`${path}/fd`]),
    host.probe([{ kind: 'read', path: `${path}/cmdline`, key: `cmdline ${pid}`, deadlineMs: FILE_DEADLINE_MS }]),
  ]);
  const open = fds?.state === 'known' ? fds.value.map((name) => `${path}/fd/${name}`) : [];
  const links = await host.readLinks([`${path}/cwd`, ...open]);
  const text = cmdline?.stdout ?? '';
  // A probe of ours, of an earlier run too: MNT001 tells of that mount, and nobody waits for this process.
  if (text.split('\0').includes(PROBE_FORMAT)) return null;
  const named = [...links.flatMap((link) => (link.state === 'known' ? [link.value] : [])), ...text.split('\0')];
  const vmid =
    (cgroup?.state === 'known' ? parseCgroupGuest(cgroup.value) : null) ?? parseProcessOwner(text, '').value.vmid;
  const mounts = places.get(vmid) ?? places.get(null) ?? [];
  const targets = mounts.map(({ target }) => target).filter((target) => named.some((name) => isWithin(name, target)));
  // Every argument ends with a NUL byte (proc_pid_cmdline(5)).
  const isWhole =
    cmdline?.outcome === 'exited' && cmdline.exitCode === 0 && (isKernel || text.endsWith('\0')) && !hasLostBytes(text);
  const isHidden = fds?.state !== 'known' || links[0]?.state !== 'known' || links.some(isUnreadable);
  const isBlind = isHidden || !isWhole;
  // The kernel's own wait for disks and for servers alike; those that wait for a mount have its name in none of these.
  if (targets.length === 0 && isKernel && !isBlind) return null;
  if (targets.length === 0 && isBlind)
    return { gap: `process ${pid} (${command}): what it waits for could not be read` };
  const waits = wchan?.state === 'known' && wchan.value !== '0' ? wchan.value.trim() : '';
  return { pid, command, vmid, wchan: waits, targets: [...new Set(targets)] };
}
