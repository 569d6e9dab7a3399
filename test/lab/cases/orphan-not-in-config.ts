import { lvmStorage, thinStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about:
    'The guest is here but the volume is in no section of its configuration: a disk, a snapshot that is gone, a deletion that stopped half-way, a commented line.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'), thinStorage('local-lvm', 'pve', 'data'));
    lab.storage.group('san');
    lab.storage.group('pve');
    lab.storage.thinPool('pve', 'data');
    for (const lv of ['vm-100-disk-0', 'vm-100-disk-1', 'vm-100-disk-8', 'vm-100-disk-10', 'del-vm-100-disk-2']) {
      lab.storage.thick('san', lv);
    }
    lab.storage.thin('pve', 'data', 'vm-100-disk-0', 8);
    for (const snapshot of ['kept', 'gone']) {
      lab.storage.thinSnapshot('pve', 'vm-100-disk-0', snapshot);
      lab.storage.activate('pve', `snap_vm-100-disk-0_${snapshot}`);
    }
    const disks =
      'scsi0: san:vm-100-disk-0,size=8M\nscsi1: local-lvm:vm-100-disk-0,size=8M\nscsi2: san:vm-100-disk-10,size=8M';
    lab.cluster.vm(100, `#scsi8: san:vm-100-disk-8,size=8M\nname: here\n${disks}\nparent: kept\n\n[kept]\n${disks}`);
    const orphans = ['san-vm--100--disk--1', 'san-del--vm--100--disk--2', 'pve-snap_vm--100--disk--0_gone'];
    const valid = [
      'san-vm--100--disk--0',
      'san-vm--100--disk--10',
      'pve-vm--100--disk--0',
      'pve-snap_vm--100--disk--0_kept',
    ];
    lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: orphans.map((name) => `DM012 ${name} warning`),
      entries: {
        // A comment names it.
        'san-vm--100--disk--8': 'unknown',
        ...Object.fromEntries(orphans.map((name) => [name, 'orphan' as const])),
        ...Object.fromEntries(valid.map((name) => [name, 'valid' as const])),
      },
    });
  },
};
