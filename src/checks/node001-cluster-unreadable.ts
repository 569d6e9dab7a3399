import { defineCheck, type Found, type Readings } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { Evidence } from '../model/finding.ts';
import { describeProblem } from '../model/reading.ts';

const READS = ['cluster', 'host'] as const;

export const node001 = defineCheck({
  code: 'NODE001',
  title: '/etc/pve is not mounted or not quorate',
  harms: { 'no-sight': '' },
  needs: [],
  wants: READS,
  examine: (_, readings) => {
    const { cluster } = readings;
    // Absent: not a Proxmox VE node, so there is nothing to judge.
    if (cluster.state === 'absent') return [];
    if (cluster.state === 'unreadable') {
      const evidence = { fact: describeProblem(cluster.problem), source: cluster.problem.source };
      return [
        findingFor(
          readings,
          ['/etc/pve cannot be read on this node', 'cannot read /etc/pve: nothing about its guests can be judged'],
          evidence,
        ),
      ];
    }
    if (cluster.value.quorate) return [];
    const evidence = { fact: 'not writable for root: the node has no quorum', source: '/etc/pve/local' };
    return [
      findingFor(
        readings,
        ['/etc/pve is read-only: this node lost quorum', 'lost quorum: nothing about its guests can be judged'],
        evidence,
      ),
    ];
  },
});

function findingFor(
  { cluster, host }: Readings<(typeof READS)[number]>,
  [title, headline]: readonly [string, string],
  evidence: Evidence,
): Found {
  const hostName = host.state === 'known' ? host.value.hostName : 'this node';
  return {
    harm: 'no-sight',
    subject: { kind: 'node', id: cluster.state === 'known' ? cluster.value.nodeName : hostName },
    title: `${title}, so nothing about guests can be judged`,
    headline,
    evidence: [evidence],
    impact:
      'Guests on this node cannot be started, changed or migrated. Their configurations are missing or may be old, so ' +
      'pve-doctor judges nothing about guests and repairs nothing.',
    remedy: {
      text:
        'Check the pve-cluster and corosync services and the other nodes first. Do not force quorum ' +
        '(`pvecm expected 1`) while another part of the cluster may be alive.',
      commands: [reads('systemctl', 'status', 'pve-cluster', 'corosync'), reads('pvecm', 'status')],
    },
  };
}
