import { afterAll, describe, expect, it } from 'vitest';
import { standInCluster } from './pve-cluster-stand-in.ts';
import { publishTo, RECORD_CASES } from './record-cases.ts';

const clusters: { readonly close: () => void }[] = [];
afterAll(() => {
  for (const { close } of clusters) close();
});

describe('records of nodes, over a stand-in for PVE::Cluster', () => {
  it.each(RECORD_CASES)('$about', async ({ run }) => {
    const cluster = standInCluster(3);
    clusters.push(cluster);
    await run(cluster);
  });

  it('are published to nobody where there is no Proxmox VE', async () => {
    const bare = { ...standInCluster(1), perlArgs: () => ['perl'] as const };
    clusters.push(bare);
    expect(await publishTo(bare, 'pve1', 'AAAA')).toEqual({
      state: 'absent',
      because: 'this node has no PVE::Cluster',
    });
  });
});
