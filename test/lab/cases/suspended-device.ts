import { lvmStorage } from '../node/cluster.ts';
import { pause } from '../node/journal.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'A volume is suspended: whoever reads it hangs. The check ends in time, starts no LVM command and judges what it can.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    for (const vmid of [100, 500]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    lab.cluster.vm(100, 'name: frozen\nscsi0: san:vm-100-disk-0,size=8M');
    lab.journal.run(['udevadm', 'settle']);
    const lvmCommands = lab.watchLvm();
    lab.dm.suspend('san-vm--100--disk--0');
    const reader = lab.journal.background([
      'dd',
      'if=/dev/san/vm-100-disk-0',
      'of=/dev/null',
      'iflag=direct',
      'count=1',
    ]);
    pause(500);
    lab.expect('a reader hangs', lab.processState(reader), 'D');
    lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: ['DM030 san-vm--100--disk--0 warning'],
      entries: { 'san-vm--100--disk--0': 'valid', 'san-vm--500--disk--0': 'unknown' },
      unknown: [
        'DM012',
        'DM013',
        'DM020',
        'DM050',
        'ID001',
        'LV001',
        'LV002',
        'LV003',
        'LV013',
        'LV017',
        'LV018',
        'PATH007',
        'VOL003',
      ],
    });
    // Its configuration is in files: no device is opened for it.
    const commands = lvmCommands().filter((command) => !command.startsWith('lvm lvmconfig '));
    lab.expect('LVM commands during the check', commands, []);
    lab.dm.resume('san-vm--100--disk--0');
  },
};
