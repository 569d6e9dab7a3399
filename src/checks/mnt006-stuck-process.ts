import { defineCheck } from '../model/check.ts';
import { listed } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { JudgedMount } from '../model/mounts/judged-mounts.ts';
import type { StuckProcess } from '../model/mounts/mounts.ts';

export const mnt006 = defineCheck({
  code: 'MNT006',
  slug: 'stuck-process',
  title: 'processes that wait for a remote mount and cannot be killed',
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
    const dead = nodeMounts.filter(({ status, remote }) => remote && status === 'stale');
    if (others.length === 0 || dead.length === 0) return named;
    return [...named, unattributed(others, { dead, isMore: named.length > 0 })];
  },
  unjudged: ({ stuckProcesses }) => stuckProcesses.gaps,
});

const STATES = '/proc/<pid>/stat, twice, one second apart';

const waiting = (count: number): string => `${count} process${count === 1 ? ' waits' : 'es wait'}`;

const describe = ({ pid, command, vmid, wchan }: StuckProcess): string =>
  `${pid} ${command}${vmid === null ? '' : `, guest ${vmid}`}${wchan === '' ? '' : `, in ${wchan}`}`;

const toLookAt = (stuck: readonly StuckProcess[]): readonly (readonly string[])[] => [
  ['ps', '-o', 'pid,stat,wchan:32,etime,args', '-p', stuck.map(({ pid }) => pid).join(',')],
];

/** The guest of all of them. */
function guestOf(stuck: readonly StuckProcess[]): number | null {
  const vmids = [...new Set(stuck.map(({ vmid }) => vmid))];
  const [only = null] = vmids;
  return vmids.length === 1 ? only : null;
}

const findingFor = (target: string, stuck: readonly StuckProcess[]): Finding => ({
  code: 'MNT006',
  severity: 'warning',
  subject: { kind: 'mount', id: target },
  title: `${waiting(stuck.length)} for ${target} in uninterruptible sleep`,
  evidence: [
    { fact: `processes: ${listed(stuck.map(describe))}`, source: STATES },
    { fact: `their directories, open files or arguments lie on ${target}`, source: '/proc/<pid>/{cwd,fd,cmdline}' },
  ],
  impact:
    'They wait until the server answers, and raise the load. A guest or a backup among them hangs, and so ' +
    'does a shutdown of the node.',
  remedy: {
    text:
      'Bring the server back: they then continue. On an NFS mount `kill -9` ends most of them, and what they had not ' +
      'written is lost. A container that hangs in a backup is frozen until its process answers.',
    commands: toLookAt(stuck),
  },
  headline: `blocks ${stuck.length} process${stuck.length === 1 ? ' that' : 'es that'} cannot be killed`,
  repairAction: null,
  certainty: 'certain',
  vmid: guestOf(stuck),
});

/** A `df`, a `sync` or a service's child has no path of the mount in its name, and waits for it all the same. */
const unattributed = (
  stuck: readonly StuckProcess[],
  { dead, isMore }: { readonly dead: readonly JudgedMount[]; readonly isMore: boolean },
): Finding => ({
  code: 'MNT006',
  severity: 'warning',
  subject: { kind: 'mount', id: 'Unknown mount' },
  title: `${stuck.length}${isMore ? ' more' : ''} process${stuck.length === 1 ? ' waits' : 'es wait'} in uninterruptible sleep, for which mount is not known`,
  evidence: [
    { fact: `processes: ${listed(stuck.map(describe))}`, source: STATES },
    { fact: `mounts that do not answer: ${listed(dead.map(({ mount }) => mount.target))}`, source: 'stat -f' },
  ],
  impact:
    'Their directories, open files and arguments name no remote mount. Most likely they wait for one of those that do not ' +
    'answer, as `df` and `sync` do; a disk that does not answer is the other cause.',
  remedy: {
    text: 'Bring the server back first and look at them again. Those that are still there wait for something else.',
    commands: toLookAt(stuck),
  },
  headline: `blocks ${stuck.length}${isMore ? ' more' : ''} process${stuck.length === 1 ? '' : 'es'} that cannot be killed`,
  repairAction: null,
  certainty: 'certain',
  vmid: guestOf(stuck),
});
