import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'Guest 100 is a Proxmox VE itself: its VG has the name of the node’s own, and LVM of the node looks into its disk. The volumes inside belong to guests of that guest.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('ssd', 'pve'));
    const inside = lab.storage.group('pve', 32);
    lab.storage.thick('pve', 'vm-200-disk-0');
    lab.storage.thick('pve', 'vm-700-disk-0');
    const uuid = lab.storage.vgUuid(inside);
    lab.journal.run(['vgchange', '-an', 'pve']);
    const own = lab.storage.disk('own', 128);
    lab.storage.showLvm([own]);
    lab.storage.groupOn('pve', own);
    lab.storage.thick('pve', 'vm-100-disk-0', 40);
    lab.storage.thick('pve', 'vm-800-disk-0');
    lab.storage.copyOnto(inside, '/dev/pve/vm-100-disk-0');
    lab.cluster.vm(100, 'name: nested\nscsi0: ssd:vm-100-disk-0,size=40M');
    lab.cluster.vm(200, 'name: of-the-node\nmemory: 512');
    lab.storage.showLvm([own, '/dev/pve/vm-100-disk-0'], true);
    lab.journal.run(['vgchange', '-ay', '--select', `vg_uuid=${uuid}`]);
    lab.expect('volumes inside are active', lab.dm.names().includes('pve-vm--700--disk--0'), true);
    lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: ['DM010 pve-vm--800--disk--0 warning', 'DM040 pve-vm--100--disk--0 warning', 'LV003 pve warning'],
      entries: {
        'pve-vm--100--disk--0': 'valid',
        'pve-vm--200--disk--0': 'unknown',
        'pve-vm--700--disk--0': 'unknown',
        'pve-vm--800--disk--0': 'orphan',
      },
      unknown: ['DM012'],
    });
  },
};
