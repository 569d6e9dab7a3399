import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'A live migration arrives: QEMU runs here and holds the volumes, the configuration is still on the other node.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-200-disk-0');
    lab.storage.thick('san', 'vm-200-disk-1');
    const disks = 'scsi0: san:vm-200-disk-0,size=8M\nscsi1: san:vm-200-disk-1,size=8M';
    lab.cluster.vm(200, `name: travelling\nlock: migrate\n${disks}`, 'pve2');
    lab.guests.receiveVm(200, ['/dev/san/vm-200-disk-0']);
    lab.expectVerdict({
      exit: 0,
      grade: '?',
      findings: [],
      entries: { 'san-vm--200--disk--0': 'busy', 'san-vm--200--disk--1': 'busy' },
    });
  },
};
