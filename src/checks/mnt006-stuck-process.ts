import { defineCheck } from '../model/check.ts';
import { listed } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { StuckProcess } from '../model/mounts/mounts.ts';

export const mnt006 = defineCheck({
  code: 'MNT006',
  slug: 'stuck-process',
  title: 'processes that wait for a remote mount and cannot be killed',
  needs: ['stuckProcesses'],
  examine: ({ stuckProcesses }) => {
    const targets = new Set(stuckProcesses.processes.flatMap((stuck) => stuck.targets));
    return [...targets].sort().map((target) =>
      findingFor(
        target,
        stuckProcesses.processes.filter((stuck) => stuck.targets.includes(target)),
      ),
    );
  },
  unjudged: ({ stuckProcesses }) => stuckProcesses.gaps,
});

const describe = ({ pid, command, vmid, wchan }: StuckProcess): string =>
  `${pid} ${command}${vmid === null ? '' : `, guest ${vmid}`}${wchan === '' ? '' : `, in ${wchan}`}`;

function findingFor(target: string, stuck: readonly StuckProcess[]): Finding {
  const vmids = [...new Set(stuck.map(({ vmid }) => vmid))];
  const [only = null] = vmids;
  return {
    code: 'MNT006',
    severity: 'warning',
    subject: { kind: 'mount', id: target },
    title: `${stuck.length} process${stuck.length === 1 ? ' waits' : 'es wait'} for ${target} in uninterruptible sleep`,
    evidence: [
      { fact: `processes: ${listed(stuck.map(describe))}`, source: '/proc/<pid>/stat, twice, one second apart' },
      { fact: `their directories, open files or arguments lie on ${target}`, source: '/proc/<pid>/{cwd,fd,cmdline}' },
    ],
    impact:
      'They end when the server answers, or never. Each counts in the load; a guest or a backup among them hangs, and so ' +
      'does a shutdown of the node.',
    remedy: {
      text:
        'Bring the server back: they go on by themselves. On an NFS mount `kill -9` ends most of them; with other file ' +
        'systems a lazy unmount keeps new ones away. A container that hangs in a backup is frozen until its process answers.',
      commands: [['ps', '-o', 'pid,stat,wchan:32,etime,args', '-p', stuck.map(({ pid }) => pid).join(',')]],
    },
    repairAction: null,
    certainty: 'certain',
    vmid: vmids.length === 1 ? only : null,
  };
}
