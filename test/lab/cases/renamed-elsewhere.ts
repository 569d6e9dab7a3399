import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Another node renamed volumes that are active here: two were given to other guests, and a whole VG has a new name. Whoever has the UUID now decides.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'), lvmStorage('big', 'new', 'shared 1'));
    lab.storage.group('san');
    lab.storage.group('old');
    for (const vmid of [303, 305, 307]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    lab.storage.thick('old', 'vm-309-disk-0');
    lab.storage.rename('san', 'vm-303-disk-0', 'vm-304-disk-0', 'another-node');
    lab.storage.rename('san', 'vm-305-disk-0', 'vm-306-disk-0', 'another-node');
    lab.storage.rename('san', 'vm-307-disk-0', 'vm-308-disk-0', 'another-node');
    lab.storage.renameGroup('old', 'new', 'another-node');
    lab.cluster.vm(303, 'name: gave-it-away\nmemory: 512');
    lab.cluster.vm(304, 'name: has-it-now\nscsi0: san:vm-304-disk-0,size=8M');
    lab.cluster.vm(305, 'name: gave-it-too\nmemory: 512');
    lab.cluster.vm(306, 'name: has-it-there\nscsi0: san:vm-306-disk-0,size=8M', 'pve2');
    lab.cluster.vm(309, 'name: same-guest\nscsi0: big:vm-309-disk-0,size=8M');
    const report = lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: [
        'DM011 san-vm--305--disk--0 warning',
        'DM020 san-vm--303--disk--0 warning',
        'DM020 san-vm--305--disk--0 warning',
        'DM020 san-vm--307--disk--0 warning',
        'DM020 old-vm--309--disk--0 warning',
      ],
      entries: {
        'san-vm--303--disk--0': 'valid',
        'san-vm--305--disk--0': 'orphan',
        'san-vm--307--disk--0': 'unknown',
        'old-vm--309--disk--0': 'valid',
      },
      unknown: ['DM012'],
    });
    const elsewhere = report?.findings.find(({ code }) => code === 'DM011');
    lab.expect('whose it is', elsewhere?.vmid, report === null ? undefined : 306);
  },
};
