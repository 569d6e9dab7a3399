import { defineCheck } from '../model/check.ts';
import type { JudgedMount } from '../model/mounts/judged-mounts.ts';
import { containerLabel } from '../model/mounts/mount-evidence.ts';
import type { HostMounts } from '../model/mounts/mounts.ts';
import { isSurpriseInside, readonlyMountFinding } from '../model/mounts/readonly-mount.ts';

export const ct002 = defineCheck({
  code: 'CT002',
  slug: 'readonly-mount',
  title: 'remote mount inside a container that is read-only although nothing asked for it',
  needs: ['containers', 'mountProbes', 'containerMounts', 'mounts'],
  examine: ({ containerMounts, mountProbes, mounts }) =>
    readonlyInside(containerMounts, mounts).flatMap((judged) => {
      const { container, mount } = judged;
      const fstab = container === null ? undefined : mountProbes.fstabs.get(container.vmid);
      if (container?.config.state !== 'known' || fstab?.state !== 'known') return [];
      return isSurpriseInside(mount, container.config.value, fstab.value)
        ? [readonlyMountFinding('CT002', judged, "the container's configuration and its /etc/fstab")]
        : [];
    }),
  unjudged: ({ containers, containerMounts, mountProbes, mounts }) => [
    ...containers.gaps,
    ...readonlyInside(containerMounts, mounts).flatMap(({ container, mount }) => {
      if (container === null) return [];
      const fstab = mountProbes.fstabs.get(container.vmid);
      return container.config.state === 'known' && fstab?.state === 'known'
        ? []
        : [`${containerLabel(container)}: whether ${mount.target} is meant to be read-only could not be read`];
    }),
  ],
});

/** A file system that is read-only on the node as well is the node's matter. */
const readonlyInside = (inside: readonly JudgedMount[], { mounts }: HostMounts): readonly JudgedMount[] =>
  inside.filter(
    ({ status, remote, mount }) =>
      status === 'readonly' &&
      remote &&
      !(mount.superOptions.includes('ro') && mounts.some(({ devNo }) => devNo === mount.devNo)),
  );
