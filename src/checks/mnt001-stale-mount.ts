import { defineCheck } from '../model/check.ts';
import { listed } from '../model/evidence.ts';
import type { JudgedMount } from '../model/mounts/judged-mounts.ts';
import { mountedBeneath, mountingAgain } from '../model/mounts/mount-again.ts';
import { DEPENDENTS, dependentsEvidence, dependentsOf } from '../model/mounts/mount-dependents.ts';
import { tableOf } from '../model/mounts/mount-evidence.ts';
import { garbledMounts } from '../model/mounts/mount-tree.ts';
import { staleMountFinding } from '../model/mounts/stale-mount.ts';

export const mnt001 = defineCheck({
  code: 'MNT001',
  slug: 'stale-mount',
  title: 'mount that fails or does not answer',
  needs: ['mounts', 'nodeMounts'],
  wants: ['expectedMounts', ...DEPENDENTS],
  examine: ({ mounts, nodeMounts }, wanted) =>
    nodeMounts
      .filter(({ status }) => status === 'stale')
      .map((judged) => {
        const { mount } = judged;
        const beneath = mountedBeneath(mounts.mounts, mount.target);
        const again = mountingAgain(mount, wanted.expectedMounts);
        return staleMountFinding('MNT001', judged, { beneath, again }, [
          ...(beneath.length === 0
            ? []
            : [{ fact: `mounted beneath it, and not reached either: ${listed(beneath)}`, source: tableOf(null) }]),
          ...dependentsEvidence(dependentsOf(mount.target, mount, wanted)),
        ]);
      }),
  unjudged: ({ mounts, nodeMounts }) => [...nodeMounts.flatMap(notAsked), ...garbledMounts(mounts.mounts)],
});

const notAsked = ({ probe, mount }: JudgedMount): readonly string[] =>
  probe.state === 'unknown' && probe.barred !== true ? [`${mount.target}: ${probe.because}`] : [];
