import type { MountRow, MountStatus } from '../../src/model/mounts/judged-mounts.ts';
import { FIRST_VMID, makeChance, ROLES, times } from './made-up-numbers.ts';
import { healthyMount, staleMount } from './sample-mounts.ts';

const STATUSES: readonly MountStatus[] = [
  'ok',
  'ok',
  'ok',
  'ok',
  'ok',
  'ok',
  'stale',
  'readonly',
  'missing',
  'unknown',
];

export function mountsOf(count: number): readonly MountRow[] {
  const chance = makeChance();
  const answers: readonly MountStatus[] = ['ok', 'readonly'];
  return times(count, (at) => {
    const status = STATUSES[at % STATUSES.length] ?? 'ok';
    const inContainer = at % 3 === 2;
    const used = chance(101);
    const total = healthyMount.totalBytes ?? 0;
    const base = answers.includes(status)
      ? {
          ...healthyMount,
          usedPercent: used,
          usedBytes: Math.floor((total * used) / 100),
          availableBytes: Math.floor((total * (100 - used)) / 100),
        }
      : staleMount;
    return {
      ...base,
      source: `10.9.0.${(at % 200) + 2}:/export/storage-${at}`,
      target: inContainer ? `/srv/share-${at}` : `/mnt/pve/storage-${at}`,
      fstype: at % 4 === 3 ? 'cifs' : 'nfs4',
      status,
      readonly: status === 'readonly',
      reachable: status === 'unknown' ? null : status !== 'stale',
      error: {
        ok: null,
        readonly: null,
        stale: 'no answer within 2 s',
        missing: 'expected by /etc/fstab, not mounted',
        unknown: 'it was not asked',
      }[status],
      errorClass: status === 'stale' ? ('timeout' as const) : null,
      proxmoxManaged: !inContainer,
      storeid: inContainer ? null : `storage-${at}`,
      vmid: inContainer ? FIRST_VMID + at : null,
      name: inContainer ? `${ROLES[at % ROLES.length]}-${at}` : null,
      initPid: inContainer ? 4000 + at : null,
    };
  });
}
