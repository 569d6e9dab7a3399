import type { Facts } from '../check.ts';
import type { ClusterView, NodeView } from '../cluster/cluster-view.ts';
import type { ActivityPrint } from '../cluster/node-record.ts';
import { type Reads, reads } from '../command/command.ts';
import { SOURCE } from '../evidence.ts';
import type { Evidence } from '../finding.ts';
import type { Reading } from '../reading.ts';
import { busyGuest, type LeftOut } from '../report/not-judged.ts';
import { span } from '../time-words.ts';
import type { GuestConfig } from './pve.ts';
import type { Replication } from './replication.ts';

/** Whether anything still works on a guest of this node whose configuration says that something has begun. */
export interface GuestWork {
  readonly on: (config: GuestConfig) => Work;
}

export type Work =
  /** Nothing does, on any node, and nobody has written the configuration for a while. */
  | { readonly state: 'idle' }
  | { readonly state: 'working'; readonly because: string }
  /** Nobody can tell, for want of what this node or another one could have told; a sentence without a full stop. */
  | { readonly state: 'untold'; readonly by: 'this node' | 'others'; readonly because: string };

/**
 * A task exists before it writes its lock and until it has taken it back. What was written less than this long ago is given the
 * time that a task takes to be seen.
 */
const SETTLED_SECONDS = 600;

/** For so long the task of a lock is taken to live where nobody can tell. */
export const YOUNG_LOCK_SECONDS = 6 * 3600;

export function guestWork(
  { activity, running, cluster }: Facts<'guests' | 'activity' | 'running' | 'cluster'>,
  replication: Reading<Replication>,
  view: Reading<ClusterView>,
): GuestWork {
  const here = { tasks: activity.tasks, locks: activity.locks };
  const isAlone = cluster.clusterName === '' || cluster.isAlone === true;
  return {
    on: (config) => {
      const incoming = running.guests.find((guest) => guest.vmid === config.vmid && guest.incoming);
      if (incoming !== undefined) return { state: 'working', because: 'it runs for an incoming migration' };
      const found = workIn(here, config.vmid, true) ?? replicated(config.vmid, replication);
      if (found !== null) return { state: 'working', because: `${found} on this node` };
      if (replication.state === 'unreadable')
        return { state: 'untold', by: 'this node', because: 'whether it is being replicated could not be read' };
      const { unchangedSeconds } = config;
      if (unchangedSeconds == null) {
        // It went to another node meanwhile, or the capture is of an older version.
        const by = unchangedSeconds === null ? 'this node' : 'others';
        return { state: 'untold', by, because: `the age of ${config.path} is not known` };
      }
      if (unchangedSeconds < SETTLED_SECONDS)
        return { state: 'working', because: 'its configuration was written within the last ten minutes' };
      const told = isAlone ? ({ state: 'idle' } as const) : elsewhere(config.vmid, unchangedSeconds, view);
      return told.state === 'untold' && config.lock !== '' && unchangedSeconds < YOUNG_LOCK_SECONDS
        ? { state: 'working', because: `it was written ${span(unchangedSeconds)} ago, and ${told.because}` }
        : told;
    },
  };
}

/** What works on the guest; a task without a VMID may concern every guest of its own node. */
function workIn({ tasks, locks }: ActivityPrint, vmid: number, isItsNode: boolean): string | null {
  const task = tasks.find(({ type, vmids }) =>
    vmids.length === 0 ? isItsNode && type !== 'imgdel' : vmids.includes(vmid),
  );
  if (task !== undefined) return `task ${task.type} runs`;
  return locks.some((lock) => lock.vmid === vmid) ? 'a process holds its lock' : null;
}

const replicated = (vmid: number, replication: Reading<Replication>): string | null =>
  replication.state === 'known' && replication.value.states.some((state) => state.vmid === vmid && state.running)
    ? 'its replication runs'
    : null;

function elsewhere(vmid: number, unchangedSeconds: number, view: Reading<ClusterView>): Work {
  if (view.state !== 'known')
    return { state: 'untold', by: 'others', because: 'what the other nodes work on is not known' };
  let untold: Work | null = null;
  for (const node of view.value.nodes) {
    if (node.name === view.value.self) continue;
    const told = activityOf(node, unchangedSeconds);
    if (typeof told === 'string') {
      untold ??= { state: 'untold', by: 'others', because: told };
      continue;
    }
    const found = workIn(told, vmid, false);
    if (found !== null) return { state: 'working', because: `${found} on ${node.name}` };
  }
  return untold ?? { state: 'idle' };
}

/** What a node told after the configuration was written last, or why it tells nothing. */
function activityOf({ name, standing }: NodeView, unchangedSeconds: number): ActivityPrint | string {
  if (standing.state === 'not-judged') return `${name} may still work on it: ${standing.because}`;
  if (standing.ageSeconds >= unchangedSeconds) return `${name} was last heard before its configuration was written`;
  return standing.record.fingerprint.activity ?? `${name} did not tell its tasks`;
}

/** What proves that nothing works on a guest. */
export const idleEvidence = ({ path, unchangedSeconds }: GuestConfig): readonly Evidence[] => [
  { fact: `nobody has written the configuration for ${span(unchangedSeconds ?? 0)}`, source: path },
  { fact: 'no task, replication or held lock of this guest on any node', source: SOURCE.inFlight },
];

/** Guests that something works on, so that they are not judged for what it may have begun. */
export const busyGuests = (work: GuestWork, configs: readonly GuestConfig[]): readonly LeftOut[] =>
  configs.flatMap((config) => {
    const found = work.on(config);
    return found.state === 'working' ? [busyGuest(config.vmid, `${begunWords(config)}, and ${found.because}`)] : [];
  });

const begunWords = ({ lock }: GuestConfig): string =>
  lock === '' ? 'it has an unfinished snapshot' : `its configuration has lock: ${lock}`;

/** Guests of which nobody can tell whether something works on them, each as a sentence. */
export const untoldWork = (
  work: GuestWork,
  configs: readonly GuestConfig[],
  by: 'this node' | 'others',
): readonly string[] =>
  configs.flatMap((config) => {
    const told = work.on(config);
    return told.state === 'untold' && told.by === by
      ? [
          `guest ${config.vmid} has ${config.lock === '' ? 'an unfinished snapshot' : `lock: ${config.lock}`}, and ${told.because}`,
        ]
      : [];
  });

/**
 * Shows what works on a guest now (pve-manager PVE/API2/Tasks.pm node_tasks): a line that is pasted hours later must not take the
 * lock of a task that has begun since.
 */
export const tasksOf = (vmid: number): Reads =>
  reads('pvenode', 'task', 'list', '--vmid', String(vmid), '--source', 'active');
