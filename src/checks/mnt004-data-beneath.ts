import { defineCheck, type Found } from '../model/check.ts';
import { reads, readsBeneath } from '../model/command/command.ts';
import { targetsOverNothing, unclearMounts } from '../model/mounts/missing-mounts.ts';
import { beneathEvidence, bytesText, holdsFiles, mountEvidence, mountFinding } from '../model/mounts/mount-evidence.ts';
import { beneathKey, beneathOf, mountAt } from '../model/mounts/mount-tree.ts';
import type { Beneath, SeenMount } from '../model/mounts/mounts.ts';
import { size } from '../model/size.ts';

export const mnt004 = defineCheck({
  code: 'MNT004',
  title: 'data written beneath a mount point',
  harms: { room: '' },
  needs: ['mounts', 'mountProbes', 'expectedMounts'],
  examine: ({ mounts, mountProbes, expectedMounts }) =>
    targetsOverNothing(mounts.mounts, expectedMounts).flatMap((target) => {
      const beneath = mountProbes.beneath.get(beneathKey(null, target));
      return holdsFiles(beneath) ? [findingFor(target, beneath, mounts.mounts)] : [];
    }),
  unjudged: ({ mounts, mountProbes, expectedMounts }) => [
    ...expectedMounts.gaps,
    ...unclearMounts(expectedMounts.mounts, mounts.mounts),
    ...targetsOverNothing(mounts.mounts, expectedMounts).flatMap((target) => {
      const because = mountProbes.beneathUnread.get(beneathKey(null, target));
      return because === undefined ? [] : [`beneath ${target}: ${because}`];
    }),
  ],
});

function findingFor(target: string, beneath: Beneath, mounts: readonly SeenMount[]): Found {
  const over = mountAt(mounts, target);
  const from = beneathOf(mounts, target)?.target ?? '/';
  const inside = target.slice(from === '/' ? 1 : from.length + 1);
  const state = over === null ? 'which is not mounted' : 'hidden by what is mounted there';
  return mountFinding(target, null, {
    harm: 'room',
    title: `${bytesText(beneath.bytes)} on the disk beneath ${target}, ${state}`,
    evidence: [beneathEvidence(target, beneath), ...(over === null ? [] : [mountEvidence(over, null)])],
    impact:
      'The files were written while the file system was not mounted. They fill the local disk, no `du` or `ls` shows them ' +
      'while something is mounted over them, and whoever looks for them on the file system that belongs there does not find them.',
    remedy: {
      text:
        over === null
          ? 'Check the files before anything is mounted there, and move what you need elsewhere. pve-doctor removes none of them.'
          : 'Look at them through a second mount of the file system beneath, which ends with the command, compare, and move ' +
            'what is needed. Nothing here is removed by pve-doctor.',
      commands: over === null ? [reads('ls', '-la', target)] : [readsBeneath(from, inside)],
    },
    bytes: beneath.bytes,
    headline: `hides ${size(beneath.bytes)} that were written to the local disk while it was not mounted`,
  });
}
