import { defineCheck, type Found } from '../model/check.ts';
import { hidden } from '../model/report/not-judged.ts';
import { size } from '../model/size.ts';
import { unreadPlaces } from '../model/volumes/leftover-findings.ts';
import type { JudgedSnapshot } from '../model/volumes/leftovers.ts';

export const vol002 = defineCheck({
  code: 'VOL002',
  title: 'snapshot on a storage that no configuration knows',
  harms: { housekeeping: '' },
  needs: ['leftovers'],
  examine: ({ leftovers }) => leftovers.snapshots.filter(({ standing }) => standing.is === 'leftover').map(findingFor),
  unjudged: ({ leftovers }) => [
    ...unreadPlaces(leftovers),
    ...leftovers.snapshots.flatMap(({ volid, vmid, snapshot, standing }) =>
      standing.is === 'unclear' || standing.is === 'busy'
        ? [
            hidden(`snapshot ${snapshot.name} of ${volid}: ${standing.because}`, {
              kind: standing.is === 'busy' ? 'busy' : 'hidden',
              vmids: [vmid],
            }),
          ]
        : [],
    ),
  ],
});

function findingFor({ volid, vmid, snapshot, proof }: JudgedSnapshot): Found {
  const { name, heldBytes, file } = snapshot;
  const held = heldBytes === null ? '' : ` (${size(heldBytes)})`;
  return {
    harm: 'housekeeping',
    subject: { kind: 'volume', id: `${volid}@${name}` },
    title: `Snapshot ${name} of ${volid} is in no configuration`,
    headline: `has a snapshot that Proxmox VE does not know, ${name}${held}`,
    bytes: heldBytes,
    evidence: proof,
    impact:
      'It keeps every block that was overwritten since, and grows with each write. Proxmox VE shows it nowhere, so nobody deletes ' +
      'it; a new snapshot of that name fails.',
    remedy: {
      text:
        (file === null
          ? ''
          : `Never remove the file ${file} itself: where ${volid} reads through it, the disk is lost with it. `) +
        'This is what was seen, not what may go: find out who made it and for what, and whether a clone or a backup reads through it. ' +
        '`pve-doctor explain VOL002` shows how. pve-doctor never deletes a snapshot.',
    },
    vmid,
    about: volid,
  };
}
