import { describe, expect, it } from 'vitest';
import { cluster, hidden } from '../../test/checks/examples.ts';
import type { Cluster } from '../model/guests/pve.ts';
import type { HostFacts } from '../model/host-facts.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { node001 } from './node001-cluster-unreadable.ts';

const judge = (reading: Reading<Cluster>, host: Reading<HostFacts> = hidden()) =>
  node001.examine({}, { cluster: reading, host });

describe('NODE001', () => {
  it('reports that /etc/pve could not be read, and why', () => {
    const problem = { kind: 'vanished', source: '/etc/pve', detail: 'is not a mounted pmxcfs' } as const;
    const [finding] = judge(unreadable(problem), known({ hostName: 'pve1' } as HostFacts));
    expect(finding).toMatchObject({
      harm: 'no-sight',
      subject: { kind: 'node', id: 'pve1' },
      title: '/etc/pve cannot be read on this node, so nothing about guests can be judged',
      evidence: [{ fact: '/etc/pve: is not a mounted pmxcfs', source: '/etc/pve' }],
    });
  });

  it('reports a node without quorum', () => {
    const [finding] = judge(known({ ...cluster, quorate: false }));
    expect(finding).toMatchObject({ harm: 'no-sight', subject: { id: 'pve1' } });
    expect(finding?.title).toContain('lost quorum');
  });

  it('is silent on a quorate node, and where there is no Proxmox VE', () => {
    expect(judge(known(cluster))).toEqual([]);
    expect(judge(absent('no /etc/pve'))).toEqual([]);
  });
});
