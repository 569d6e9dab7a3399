import { defineSectionCheck, type Readings } from '../model/check.ts';
import type { Evidence, Finding } from '../model/finding.ts';
import { describeProblem } from '../model/reading.ts';

const READS = ['cluster', 'host'] as const;

export const node001 = defineSectionCheck({
  code: 'NODE001',
  slug: 'cluster-unreadable',
  title: '/etc/pve is not mounted or not quorate',
  reads: READS,
  judge: (readings) => {
    const { cluster } = readings;
    // Absent: not a Proxmox VE node, so there is nothing to judge.
    if (cluster.state === 'absent') return [];
    if (cluster.state === 'unreadable') {
      const evidence = { fact: describeProblem(cluster.problem), source: cluster.problem.source };
      return [findingFor(readings, '/etc/pve cannot be believed on this node', evidence)];
    }
    if (cluster.value.quorate) return [];
    const evidence = { fact: 'its owner-write bit is not set: this node has no quorum', source: '/etc/pve/local' };
    return [findingFor(readings, 'this node has no quorum', evidence)];
  },
});

function findingFor({ cluster, host }: Readings<(typeof READS)[number]>, title: string, evidence: Evidence): Finding {
  const hostName = host.state === 'known' ? host.value.hostName : 'this node';
  return {
    code: 'NODE001',
    severity: 'critical',
    subject: { kind: 'node', id: cluster.state === 'known' ? cluster.value.nodeName : hostName },
    title: `${title}: nothing about guests can be judged`,
    evidence: [evidence],
    impact:
      'Configurations are missing or may be old, so every volume would look like a leftover. All checks about guests are ' +
      'unknown, and nothing is repaired.',
    remedy: {
      text:
        'Look at the pve-cluster and corosync services and at the other nodes first. Do not force quorum ' +
        '(`pvecm expected 1`) while another part of the cluster may be alive.',
      commands: [
        ['systemctl', 'status', 'pve-cluster', 'corosync'],
        ['pvecm', 'status'],
      ],
    },
    repairAction: null,
    certainty: 'certain',
    vmid: null,
  };
}
