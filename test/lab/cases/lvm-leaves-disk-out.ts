import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'A filter of LVM leaves out the disk of active volumes: LVM reports nothing, with status 0 and without a word.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san', 64);
    for (const vmid of [100, 500]) lab.storage.thick('san', `vm-${vmid}-disk-0`);
    lab.cluster.vm(100, 'name: here\nscsi0: san:vm-100-disk-0,size=8M');
    lab.storage.showLvm([]);
    const said = lab.journal.run(['lvs', '--noheadings']);
    lab.expect('what lvs says', [said.status, said.stdout.trim(), said.stderr.trim()], [0, '', '']);
    lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: ['LV002 san warning', 'LV018 san warning'],
      entries: { 'san-vm--100--disk--0': 'valid', 'san-vm--500--disk--0': 'unknown' },
      unknown: ['DM012', 'VOL003'],
    });
  },
};
