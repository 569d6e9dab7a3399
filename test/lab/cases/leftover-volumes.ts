import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Inactive volumes that no configuration refers to; the next free VMIDs, from the range in datacenter.cfg, will meet some of them.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.datacenter('keyboard: de\nnext-id: lower=600,upper=700');
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    const inactive = ['vm-601-disk-0', 'vm-601-cloudinit', 'vm-650-disk-0', 'vm-100-disk-1'];
    for (const lv of [...inactive, 'vm-100-disk-0', 'vm-602-disk-0']) lab.storage.thick('san', lv, 4);
    for (const lv of [...inactive, 'vm-100-disk-0']) lab.storage.deactivate('san', lv);
    lab.cluster.vm(100, 'name: here\nscsi0: san:vm-100-disk-0,size=4M');
    lab.cluster.vm(600, 'name: first-of-range', 'pve2');
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: [
        ...inactive.map((lv) => `LV001 san/${lv} notice`),
        'DM010 san-vm--602--disk--0 warning',
        'ID001 601 warning',
        'ID001 602 notice',
      ],
      entries: { 'san-vm--602--disk--0': 'orphan' },
    });
  },
};
