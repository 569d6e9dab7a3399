import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'LVM stacks entries of its own on guest volumes: a thick snapshot, a cache, RAID 1, an old mirror. They look like second entries of the volume and are none.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.groupOn('san', lab.storage.disk('san', 512));
    lab.journal.run(['vgextend', '-y', 'san', lab.storage.disk('san2', 512)]);
    for (const vmid of [100, 101, 102, 103]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    lab.journal.run(['lvcreate', '-y', '-s', '-L', '8M', '-n', 'by-hand', 'san/vm-100-disk-0']);
    lab.journal.run(['lvcreate', '-y', '-L', '16M', '-n', 'fast', 'san']);
    lab.journal.run(['lvconvert', '-y', '--type', 'cache', '--cachevol', 'fast', 'san/vm-101-disk-0']);
    lab.journal.run(['lvconvert', '-y', '--type', 'raid1', '-m', '1', 'san/vm-102-disk-0']);
    lab.journal.run(['lvconvert', '-y', '--type', 'mirror', '-m', '1', 'san/vm-103-disk-0']);
    for (const vmid of [100, 101, 102, 103]) lab.cluster.vm(vmid, `name: stack\nscsi0: san:vm-${vmid}-disk-0,size=16M`);
    lab.expect(
      'layers',
      lab.dm.names().filter((name) => /-real$|-cow$|_corig$|_[rm]image_0$/.test(name)),
      [
        'san-by--hand-cow',
        'san-vm--100--disk--0-real',
        'san-vm--101--disk--0_corig',
        'san-vm--102--disk--0_rimage_0',
        'san-vm--103--disk--0_mimage_0',
      ],
    );
    lab.expectVerdict({
      exit: 0,
      grade: 'A+',
      findings: [],
      entries: {
        'san-vm--100--disk--0': 'valid',
        'san-vm--101--disk--0': 'valid',
        'san-vm--102--disk--0': 'valid',
        'san-vm--103--disk--0': 'valid',
      },
    });
  },
};
