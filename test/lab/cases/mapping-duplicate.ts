import { lvmStorage, thinStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    "Hand-made entries map the extents of guests' volumes a second time: one thick, one a thin volume by its id in the pool.",
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'), thinStorage('local-lvm', 'pve', 'data'));
    lab.storage.group('san');
    lab.storage.group('pve');
    lab.storage.thinPool('pve', 'data');
    lab.storage.thick('san', 'vm-100-disk-0');
    lab.storage.thin('pve', 'data', 'vm-101-disk-0', 8);
    lab.cluster.vm(100, 'name: thick\nscsi0: san:vm-100-disk-0,size=8M');
    lab.cluster.vm(101, 'name: thin\nscsi0: local-lvm:vm-101-disk-0,size=8M');
    lab.dm.create([
      { name: 'rescue', table: [lab.dm.table('san-vm--100--disk--0')] },
      { name: 'second-look', table: [lab.dm.table('pve-vm--101--disk--0')] },
    ]);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['DM002 rescue warning', 'DM002 second-look warning'],
      entries: { 'san-vm--100--disk--0': 'valid', 'pve-vm--101--disk--0': 'valid' },
    });
  },
};
