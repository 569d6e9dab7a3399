import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { containerLabel, mountEvidence, mountFinding, unreadConfigs } from '../model/mounts/mount-evidence.ts';
import { beneathOf, mountAt, mountOf, probeKey } from '../model/mounts/mount-tree.ts';
import type { BindEntry, Container, HostMounts, MountProbes, SeenMount } from '../model/mounts/mounts.ts';
import { isRemote } from '../model/mounts/remote-filesystems.ts';
import type { Reading } from '../model/reading.ts';

export const ct004 = defineCheck({
  code: 'CT004',
  title: 'container that does not see what the node has mounted since',
  harms: { operation: '' },
  needs: ['containers', 'mounts'],
  wants: ['mountProbes'],
  examine: ({ containers, mounts }, { mountProbes }) =>
    containers.containers.flatMap((container) =>
      container.config.state === 'known'
        ? container.config.value.binds.flatMap((bind) =>
            compare(container, bind, { mounts, answers: answersIn(mountProbes) }),
          )
        : [],
    ),
  unjudged: ({ containers: { gaps, containers } }) => [...gaps, ...unreadConfigs(containers)],
});

/** A bind mount is made once, at the start; what the node mounts there later it does not show. */
function compare(container: Container, bind: BindEntry, { mounts: { mounts }, answers }: NodeSide): readonly Found[] {
  const outside = mountOf(mounts, bind.source);
  const inside = mountAt(container.mounts, bind.target);
  if (outside === null || inside === null || outside.target === '/' || outside.devNo === inside.devNo) return [];
  const isBare = beneathOf(mounts, outside.target)?.devNo === inside.devNo;
  // A source that is reached through a link leads to yet another file system: nothing can be said of it.
  const isFormer = isRemote(inside.fsType, inside.source) && inside.fsType === outside.fsType;
  return isBare || isFormer
    ? [findingFor(container, bind, { outside, inside, isBare, answers: answers(outside) })]
    : [];
}

interface NodeSide {
  readonly mounts: HostMounts;
  readonly answers: (mount: SeenMount) => boolean;
}

/** A local file system has nobody to wait for. */
const answersIn =
  (probes: Reading<MountProbes>): NodeSide['answers'] =>
  (mount) =>
    !isRemote(mount.fsType, mount.source) ||
    (probes.state === 'known' && probes.value.statfs.get(probeKey(mount))?.state === 'answered');

interface Sides {
  /** The node's file system does, so a container that is restarted now gets it. */
  readonly answers: boolean;
  readonly outside: SeenMount;
  readonly inside: SeenMount;
  readonly isBare: boolean;
}

function findingFor(
  container: Container,
  { key, source, target }: BindEntry,
  { outside, inside, isBare, answers }: Sides,
): Found {
  const sees = isBare ? `the bare directory instead of ${outside.source}` : `${inside.source} as it was mounted before`;
  return mountFinding(target, container, {
    harm: 'operation',
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
      ? "What the container writes goes to the node's local disk: it started before the file system was mounted."
      : 'The container keeps the file system of before the node mounted it anew; when that one is stale, it stays stale.',
    remedy: {
      text:
        `${answers ? `Restart container ${container.vmid}` : `Restart container ${container.vmid} when the mount answers on the node, not before`}` +
        `${isBare ? '; what it wrote to the bare directory stays there, move that first' : ''}. So that it does not happen ` +
        'at boot, let the node mount first (`is_mountpoint`, start order, or a mount unit before pve-guests.service).',
      commands: [reads('stat', '-f', source)],
    },
    headline: `shows ${sees}`,
  });
}
