import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    "A forced removal left an error target in a guest's entry; another entry that nobody configures is an error target as a whole.",
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-100-disk-0');
    lab.cluster.vm(100, 'name: running\nscsi0: san:vm-100-disk-0,size=8M');
    lab.guests.startVm(100, ['/dev/san/vm-100-disk-0']);
    const forced = lab.journal.run(['dmsetup', 'remove', '--force', 'san-vm--100--disk--0'], { mayFail: true });
    lab.expect('exit of dmsetup remove --force on an open device', forced.status, 1);
    lab.expect('what it left', lab.dm.table('san-vm--100--disk--0'), '0 16384 error');
    lab.dm.create([{ name: 'broken', table: ['0 8192 error'] }]);
    lab.expectVerdict({
      exit: 2,
      grade: 'F',
      findings: ['DM020 san-vm--100--disk--0 critical', 'DM031 san-vm--100--disk--0 critical', 'DM031 broken warning'],
      entries: { 'san-vm--100--disk--0': 'valid' },
    });
  },
};
