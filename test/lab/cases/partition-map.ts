import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about: "The host holds guests' volumes open: by kpartx partition maps on one, by a VG inside the guest on another.",
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-100-disk-0', 32);
    lab.storage.thick('san', 'vm-101-disk-0', 32);
    lab.cluster.vm(100, 'name: partitioned\nscsi0: san:vm-100-disk-0,size=32M');
    lab.cluster.vm(101, 'name: inner-vg\nscsi0: san:vm-101-disk-0,size=32M');
    const table = 'label: gpt\nsize=8MiB,type=L\nsize=8MiB,type=L\n';
    lab.journal.run(['sfdisk', '-q', '--no-reread', '/dev/san/vm-100-disk-0'], { input: table });
    lab.journal.run(['kpartx', '-av', '/dev/mapper/san-vm--100--disk--0']);
    const guestsOwn = ['--config', 'devices/scan_lvs=1'];
    lab.journal.run(['vgcreate', '-y', ...guestsOwn, 'ubuntu-vg', '/dev/san/vm-101-disk-0']);
    lab.journal.run(['lvcreate', '-y', ...guestsOwn, '-L', '4M', '-n', 'ubuntu-lv', 'ubuntu-vg']);
    const expectedNames = ['san-vm--100--disk--0', 'san-vm--100--disk--0p1', 'san-vm--100--disk--0p2'];
    lab.expect('entries', lab.dm.names(), [...expectedNames, 'san-vm--101--disk--0', 'ubuntu--vg-ubuntu--lv']);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['DM040 san-vm--100--disk--0 warning', 'DM040 san-vm--101--disk--0 warning'],
      entries: { 'san-vm--100--disk--0': 'valid', 'san-vm--101--disk--0': 'valid' },
    });
  },
};
