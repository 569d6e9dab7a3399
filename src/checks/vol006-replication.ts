import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { counted } from '../model/evidence.ts';
import type { Evidence } from '../model/finding.ts';
import type { ReplicationJob, ReplicationState } from '../model/guests/replication.ts';
import { minuteOf } from '../model/time-words.ts';

const CONFIG = '/etc/pve/replication.cfg';
const STATE = '/var/lib/pve-manager/pve-replication-state.json';

export const vol006 = defineCheck({
  code: 'VOL006',
  title: 'replication of a guest that fails, or has no target',
  harms: { redundancy: '' },
  needs: ['replication', 'guests', 'cluster'],
  examine: ({ replication, guests, cluster }) => {
    // The node that has the guest runs its jobs.
    const here = new Set(guests.configs.filter(({ node }) => node === cluster.nodeName).map(({ vmid }) => vmid));
    return replication.jobs
      .filter(({ vmid, disabled, beingRemoved }) => here.has(vmid) && !disabled && !beingRemoved)
      .flatMap((job) => {
        const state = replication.states.find(({ vmid, target }) => vmid === job.vmid && target === job.target);
        if (!cluster.nodeNames.includes(job.target)) return [findingFor(job, state, 'gone')];
        return state !== undefined && state.failCount > 0 ? [findingFor(job, state, 'fails')] : [];
      });
  },
});

function findingFor(job: ReplicationJob, state: ReplicationState | undefined, what: 'gone' | 'fails'): Found {
  const { id, vmid, target } = job;
  const copy =
    state?.lastSyncAt == null
      ? `it has no copy on ${target}`
      : `its copy on ${target} is of ${minuteOf(state.lastSyncAt)}`;
  const is = what === 'gone' ? `goes to ${target}, which is no node of this cluster` : 'fails';
  return {
    harm: 'redundancy',
    subject: { kind: 'vmid', id: String(vmid) },
    title: `Replication ${id} of guest ${vmid} ${is}`,
    headline:
      what === 'gone'
        ? `is not replicated any more: ${target} is no node of this cluster`
        : `is not replicated: ${copy}`,
    evidence: [{ fact: `local: ${id}, target ${target}`, source: CONFIG }, ...stateEvidence(state, copy)],
    impact:
      `If this node is lost, all that the guest wrote since its last copy is lost with it (${copy}).` +
      (what === 'gone' ? '' : ` A migration to ${target} has to copy all that is missing.`),
    remedy: {
      text:
        what === 'gone'
          ? 'Give the job another target, or remove it.'
          : 'Remove what its last message names; the job then runs again by its schedule. Do not delete its `__replicate_` snapshots: without them everything is copied anew.',
      commands: [reads('pvesr', 'status', '--guest', String(vmid))],
    },
    vmid,
    about: id,
  };
}

const stateEvidence = (state: ReplicationState | undefined, copy: string): readonly Evidence[] =>
  state === undefined
    ? []
    : [
        {
          fact: `${state.failCount === 0 ? copy : `${counted(state.failCount, 'run')} failed, ${copy}`}${state.error === '' ? '' : `: ${state.error}`}`,
          source: STATE,
        },
      ];
