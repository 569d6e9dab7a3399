import { defineCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import { beneathEvidence, holdsFiles } from '../model/mounts/missing-mount-finding.ts';
import { missingMounts } from '../model/mounts/missing-mounts.ts';
import { bytesText, mountEvidence } from '../model/mounts/mount-evidence.ts';
import { beneathKey, beneathOf, mountAt } from '../model/mounts/mount-tree.ts';
import type { Beneath, ExpectedMounts, HostMounts, SeenMount } from '../model/mounts/mounts.ts';
import { isRemote } from '../model/mounts/remote-filesystems.ts';

export const mnt004 = defineCheck({
  code: 'MNT004',
  slug: 'data-beneath',
  title: 'data written beneath a mount point',
  needs: ['mounts', 'mountProbes', 'expectedMounts'],
  examine: ({ mounts, mountProbes, expectedMounts }) =>
    targetsOf(mounts, expectedMounts).flatMap((target) => {
      const beneath = mountProbes.beneath.get(beneathKey(null, target));
      return holdsFiles(beneath) ? [findingFor(target, beneath, mounts.mounts)] : [];
    }),
  unjudged: ({ mounts, mountProbes, expectedMounts }) =>
    targetsOf(mounts, expectedMounts).flatMap((target) => {
      const because = mountProbes.beneathUnread.get(beneathKey(null, target));
      return because === undefined ? [] : [`beneath ${target}: ${because}`];
    }),
});

function targetsOf({ mounts }: HostMounts, expected: ExpectedMounts): readonly string[] {
  const targets = [
    ...mounts.filter(({ fsType, source }) => isRemote(fsType, source)).map(({ target }) => target),
    ...missingMounts(expected.mounts, mounts).map((missing) => missing.expected.target),
  ];
  return [...new Set(targets)].sort();
}

function findingFor(target: string, beneath: Beneath, mounts: readonly SeenMount[]): Finding {
  const over = mountAt(mounts, target);
  const from = beneathOf(mounts, target)?.target ?? '/';
  const inside = target.slice(from === '/' ? 1 : from.length + 1);
  const state = over === null ? 'which is not mounted' : 'hidden by what is mounted there';
  return {
    code: 'MNT004',
    severity: 'warning',
    subject: { kind: 'mount', id: target },
    title: `${bytesText(beneath.bytes)} on the local disk beneath ${target}, ${state}`,
    evidence: [beneathEvidence(target, beneath), ...(over === null ? [] : [mountEvidence(over, null)])],
    impact:
      'The files were written while the file system was not mounted. They fill the local disk, no `du` or `ls` shows them ' +
      'while something is mounted over them, and whoever looks for them on the server does not find them.',
    remedy: {
      text:
        'Look at them through a second mount of the local file system, compare, and move what is needed to the server. ' +
        'Nothing here is removed by pve-doctor.',
      commands: [['unshare', '-m', 'sh', '-c', 'mount -o bind,ro "$1" /sys && ls -lA "/sys/$2"', 'sh', from, inside]],
    },
    repairAction: null,
    certainty: 'certain',
    vmid: null,
  };
}
