import { Cluster, lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about: 'A node alone, no guests, no guest volumes; root and swap on the installer’s VG: nothing is wrong.',
  run(lab) {
    const alone = new Cluster(lab.journal, ['pve1']);
    alone.start();
    alone.storage(lvmStorage('local-lvm', 'pve'));
    lab.storage.group('pve');
    for (const lv of ['root', 'swap']) lab.journal.run(['lvcreate', '-y', '-L', '16M', '-n', lv, 'pve']);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} });
  },
};
