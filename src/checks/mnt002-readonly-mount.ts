import { defineCheck } from '../model/check.ts';
import { judgedHostMounts } from '../model/mounts/judged-mounts.ts';
import { isSurprise, readonlyMountFinding } from '../model/mounts/readonly-mount.ts';

export const mnt002 = defineCheck({
  code: 'MNT002',
  slug: 'readonly-mount',
  title: 'remote mount that is read-only although nothing asked for it',
  needs: ['mounts', 'mountProbes', 'expectedMounts'],
  examine: ({ mounts, mountProbes, expectedMounts }) =>
    judgedHostMounts(mounts, mountProbes)
      .filter(({ status, mount }) => status === 'readonly' && isSurprise(mount, expectedMounts.mounts))
      .map((judged) => readonlyMountFinding('MNT002', judged, 'storage.cfg, /etc/fstab and mount units')),
});
