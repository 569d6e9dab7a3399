import { defineCheck } from '../model/check.ts';
import { fullMountFinding } from '../model/mounts/full-mount.ts';
import { DEPENDENTS, dependentsEvidence, dependentsOf } from '../model/mounts/mount-dependents.ts';

export const mnt005 = defineCheck({
  code: 'MNT005',
  slug: 'full-mount',
  title: 'mount nearly full',
  needs: ['nodeMounts', 'mountProbes'],
  wants: DEPENDENTS,
  examine: ({ nodeMounts, mountProbes }, wanted) => {
    const writable = nodeMounts.filter(({ status }) => status === 'ok');
    // One for each file system; directories of one export may have quotas, and thus sizes, of their own.
    const distinct = new Map(
      writable.map((judged) => [`${judged.mount.devNo} ${judged.capacity?.totalBytes}`, judged] as const).reverse(),
    );
    return [...distinct.values()].reverse().flatMap((judged) => {
      const behind = () => dependentsEvidence(dependentsOf(judged.mount.target, judged.mount, wanted));
      const finding = fullMountFinding('MNT005', judged, mountProbes.settings, behind);
      return finding === null ? [] : [finding];
    });
  },
});
