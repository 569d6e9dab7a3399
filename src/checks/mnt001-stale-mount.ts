import { defineCheck } from '../model/check.ts';
import { type JudgedMount, judgedHostMounts } from '../model/mounts/judged-mounts.ts';
import { DEPENDENTS, dependentsEvidence, dependentsOf } from '../model/mounts/mount-dependents.ts';
import { garbledMounts } from '../model/mounts/mount-tree.ts';
import { staleMountFinding } from '../model/mounts/stale-mount.ts';

export const mnt001 = defineCheck({
  code: 'MNT001',
  slug: 'stale-mount',
  title: 'remote mount that fails or does not answer',
  needs: ['mounts', 'mountProbes'],
  wants: DEPENDENTS,
  examine: ({ mounts, mountProbes }, wanted) =>
    judgedHostMounts(mounts, mountProbes)
      .filter(({ status }) => status === 'stale')
      .map((judged) => {
        const { mount } = judged;
        return staleMountFinding('MNT001', judged, dependentsEvidence(dependentsOf(mount.target, mount, wanted)));
      }),
  unjudged: ({ mounts, mountProbes }) => [
    ...judgedHostMounts(mounts, mountProbes).flatMap(notAsked),
    ...garbledMounts(mounts.mounts),
  ],
});

const notAsked = ({ probe, mount }: JudgedMount): readonly string[] =>
  probe.state === 'unknown' && probe.barred !== true ? [`${mount.target}: ${probe.because}`] : [];
