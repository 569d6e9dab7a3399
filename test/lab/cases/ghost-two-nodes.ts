import { lvmStorage } from '../node/cluster.ts';
import { type LabCase, SHARED_DISK } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Two kernels with one disk: a volume active on the first node is removed, and another one re-created, by the second node.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.groupOn('san', SHARED_DISK);
    for (const vmid of [400, 401, 402, 403]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    lab.cluster.vm(401, 'name: again\nscsi0: san:vm-401-disk-0,size=16M');
    lab.cluster.vm(402, 'name: grown\nscsi0: san:vm-402-disk-0,size=16M');
    lab.cluster.vm(403, 'name: untouched\nscsi0: san:vm-403-disk-0,size=8M');
    lab.say('volumes-active');
    lab.hear('volumes-changed');
    lab.expect('size of the entry', lab.dm.table('san-vm--402--disk--0').split(' ')[1], '16384');
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: [
        'DM010 san-vm--400--disk--0 warning',
        'DM013 san-vm--400--disk--0 warning',
        'DM013 san-vm--401--disk--0 warning',
        'DM020 san-vm--402--disk--0 warning',
      ],
      entries: {
        'san-vm--400--disk--0': 'orphan',
        'san-vm--401--disk--0': 'orphan',
        'san-vm--402--disk--0': 'valid',
        'san-vm--403--disk--0': 'valid',
      },
    });
  },
  otherNode(lab) {
    lab.hear('volumes-active');
    lab.storage.remove('san', 'vm-400-disk-0');
    lab.storage.remove('san', 'vm-401-disk-0');
    lab.storage.thick('san', 'vm-401-disk-0', 16);
    lab.storage.grow('san', 'vm-402-disk-0', 8, 'this-node');
    lab.say('volumes-changed');
  },
};
