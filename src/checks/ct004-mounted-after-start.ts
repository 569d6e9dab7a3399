import { defineCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import { containerLabel, mountEvidence, mountSubject } from '../model/mounts/mount-evidence.ts';
import { beneathOf, mountAt, mountOf } from '../model/mounts/mount-tree.ts';
import type { BindEntry, Container, HostMounts, SeenMount } from '../model/mounts/mounts.ts';
import { isRemote } from '../model/mounts/remote-filesystems.ts';

export const ct004 = defineCheck({
  code: 'CT004',
  slug: 'mounted-after-start',
  title: 'container that does not see what the node has mounted since',
  needs: ['containers', 'mounts'],
  examine: ({ containers, mounts }) =>
    containers.containers.flatMap((container) =>
      container.config.state === 'known'
        ? container.config.value.binds.flatMap((bind) => compare(container, bind, mounts))
        : [],
    ),
  unjudged: ({ containers }) => [
    ...containers.gaps,
    ...containers.containers.flatMap((container) =>
      container.config.state === 'known' ? [] : [`${containerLabel(container)}: its configuration could not be read`],
    ),
  ],
});

/** A bind mount is made once, at the start; what the node mounts there later it does not show. */
function compare(container: Container, bind: BindEntry, { mounts }: HostMounts): readonly Finding[] {
  const outside = mountOf(mounts, bind.source);
  const inside = mountAt(container.mounts, bind.target);
  if (outside === null || inside === null || outside.target === '/' || outside.devNo === inside.devNo) return [];
  const isBare = beneathOf(mounts, outside.target)?.devNo === inside.devNo;
  // A source that is reached through a link leads to yet another file system: nothing can be said of it.
  const isFormer = isRemote(inside.fsType, inside.source) && inside.fsType === outside.fsType;
  return isBare || isFormer ? [findingFor(container, bind, { outside, inside, isBare })] : [];
}

interface Sides {
  readonly outside: SeenMount;
  readonly inside: SeenMount;
  readonly isBare: boolean;
}

function findingFor(
  container: Container,
  { key, source, target }: BindEntry,
  { outside, inside, isBare }: Sides,
): Finding {
  const sees = isBare ? `the bare directory instead of ${outside.source}` : `${inside.source} as it was mounted before`;
  return {
    code: 'CT004',
    severity: 'warning',
    subject: mountSubject(target, container),
    title: `${target} in ${containerLabel(container)} shows ${sees}`,
    evidence: [
      { fact: `${key} binds ${source} to ${target}`, source: `configuration of CT ${container.vmid}` },
      {
        fact: `on the node ${source} is device ${outside.devNo}, in the container ${target} is ${inside.devNo}`,
        source: '/proc/<pid>/mountinfo',
      },
      mountEvidence(outside, null),
      mountEvidence(inside, container),
    ],
    impact: isBare
      ? "The container started before the file system was mounted. What it writes goes to the node's local disk."
      : 'The container keeps the file system of before the node mounted it anew; when that one is stale, it stays stale.',
    remedy: {
      text: 'Restart the container. So that it does not happen at boot, let the node mount first (`is_mountpoint`, start order, or a mount unit before pve-guests.service).',
      commands: [['pct', 'reboot', String(container.vmid)]],
    },
    repairAction: null,
    certainty: 'certain',
    vmid: container.vmid,
  };
}
