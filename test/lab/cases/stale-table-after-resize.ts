import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Another node grew, shrank and moved volumes that are active here: the live tables are older than the metadata.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    for (const vmid of [310, 311, 312, 313]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    lab.cluster.vm(310, 'name: grown\nscsi0: san:vm-310-disk-0,size=24M');
    lab.cluster.vm(311, 'name: shrunk\nscsi0: san:vm-311-disk-0,size=8M');
    lab.cluster.vm(312, 'name: grown-away\nscsi0: san:vm-312-disk-0,size=24M', 'pve2');
    lab.cluster.vm(313, 'name: fine\nscsi0: san:vm-313-disk-0,size=24M');
    lab.guests.startVm(310, ['/dev/san/vm-310-disk-0']);
    lab.storage.grow('san', 'vm-310-disk-0', 8, 'another-node');
    lab.storage.shrink('san', 'vm-311-disk-0', 8, 'another-node');
    lab.storage.grow('san', 'vm-312-disk-0', 8, 'another-node');
    lab.storage.grow('san', 'vm-313-disk-0', 8, 'this-node');
    lab.expect('segments of the grown volume here', lab.dm.table('san-vm--313--disk--0').split('\n').length, 2);
    lab.expectVerdict({
      exit: 2,
      grade: 'F',
      findings: [
        'DM020 san-vm--310--disk--0 critical',
        'DM020 san-vm--311--disk--0 warning',
        'DM011 san-vm--312--disk--0 warning',
        'DM020 san-vm--312--disk--0 warning',
      ],
      entries: {
        'san-vm--310--disk--0': 'valid',
        'san-vm--311--disk--0': 'valid',
        'san-vm--312--disk--0': 'orphan',
        'san-vm--313--disk--0': 'valid',
      },
    });
  },
};
