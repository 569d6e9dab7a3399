import { defineCheck, type Found } from '../model/check.ts';
import { bytesOf, findOutFirst, goesWith, shortName, unjudgedVolumes } from '../model/volumes/leftover-findings.ts';
import type { JudgedVolume } from '../model/volumes/leftovers.ts';

export const vol001 = defineCheck({
  code: 'VOL001',
  title: 'volume on a directory, ZFS or RBD that no configuration names',
  harms: { housekeeping: '' },
  needs: ['leftovers'],
  examine: ({ leftovers }) =>
    leftovers.volumes.flatMap((volume) =>
      volume.code === 'VOL001' && ['leftover', 'elsewhere'].includes(volume.standing.is) ? [findingFor(volume)] : [],
    ),
  unjudged: ({ leftovers }) => unjudgedVolumes(leftovers, 'VOL001'),
});

function findingFor(volume: JudgedVolume): Found {
  const { volid, owner, standing, proof } = volume;
  const isShared = standing.is === 'elsewhere';
  const nobody = isShared ? 'no guest of this cluster' : 'no configuration';
  return {
    harm: 'housekeeping',
    subject: { kind: 'volume', id: volid },
    title: `${volid} is there, and ${nobody} names it`,
    headline: isShared
      ? `has a volume that no guest of this cluster names, ${shortName(volume)}`
      : `${owner === null ? 'left' : 'has'} a volume that no configuration names, ${shortName(volume)}`,
    bytes: bytesOf(volume),
    evidence: isShared ? [...proof, { fact: standing.because, source: '/etc/pve/storage.cfg' }] : proof,
    impact:
      (isShared
        ? 'It takes space. Another cluster that uses the same storage may need it.'
        : 'It takes space, and no configuration that was read names it.') +
      (owner === null ? '' : goesWith(volume.vmid, isShared)),
    remedy: isShared
      ? {
          text: 'Find out whether another cluster uses this storage before anything else. `pve-doctor explain VOL001` shows what to find out besides.',
        }
      : findOutFirst('VOL001'),
    certainty: isShared ? 'maybe' : 'certain',
    vmid: volume.vmid,
  };
}
