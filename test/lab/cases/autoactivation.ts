import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    "Guests' volumes are left to LVM's autoactivation: on a shared VG that is the main source of ghosts, on a local one cosmetic.",
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(
      lvmStorage('san', 'san', 'shared 1'),
      lvmStorage('fast', 'local-vg'),
      lvmStorage('new', 'new-vg'),
    );
    for (const vg of ['san', 'local-vg', 'new-vg']) {
      lab.storage.group(vg);
      lab.storage.thick(vg, 'vm-100-disk-0');
    }
    lab.storage.autoactivation('san', 'vm-100-disk-0', 'y');
    lab.storage.autoactivation('local-vg', 'vm-100-disk-0', 'y');
    lab.journal.run(['lvcreate', '-y', '-L', '4M', '-n', 'root', 'new-vg']);
    const disks = ['san', 'fast', 'new'].map((id, index) => `scsi${index}: ${id}:vm-100-disk-0,size=8M`);
    lab.cluster.vm(100, `name: old\n${disks.join('\n')}`);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['DM050 san warning', 'DM050 local-vg notice'],
      entries: {
        'san-vm--100--disk--0': 'valid',
        'local--vg-vm--100--disk--0': 'valid',
        'new--vg-vm--100--disk--0': 'valid',
      },
    });
  },
};
