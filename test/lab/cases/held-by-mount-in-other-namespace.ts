import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about: "An orphan is mounted in a mount namespace of its own: the host's mount table does not show it.",
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-500-disk-0', 16);
    lab.journal.run(['mkfs.ext4', '-q', '-F', '/dev/san/vm-500-disk-0']);
    const script = 'mount /dev/san/vm-500-disk-0 /srv && exec sleep 100000';
    const pid = lab.journal.background(['unshare', '-m', '--propagation', 'private', 'sh', '-c', script]);
    lab.dm.waitForOpen('san-vm--500--disk--0', 1);
    lab.expect(
      'mounts of the host',
      lab.journal.run(['grep', '-c', '/srv', '/proc/1/mountinfo'], { mayFail: true }).stdout,
      '0\n',
    );
    const report = lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['DM010 san-vm--500--disk--0 warning'],
      entries: { 'san-vm--500--disk--0': 'orphan' },
    });
    const entry = report?.entries[0];
    if (entry) {
      lab.expect('in use', entry.inUse, 'yes');
      lab.expect('holders', entry.holders, [{ kind: 'mount', target: '/srv', pid }]);
      lab.expect('repair offered', report.findings[0]?.repair.offered, false);
    }
  },
};
