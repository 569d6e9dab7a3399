import { defineCheck, type Found } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { listed } from '../model/evidence.ts';
import type { JudgedMount } from '../model/mounts/judged-mounts.ts';
import { isSurprise, isSurpriseInside } from '../model/mounts/missing-mounts.ts';
import {
  containerLabel,
  mountEvidence,
  mountFinding,
  placeOf,
  serverCommandsOf,
} from '../model/mounts/mount-evidence.ts';
import { probeKey } from '../model/mounts/mount-tree.ts';
import type { ExpectedMounts, HostMounts, MountProbes } from '../model/mounts/mounts.ts';

export const mnt002 = defineCheck({
  code: 'MNT002',
  title: 'mount that is read-only although nothing asked for it',
  harms: { operation: '' },
  needs: ['nodeMounts', 'mountProbes', 'expectedMounts'],
  // Whatever could not be read may ask for it.
  unjudged: ({ nodeMounts, mountProbes, expectedMounts: { gaps, mounts } }) => {
    const said = ({ mount }: JudgedMount) => mountProbes.refusesWriting.get(probeKey(mount));
    const isUnasked = (one: JudgedMount) => said(one) === 'unknown';
    // Only a storage there makes the refusal one, and behind a link that could not be seen nobody knows where it is.
    const whyUnplaced = (one: JudgedMount) =>
      one.status === 'ok' && said(one) === 'root'
        ? mounts.flatMap(({ storeid, target, unclear }) =>
            storeid !== null && target === one.mount.target && unclear !== undefined ? [unclear] : [],
          )
        : [];
    return [
      ...(nodeMounts.some((one) => one.status === 'readonly' || (one.status === 'ok' && said(one) === 'root'))
        ? gaps
        : []),
      ...nodeMounts
        .filter((one) => one.status === 'ok' && isUnasked(one))
        .map(({ mount }) => `${mount.target}: whether its server lets root write had no answer`),
      ...nodeMounts.flatMap(whyUnplaced),
    ];
  },
  examine: ({ nodeMounts, mountProbes, expectedMounts }) => [
    ...(expectedMounts.gaps.length > 0 ? [] : nodeMounts)
      .filter(({ status, mount }) => status === 'readonly' && isSurprise(mount, expectedMounts.mounts))
      .map((judged) => readonlyMountFinding(judged, 'storage.cfg, /etc/fstab and mount units')),
    ...refused(nodeMounts, mountProbes, expectedMounts),
  ],
});

/** Root alone may be refused on purpose, except where PVE writes as root: on the mount point of a storage. */
const refused = (mounts: readonly JudgedMount[], probes: MountProbes, expected: ExpectedMounts): readonly Found[] =>
  mounts.flatMap((judged) => {
    const { mount, status } = judged;
    const kind = probes.refusesWriting.get(probeKey(mount));
    const storeids = expected.mounts.flatMap(({ storeid, target, required }) =>
      storeid !== null && required && target === mount.target ? [storeid] : [],
    );
    if (status !== 'ok' || kind === undefined || kind === 'unknown' || (kind === 'root' && storeids.length === 0))
      return [];
    return [refusedFinding(judged, kind, storeids)];
  });

export const ct002 = defineCheck({
  code: 'CT002',
  title: 'remote mount inside a container that is read-only although nothing asked for it',
  harms: { operation: '' },
  needs: ['containers', 'mountProbes', 'containerMounts', 'mounts'],
  examine: ({ containerMounts, mountProbes, mounts }) =>
    readonlyInside(containerMounts, mounts).flatMap((judged) => {
      const { container, mount } = judged;
      const fstab = container === null ? undefined : mountProbes.fstabs.get(container.vmid);
      if (container?.config.state !== 'known' || fstab?.state !== 'known') return [];
      return isSurpriseInside(mount, container.config.value, fstab.value)
        ? [readonlyMountFinding(judged, "the container's configuration and its /etc/fstab")]
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

/**
 * A mount that is mounted for writing and whose server takes no writes. Where everybody may write by the directory's mode, it is
 * exported read-only; else root alone may be the one who is refused, which matters where PVE writes as root.
 */
function refusedFinding({ mount }: JudgedMount, refused: 'all' | 'root', storeids: readonly string[]): Found {
  const isCertain = refused === 'all';
  return mountFinding(mount.target, null, {
    harm: 'operation',
    title: isCertain
      ? `${mount.target} is mounted for writing, and its server exports it read-only`
      : `${mount.target} is mounted for writing, and its server does not let root write`,
    evidence: [
      {
        fact: `access for writing: Permission denied${isCertain ? ', although the mode of the directory lets everybody' : ''}`,
        source: 'access(2), in a child process; nothing was written',
      },
      mountEvidence(mount, null),
      ...(storeids.length === 0
        ? []
        : [{ fact: `storage on it: ${listed(storeids)}`, source: '/etc/pve/storage.cfg' }]),
    ],
    impact: 'Writes fail: backups, uploads and guests with volumes on it get an error, while the mount looks writable.',
    remedy: {
      text: isCertain
        ? 'Export it for writing on the server. If it should be read-only, mount it with `ro`: then it is no longer reported.'
        : 'Check the export on the server: it is read-only, or root_squash maps root to a user who may not write. If it should be read-only, mount it with `ro`.',
      commands: serverCommandsOf(mount),
    },
    headline: isCertain
      ? 'takes no writes: its server exports it read-only'
      : 'takes no writes of root: its server refuses them',
    certainty: isCertain ? 'certain' : 'maybe',
  });
}

function readonlyMountFinding({ mount, container }: JudgedMount, compared: string): Found {
  const place = placeOf(mount.target, container);
  return mountFinding(mount.target, container, {
    harm: 'operation',
    title: `${place} is read-only although nothing asked for it`,
    evidence: [
      mountEvidence(mount, container),
      { fact: `no \`ro\` for ${mount.target} in ${compared}`, source: compared },
    ],
    impact: 'Writes fail: backups, uploads and guests with volumes on it get "Read-only file system".',
    remedy: {
      text:
        'Find the cause: a file system error (kernel log), a manual mount, or the export. After an ' +
        'error check the file system before anything is written to it; otherwise `mount -o remount,rw` makes it writable. ' +
        "If it should be read-only, configure that (`ro` in fstab or in the storage's options, " +
        '`ro=1` of a mount point), and it is not reported again.',
      commands: [
        reads('journalctl', '-k', '-n', '100', '--no-pager'),
        ...(container === null ? [] : [reads('pct', 'config', String(container.vmid))]),
      ],
    },
    headline: 'is read-only, but nothing configures it so',
  });
}
