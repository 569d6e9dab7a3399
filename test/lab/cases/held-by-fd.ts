import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about: 'An orphan is held open by a process: its pid and command are named.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-500-disk-0');
    const script = 'exec 3< /dev/san/vm-500-disk-0; exec sleep 100000';
    const pid = lab.journal.background(['sh', '-c', script]);
    lab.dm.waitForOpen('san-vm--500--disk--0', 1);
    const report = lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['DM010 san-vm--500--disk--0 warning'],
      entries: { 'san-vm--500--disk--0': 'orphan' },
    });
    const entry = report?.entries[0];
    if (entry) {
      lab.expect('in use', entry.inUse, 'yes');
      lab.expect('holders', entry.holders, [{ kind: 'process', pid, command: 'sleep', user: 'root', vmid: null }]);
      lab.expect('repair offered', report.findings[0]?.repair.offered, false);
    }
  },
};
