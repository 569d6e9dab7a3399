import { defineCheck } from '../model/check.ts';
import { containerLabel, placeOf } from '../model/mounts/mount-evidence.ts';
import { garbledMounts } from '../model/mounts/mount-tree.ts';
import { staleMountFinding } from '../model/mounts/stale-mount.ts';

/** Of a container's mounts nothing is unmounted from the node. */
const INSIDE = { beneath: [], again: { text: '', commands: [] } };

export const ct001 = defineCheck({
  code: 'CT001',
  slug: 'stale-mount',
  title: 'remote mount inside a container that fails or does not answer',
  needs: ['containers', 'containerMounts', 'nodeMounts'],
  examine: ({ containerMounts, nodeMounts }) => {
    // The same file system on the node is MNT001's, which names the containers.
    const onNode = new Set(
      nodeMounts.filter(({ status }) => status === 'stale' || status === 'unknown').map(({ mount }) => mount.devNo),
    );
    return containerMounts
      .filter(({ status, mount }) => status === 'stale' && !onNode.has(mount.devNo))
      .map((judged) => staleMountFinding('CT001', judged, INSIDE, []));
  },
  unjudged: ({ containers, containerMounts }) => [
    ...containers.gaps,
    ...containers.containers.flatMap((container) =>
      garbledMounts(container.mounts).map((garbled) => `${containerLabel(container)}: ${garbled}`),
    ),
    ...containerMounts.flatMap(({ probe, mount, container }) =>
      probe.state === 'unknown' && probe.barred !== true
        ? [`${placeOf(mount.target, container)}: ${probe.because}`]
        : [],
    ),
  ],
});
