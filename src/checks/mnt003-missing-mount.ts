import { defineCheck } from '../model/check.ts';
import { missingMountFinding } from '../model/mounts/missing-mount-finding.ts';
import { missingMounts, unclearMounts } from '../model/mounts/missing-mounts.ts';
import { DEPENDENTS, dependentsEvidence, dependentsOf } from '../model/mounts/mount-dependents.ts';
import { answerOf } from '../model/mounts/mount-rows.ts';
import { beneathKey } from '../model/mounts/mount-tree.ts';

export const mnt003 = defineCheck({
  code: 'MNT003',
  slug: 'missing-mount',
  title: 'expected mount that is not mounted',
  needs: ['mounts', 'expectedMounts'],
  wants: ['mountProbes', ...DEPENDENTS],
  unjudged: ({ mounts, expectedMounts }) => unclearMounts(expectedMounts.mounts, mounts.mounts),
  examine: ({ mounts, expectedMounts }, wanted) =>
    missingMounts(expectedMounts.mounts, mounts.mounts).map((missing) => {
      const { expected } = missing;
      const probes = wanted.mountProbes.state === 'known' ? wanted.mountProbes.value : null;
      return missingMountFinding('MNT003', {
        ...{ missing, container: null },
        beneath: probes?.beneath.get(beneathKey(null, expected.target)),
        server: probes === null ? null : answerOf(expected, probes),
        behind: dependentsEvidence(dependentsOf(expected.target, null, wanted)),
      });
    }),
});
