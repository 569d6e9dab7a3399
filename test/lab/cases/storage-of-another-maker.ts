import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'LINSTOR and a plugin that Proxmox VE does not bring keep guests’ disks on volumes whose names they derive: nobody here can say that those are unused, nor what else such a guest has. Of others, all is said.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(
      lvmStorage('san', 'san'),
      'drbd: linstor_db\nresourcegroup rg1\ncontroller 192.0.2.9\ncontent images,rootdir',
      'acme: flash\nvgname acme\ncontent images',
    );
    lab.storage.group('san');
    const volumes = ['vm-137-disk-1_00000', 'vm-137-disk-2', 'vm-138-disk-0', 'vm-139-disk-0', 'vm-140-disk-0'];
    for (const lv of volumes) lab.storage.thick('san', lv);
    lab.cluster.vm(137, 'name: on-linstor\nscsi0: linstor_db:vm-137-disk-1,size=8M');
    lab.cluster.vm(138, 'name: on-a-plugin\nscsi0: flash:pool/blob-0x8f,size=8M');
    lab.cluster.vm(139, 'name: on-both\nscsi0: san:vm-139-disk-0,size=8M\nscsi1: linstor_db:pm-5c2f_139,size=8M');
    lab.cluster.vm(140, 'name: on-none\nmemory: 512');
    lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: ['DM012 san-vm--140--disk--0 warning'],
      entries: {
        'san-vm--137--disk--1_00000': 'unknown',
        'san-vm--137--disk--2': 'unknown',
        'san-vm--138--disk--0': 'unknown',
        'san-vm--139--disk--0': 'valid',
        'san-vm--140--disk--0': 'orphan',
      },
    });
  },
};
