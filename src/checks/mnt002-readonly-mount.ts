import { defineCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import { type JudgedMount, judgedHostMounts } from '../model/mounts/judged-mounts.ts';
import { probeKey } from '../model/mounts/mount-tree.ts';
import type { ExpectedMounts, HostMounts, MountProbes } from '../model/mounts/mounts.ts';
import { isSurprise, readonlyMountFinding, refusedFinding } from '../model/mounts/readonly-mount.ts';

export const mnt002 = defineCheck({
  code: 'MNT002',
  slug: 'readonly-mount',
  title: 'mount that is read-only although nothing asked for it',
  needs: ['mounts', 'mountProbes', 'expectedMounts'],
  // Whatever could not be read may ask for it.
  unjudged: ({ mounts, mountProbes, expectedMounts: { gaps } }) => {
    const judged = judgedHostMounts(mounts, mountProbes);
    const isUnasked = ({ mount }: JudgedMount) => mountProbes.refusesWriting.get(probeKey(mount)) === 'unknown';
    return [
      ...(judged.some(({ status }) => status === 'readonly') ? gaps : []),
      ...judged
        .filter((one) => one.status === 'ok' && isUnasked(one))
        .map(({ mount }) => `${mount.target}: whether its server lets root write had no answer`),
    ];
  },
  examine: ({ mounts, mountProbes, expectedMounts }) => [
    ...(expectedMounts.gaps.length > 0 ? [] : judgedHostMounts(mounts, mountProbes))
      .filter(({ status, mount }) => status === 'readonly' && isSurprise(mount, expectedMounts.mounts))
      .map((judged) => readonlyMountFinding('MNT002', judged, 'storage.cfg, /etc/fstab and mount units')),
    ...refused(mounts, mountProbes, expectedMounts),
  ],
});

/** Root alone may be refused on purpose, except where PVE writes as root: on the mount point of a storage. */
const refused = (mounts: HostMounts, probes: MountProbes, expected: ExpectedMounts): readonly Finding[] =>
  judgedHostMounts(mounts, probes).flatMap((judged) => {
    const { mount, status } = judged;
    const kind = probes.refusesWriting.get(probeKey(mount));
    const storeids = expected.mounts.flatMap(({ storeid, target, required }) =>
      storeid !== null && required && target === mount.target ? [storeid] : [],
    );
    if (status !== 'ok' || kind === undefined || kind === 'unknown' || (kind === 'root' && storeids.length === 0))
      return [];
    return [refusedFinding(judged, kind, storeids)];
  });
