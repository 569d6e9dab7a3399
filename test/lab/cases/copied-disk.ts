import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

const ENTRIES = {
  'san-vm--100--disk--0': 'valid',
  'san-vm--101--disk--0': 'valid',
  'san-vm--500--disk--0': 'unknown',
} as const;

export const labCase: LabCase = {
  about:
    'An older copy of the disk is on the node too. LVM takes one of them, then the copy alone: nothing is a ghost or an orphan, and the copy is said.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    const disk = lab.storage.group('san', 64);
    for (const vmid of [100, 500]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    const image = lab.storage.disk('copy', 64);
    lab.storage.showLvm([disk]);
    lab.storage.copyOnto(disk, image);
    lab.storage.thick('san', 'vm-101-disk-0');
    lab.cluster.vm(100, 'name: in-both\nscsi0: san:vm-100-disk-0,size=8M');
    lab.cluster.vm(101, 'name: newer\nscsi0: san:vm-101-disk-0,size=8M');
    lab.storage.showLvm('all');
    const said = lab.journal.run(['pvs']).stderr;
    lab.expect('LVM says which one it leaves out', /Not using device \/dev\/loop\d for PV/.test(said), true);
    lab.expectVerdict(
      { exit: 3, grade: 'B', findings: ['LV002 san warning'], entries: ENTRIES, unknown: ['DM012'] },
      'both',
    );
    lab.storage.showLvm([image]);
    lab.expectVerdict(
      { exit: 3, grade: 'B', findings: ['LV002 san warning'], entries: ENTRIES, unknown: ['DM012', 'VOL003'] },
      'old-one',
    );
  },
};
