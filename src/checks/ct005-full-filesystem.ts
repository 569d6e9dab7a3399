import { defineCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import { fullMountFinding } from '../model/mounts/full-mount.ts';
import { isRemote } from '../model/mounts/remote-filesystems.ts';

export const ct005 = defineCheck({
  code: 'CT005',
  slug: 'full-filesystem',
  title: 'file system inside a container nearly full',
  needs: ['containers', 'containerMounts', 'mountProbes', 'mounts'],
  examine: ({ containerMounts, mountProbes, mounts }) => {
    // A share that the node has mounted is MNT005's, which names the containers.
    const shares = new Set(
      mounts.mounts.filter(({ fsType, source }) => isRemote(fsType, source)).map(({ devNo }) => devNo),
    );
    const found = new Map<string, Finding>();
    for (const judged of containerMounts) {
      if (judged.status !== 'ok' || shares.has(judged.mount.devNo)) continue;
      const finding = fullMountFinding('CT005', judged, mountProbes.settings, () => []);
      const key = `${judged.container?.vmid} ${judged.mount.devNo}`;
      if (finding !== null && !found.has(key)) found.set(key, finding);
    }
    return [...found.values()];
  },
  unjudged: ({ containers }) => containers.gaps,
});
