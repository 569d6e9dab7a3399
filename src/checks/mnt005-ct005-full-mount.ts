import { defineCheck, type Found } from '../model/check.ts';
import { reads, readsInside } from '../model/command/command.ts';
import type { Evidence } from '../model/finding.ts';
import type { JudgedMount } from '../model/mounts/judged-mounts.ts';
import { fullnessOf, usedInodesPercent, usedPercent } from '../model/mounts/judged-mounts.ts';
import { DEPENDENTS, dependentsEvidence, dependentsOf } from '../model/mounts/mount-dependents.ts';
import { bytesText, mountEvidence, mountFinding, placeOf } from '../model/mounts/mount-evidence.ts';
import { DEFAULT_MOUNT_SETTINGS, type MountSettings } from '../model/mounts/mounts.ts';
import { isRemote } from '../model/mounts/remote-filesystems.ts';

/** As the limits are without settings. */
const FULL_HARMS = {
  data: `from ${DEFAULT_MOUNT_SETTINGS.criticalPercent} %, the second limit`,
  room: `from ${DEFAULT_MOUNT_SETTINGS.warningPercent} %, the first limit`,
};

export const mnt005 = defineCheck({
  code: 'MNT005',
  title: 'mount nearly full',
  harms: FULL_HARMS,
  needs: ['nodeMounts', 'mountProbes', 'expectedMounts'],
  wants: DEPENDENTS,
  examine: ({ nodeMounts, mountProbes }, wanted) => {
    const writable = nodeMounts.filter(({ status }) => status === 'ok');
    // One for each file system; directories of one export may have quotas, and thus sizes, of their own.
    const distinct = new Map(
      writable.map((judged) => [`${judged.mount.devNo} ${judged.capacity?.totalBytes}`, judged] as const).reverse(),
    );
    return [...distinct.values()].reverse().flatMap((judged) => {
      const behind = () => dependentsEvidence(dependentsOf(judged.mount.target, judged.mount, wanted));
      const finding = fullMountFinding(judged, mountProbes.settings, behind);
      return finding === null ? [] : [finding];
    });
  },
  // A local file system is asked where a storage has its directory there.
  unjudged: ({ expectedMounts }) => expectedMounts.directoryGaps,
});

export const ct005 = defineCheck({
  code: 'CT005',
  title: 'file system inside a container nearly full',
  harms: FULL_HARMS,
  needs: ['containers', 'containerMounts', 'mountProbes', 'mounts'],
  examine: ({ containerMounts, mountProbes, mounts }) => {
    // A share that the node has mounted is MNT005's, which names the containers.
    const shares = new Set(
      mounts.mounts.filter(({ fsType, source }) => isRemote(fsType, source)).map(({ devNo }) => devNo),
    );
    const found = new Map<string, Found>();
    for (const judged of containerMounts) {
      if (judged.status !== 'ok' || shares.has(judged.mount.devNo)) continue;
      const finding = fullMountFinding(judged, mountProbes.settings, () => []);
      const key = `${judged.container?.vmid} ${judged.mount.devNo}`;
      if (finding !== null && !found.has(key)) found.set(key, finding);
    }
    return [...found.values()];
  },
  unjudged: ({ containers }) => containers.gaps,
});

/** One decimal, rounded down: 94.99 is not shown as 95.0 while it is judged as less. */
const shown = (value: number): string => (Math.floor(value * 10) / 10).toFixed(1);

/**
 * The finding of a file system that runs full of data or of inodes; null where it does not, or does not say. Who is behind
 * it is asked for a finding only.
 */
function fullMountFinding(
  judged: JudgedMount,
  settings: MountSettings,
  behind: () => readonly Evidence[],
): Found | null {
  const { capacity, mount, container } = judged;
  if (capacity === null) return null;
  const full = fullnessOf(capacity, settings);
  if (full === 'no') return null;
  const space = usedPercent(capacity) ?? 0;
  const inodes = usedInodesPercent(capacity) ?? 0;
  const fullest = Math.max(space, inodes);
  const what = space >= inodes ? 'space' : 'inodes';
  const { totalBytes, usedBytes, availableBytes, totalInodes, usedInodes } = capacity;
  const source = 'stat -f, in a child process';
  const look = ['df', what === 'space' ? '-h' : '-i', mount.target] as const;
  return mountFinding(mount.target, container, {
    harm: full === 'critical' ? 'data' : 'room',
    title: `${placeOf(mount.target, container)}: ${shown(fullest)} % of its ${what} is used`,
    evidence: [
      {
        fact: `${bytesText(usedBytes)} of ${bytesText(totalBytes)} used, ${bytesText(availableBytes)} available (${shown(space)} %)`,
        source,
      },
      ...(totalInodes === 0
        ? []
        : [{ fact: `${usedInodes} of ${totalInodes} inodes used (${shown(inodes)} %)`, source }]),
      mountEvidence(mount, container),
      ...behind(),
    ],
    impact: 'When it is full, writes fail: backups are aborted, and guests with volumes on it see disk errors.',
    remedy: {
      text:
        `Free ${what} or enlarge the file system. On a backup storage look at the retention (prune) first. The limits are ` +
        `${settings.warningPercent} % and ${settings.criticalPercent} % and can be set.`,
      commands: [container === null ? reads(...look) : readsInside(container.vmid, ...look)],
    },
    headline: what === 'space' ? `is ${shown(fullest)} % full` : `has used ${shown(fullest)} % of its inodes`,
  });
}
