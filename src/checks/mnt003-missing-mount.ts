import { defineCheck } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import { missingMountFinding } from '../model/mounts/missing-mount-finding.ts';
import { missingMounts, unclearMounts } from '../model/mounts/missing-mounts.ts';
import { DEPENDENTS, dependentsEvidence, dependentsOf } from '../model/mounts/mount-dependents.ts';
import { mountSubject } from '../model/mounts/mount-evidence.ts';
import { answerOf } from '../model/mounts/mount-rows.ts';
import { beneathKey, isWithin } from '../model/mounts/mount-tree.ts';

export const mnt003 = defineCheck({
  code: 'MNT003',
  slug: 'missing-mount',
  title: 'expected mount, or directory of a storage, that is not there',
  needs: ['mounts', 'expectedMounts', 'mountProbes'],
  wants: DEPENDENTS,
  unjudged: ({ mounts, expectedMounts }) => [
    ...expectedMounts.gaps,
    ...unclearMounts(expectedMounts.mounts, mounts.mounts),
  ],
  examine: ({ mounts, expectedMounts, mountProbes }, wanted) => {
    const missing = missingMounts(expectedMounts.mounts, mounts.mounts);
    const lost = [...mountProbes.lostDirectories].filter(
      ([, path]) => !missing.some(({ expected: { target } }) => isWithin(path, target)),
    );
    return [
      ...missing.map((one) =>
        missingMountFinding('MNT003', {
          ...{ missing: one, container: null },
          beneath: mountProbes.beneath.get(beneathKey(null, one.expected.target)),
          server: answerOf(one.expected, mountProbes),
          behind: dependentsEvidence(dependentsOf(one.expected.target, null, wanted)),
        }),
      ),
      ...lost.map(([storeid, path]) =>
        lostDirectoryFinding(storeid, path, dependentsEvidence(dependentsOf(path, null, wanted))),
      ),
    ];
  },
});

/** Only an enabled storage of this node is looked for; what mounts its directory is not configured, or is mounted. */
const lostDirectoryFinding = (storeid: string, path: string, behind: Finding['evidence']): Finding => ({
  code: 'MNT003',
  severity: 'warning',
  subject: mountSubject(path, null),
  title: `the directory ${path} of storage ${storeid} does not exist`,
  evidence: [
    { fact: `statfs of ${path}: No such file or directory`, source: 'stat -f, in a child process' },
    ...behind,
  ],
  impact:
    'Volumes and backups of the storage are not where they are looked for. Unless it is told otherwise, PVE makes an empty ' +
    'directory when it next uses the storage, and writes to the disk that lies beneath.',
  remedy: {
    text: `See whether a disk that belongs there is not mounted, or whether the directory was moved or removed. Restore it, or correct the path of the storage; on a disk of its own set \`is_mountpoint\`, so that PVE does not make the directory.`,
    commands: [
      ['lsblk', '-f'],
      ['grep', '-A', '8', `: ${storeid}$`, '/etc/pve/storage.cfg'],
    ],
  },
  headline: 'has no directory: its volumes and backups are not where they are looked for',
  repairAction: null,
  certainty: 'certain',
  vmid: null,
  about: storeid,
});
