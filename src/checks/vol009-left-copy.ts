import { defineCheck, type Found } from '../model/check.ts';
import { bytesOf, findOutFirst, shortName, unjudgedVolumes } from '../model/volumes/leftover-findings.ts';
import type { JudgedVolume } from '../model/volumes/leftovers.ts';

export const vol009 = defineCheck({
  code: 'VOL009',
  title: 'volume on local storage of a guest that lives on another node',
  harms: { housekeeping: '' },
  needs: ['leftovers', 'cluster'],
  examine: ({ leftovers, cluster }) =>
    leftovers.volumes.flatMap((volume) =>
      volume.code === 'VOL009' && volume.standing.is === 'leftover' ? [findingFor(volume, cluster.nodeName)] : [],
    ),
  unjudged: ({ leftovers }) => unjudgedVolumes(leftovers, 'VOL009'),
});

function findingFor(volume: JudgedVolume, node: string): Found {
  const { volid, owner, proof } = volume;
  return {
    harm: 'housekeeping',
    subject: { kind: 'volume', id: volid },
    title: `${volid} is on local storage of ${node}, and guest ${volume.vmid} lives on ${owner?.node ?? 'another node'}`,
    headline: `left a copy on this node, ${shortName(volume)}`,
    bytes: bytesOf(volume),
    evidence: proof,
    impact:
      'It takes space. A copy that stayed is as old as the day when the guest moved: whoever takes it for the guest’s disk goes back to that day.',
    remedy: findOutFirst('VOL009'),
    vmid: volume.vmid,
  };
}
