import { defineCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import type { JudgedMount } from '../model/mounts/judged-mounts.ts';
import { probeKey } from '../model/mounts/mount-tree.ts';
import type { ExpectedMounts, MountProbes } from '../model/mounts/mounts.ts';
import { isSurprise, readonlyMountFinding, refusedFinding } from '../model/mounts/readonly-mount.ts';

export const mnt002 = defineCheck({
  code: 'MNT002',
  slug: 'readonly-mount',
  title: 'mount that is read-only although nothing asked for it',
  needs: ['nodeMounts', 'mountProbes', 'expectedMounts'],
  // Whatever could not be read may ask for it.
  unjudged: ({ nodeMounts, mountProbes, expectedMounts: { gaps } }) => {
    const isUnasked = ({ mount }: JudgedMount) => mountProbes.refusesWriting.get(probeKey(mount)) === 'unknown';
    return [
      ...(nodeMounts.some(({ status }) => status === 'readonly') ? gaps : []),
      ...nodeMounts
        .filter((one) => one.status === 'ok' && isUnasked(one))
        .map(({ mount }) => `${mount.target}: whether its server lets root write had no answer`),
    ];
  },
  examine: ({ nodeMounts, mountProbes, expectedMounts }) => [
    ...(expectedMounts.gaps.length > 0 ? [] : nodeMounts)
      .filter(({ status, mount }) => status === 'readonly' && isSurprise(mount, expectedMounts.mounts))
      .map((judged) => readonlyMountFinding('MNT002', judged, 'storage.cfg, /etc/fstab and mount units')),
    ...refused(nodeMounts, mountProbes, expectedMounts),
  ],
});

/** Root alone may be refused on purpose, except where PVE writes as root: on the mount point of a storage. */
const refused = (mounts: readonly JudgedMount[], probes: MountProbes, expected: ExpectedMounts): readonly Finding[] =>
  mounts.flatMap((judged) => {
    const { mount, status } = judged;
    const kind = probes.refusesWriting.get(probeKey(mount));
    const storeids = expected.mounts.flatMap(({ storeid, target, required }) =>
      storeid !== null && required && target === mount.target ? [storeid] : [],
    );
    if (status !== 'ok' || kind === undefined || kind === 'unknown' || (kind === 'root' && storeids.length === 0))
      return [];
    return [refusedFinding(judged, kind, storeids)];
  });
