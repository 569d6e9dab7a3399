import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Volumes on a shared VG are active here while their guests live on other nodes; one such name is used by a guest here.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    for (const lv of ['vm-200-disk-0', 'vm-201-disk-0', 'vm-202-disk-0', 'vm-100-disk-0']) lab.storage.thick('san', lv);
    lab.cluster.vm(200, 'name: away\nscsi0: san:vm-200-disk-0,size=8M', 'pve2');
    lab.cluster.container(201, 'hostname: away\nrootfs: san:vm-201-disk-0,size=8M', 'pve3');
    lab.cluster.vm(202, 'name: lender', 'pve2');
    lab.cluster.vm(100, 'name: borrower\nscsi0: san:vm-100-disk-0,size=8M\nscsi1: san:vm-202-disk-0,size=8M');
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: [
        'DM011 san-vm--200--disk--0 warning',
        'DM011 san-vm--201--disk--0 warning',
        'VOL016 san:vm-202-disk-0 warning',
      ],
      entries: {
        'san-vm--200--disk--0': 'orphan',
        'san-vm--201--disk--0': 'orphan',
        'san-vm--202--disk--0': 'valid',
        'san-vm--100--disk--0': 'valid',
      },
    });
  },
};
