import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { listed } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { JudgedMount } from '../model/mounts/judged-mounts.ts';
import type { StuckProcess } from '../model/mounts/mounts.ts';

export const mnt006 = defineCheck({
  code: 'MNT006',
  title: 'processes that wait for a remote mount and cannot be killed',
  harms: { operation: '' },
  needs: ['stuckProcesses', 'nodeMounts'],
  examine: ({ stuckProcesses: { processes }, nodeMounts }) => {
    const targets = new Set(processes.flatMap((stuck) => stuck.targets));
    const others = processes.filter((stuck) => stuck.targets.length === 0);
    const named = [...targets].sort().map((target) =>
      findingFor(
        target,
        processes.filter((stuck) => stuck.targets.includes(target)),
      ),
    );
    // Without a dead mount they wait for a disk, or for work that is being done.
    const dead = deadAmong(nodeMounts);
    if (others.length === 0 || dead.length === 0) return named;
    return [...named, unattributed(others, { dead, isMore: named.length > 0 })];
  },
  unjudged: ({ stuckProcesses: { processes, gaps }, nodeMounts }) => {
    const unasked = nodeMounts.filter(({ status, remote }) => remote && status === 'unknown');
    const isOpen =
      unasked.length > 0 && deadAmong(nodeMounts).length === 0 && processes.some(({ targets }) => targets.length === 0);
    const names = listed(unasked.map(({ mount }) => mount.target));
    return isOpen ? [...gaps, `${names} could not be asked: processes that hang may wait for it`] : gaps;
  },
});

const deadAmong = (nodeMounts: readonly JudgedMount[]): readonly JudgedMount[] =>
  nodeMounts.filter(({ status, remote }) => remote && status === 'stale');

const STATES = '/proc/<pid>/stat, twice, one second apart';

const waiting = (count: number): string => `${count} process${count === 1 ? ' waits' : 'es wait'}`;

const describe = ({ pid, command, vmid, wchan }: StuckProcess): string =>
  `${pid} ${command}${vmid === null ? '' : `, guest ${vmid}`}${wchan === '' ? '' : `, in ${wchan}`}`;

/** The guest of all of them. */
function guestOf(stuck: readonly StuckProcess[]): number | null {
  const vmids = [...new Set(stuck.map(({ vmid }) => vmid))];
  const [only = null] = vmids;
  return vmids.length === 1 ? only : null;
}

interface Words extends Pick<Found, 'title' | 'headline' | 'impact' | 'who'> {
  readonly about: Evidence;
  readonly advice: string;
}

const stuckFinding = (
  id: string,
  stuck: readonly StuckProcess[],
  { title, headline, about, impact, advice, who }: Words,
): Found => ({
  harm: 'operation',
  subject: { kind: 'mount', id },
  title,
  evidence: [{ fact: `processes: ${listed(stuck.map(describe))}`, source: STATES }, about],
  impact,
  remedy: {
    text: advice,
    commands: [reads('ps', '-o', 'pid,stat,wchan:32,etime,args', '-p', stuck.map(({ pid }) => pid).join(','))],
  },
  headline,
  ...(who !== undefined && { who }),
  vmid: guestOf(stuck),
  vmids: stuck.flatMap(({ vmid }) => vmid ?? []),
});

const findingFor = (target: string, stuck: readonly StuckProcess[]): Found =>
  stuckFinding(target, stuck, {
    title: `${waiting(stuck.length)} for ${target} in uninterruptible sleep`,
    headline: `blocks ${stuck.length} process${stuck.length === 1 ? ' that' : 'es that'} cannot be killed`,
    about: {
      fact: `their directories, open files or arguments lie on ${target}`,
      source: '/proc/<pid>/{cwd,fd,cmdline}',
    },
    impact:
      'They wait until the server answers, and raise the load. A guest or a backup among them hangs, and so ' +
      'does a shutdown of the node.',
    advice:
      'Bring the server back: they then continue. On an NFS mount `kill -9` ends most of them, and what they had not ' +
      'written is lost. A container that hangs in a backup is frozen until its process answers.',
  });

/** A `df`, a `sync` or a service's child has no path of the mount in its name, and waits for it all the same. */
function unattributed(
  stuck: readonly StuckProcess[],
  { dead, isMore }: { readonly dead: readonly JudgedMount[]; readonly isMore: boolean },
): Found {
  const count = `${stuck.length}${isMore ? ' more' : ''} process${stuck.length === 1 ? '' : 'es'}`;
  return stuckFinding('Unknown mount', stuck, {
    title: `${count} wait${stuck.length === 1 ? 's' : ''} in uninterruptible sleep, for which mount is not known`,
    who: count,
    headline: `hang${stuck.length === 1 ? 's' : ''}: which mount ${stuck.length === 1 ? 'it waits' : 'they wait'} for is not known`,
    about: { fact: `mounts that do not answer: ${listed(dead.map(({ mount }) => mount.target))}`, source: 'stat -f' },
    impact:
      'Their directories, open files and arguments name no remote mount. Most likely they wait for one of those that do not ' +
      'answer, as `df` and `sync` do; a disk that does not answer is the other cause.',
    advice: 'Bring the server back first and look at them again. Those that are still there wait for something else.',
  });
}
