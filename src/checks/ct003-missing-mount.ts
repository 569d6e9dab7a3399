import { defineCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import { missingMountFinding } from '../model/mounts/missing-mount-finding.ts';
import { type MissingMount, missingMounts, unclearMounts } from '../model/mounts/missing-mounts.ts';
import { containerLabel, inContainer, mountEvidence, mountSubject } from '../model/mounts/mount-evidence.ts';
import { beneathKey, isWithin, mountAt, mountOf } from '../model/mounts/mount-tree.ts';
import type { BindEntry, Container, HostMounts, MountProbes } from '../model/mounts/mounts.ts';
import { isRemote } from '../model/mounts/remote-filesystems.ts';

export const ct003 = defineCheck({
  code: 'CT003',
  slug: 'missing-mount',
  title: 'expected mount that a container does not have',
  needs: ['containers', 'mountProbes', 'mounts', 'expectedMounts'],
  examine: ({ containers, mountProbes, mounts, expectedMounts }) => {
    const missingHere = missingMounts(expectedMounts.mounts, mounts.mounts);
    return containers.containers.flatMap((container) => [
      ...ownMounts(container, mountProbes),
      ...boundMounts(container, missingHere, mounts),
    ]);
  },
  unjudged: ({ containers, mountProbes, expectedMounts }) => [
    ...containers.gaps,
    ...(containers.containers.length === 0 ? [] : expectedMounts.gaps),
    ...containers.containers.flatMap((container) => [
      ...unclearInside(container, mountProbes),
      ...(container.config.state === 'known'
        ? []
        : [`${containerLabel(container)}: its configuration could not be read`]),
    ]),
  ],
});

function unclearInside(container: Container, { fstabs, beneathUnread }: MountProbes): readonly string[] {
  const fstab = fstabs.get(container.vmid);
  if (fstab?.state !== 'known') return [`${containerLabel(container)}: its /etc/fstab could not be read`];
  const unseen = missingMounts(fstab.value, container.mounts).flatMap(({ expected: { target } }) => {
    const because = beneathUnread.get(beneathKey(container.vmid, target));
    return because === undefined ? [] : [`what lies in ${target}: ${because}`];
  });
  return [...unclearMounts(fstab.value, container.mounts), ...unseen].map(
    (sentence) => `${containerLabel(container)}: ${sentence}`,
  );
}

function ownMounts(container: Container, { fstabs, beneath }: MountProbes): readonly Finding[] {
  const fstab = fstabs.get(container.vmid);
  if (fstab?.state !== 'known') return [];
  return missingMounts(fstab.value, container.mounts).map((missing) =>
    missingMountFinding('CT003', {
      ...{ missing, container, server: null, behind: [] },
      beneath: beneath.get(beneathKey(container.vmid, missing.expected.target)),
    }),
  );
}

/** What is bound in lies on a mount that the node misses, so the container has the bare directory. */
function boundMounts(
  container: Container,
  missingHere: readonly MissingMount[],
  { mounts }: HostMounts,
): readonly Finding[] {
  if (container.config.state !== 'known') return [];
  return container.config.value.binds.flatMap((bind) => {
    const missing = missingHere.find(({ expected }) => isWithin(bind.source, expected.target));
    const inside = mountAt(container.mounts, bind.target);
    if (missing === undefined || inside === null) return [];
    // A container that started earlier may still have the file system that the node has lost: a share, or a local disk.
    const isBare = inside.devNo === mountOf(mounts, bind.source)?.devNo && !isRemote(inside.fsType, inside.source);
    if (!isBare) return [];
    return [boundFinding(container, bind, missing, [mountEvidence(inside, container)])];
  });
}

function boundFinding(
  container: Container,
  { key, source, target }: BindEntry,
  { expected }: MissingMount,
  evidence: Finding['evidence'],
): Finding {
  return {
    code: 'CT003',
    severity: 'warning',
    subject: mountSubject(target, container),
    title: `${target} in ${containerLabel(container)} is a bare directory: ${expected.target} is not mounted on the node`,
    evidence: [
      { fact: `${key} binds ${source} to ${target}`, source: `configuration of CT ${container.vmid}` },
      { fact: `${expected.target} is expected by ${expected.readFrom} and not mounted`, source: '/proc/1/mountinfo' },
      ...evidence,
    ],
    impact: "What the container writes there goes to the node's local disk, and what should be there is not.",
    remedy: {
      text:
        'Move what was written meanwhile, mount it on the node, and only then restart the container: it keeps the bare ' +
        'directory until it is restarted, and gets it again when it is restarted too early.',
      commands: [['ls', '-la', source]],
    },
    headline: inContainer(target, container, `shows a bare directory: ${expected.target} is not mounted on the node`),
    repairAction: null,
    certainty: 'certain',
    vmid: container.vmid,
  };
}
