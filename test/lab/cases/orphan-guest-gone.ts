import { lvmStorage, thinStorage } from '../node/cluster.ts';
import { dmName } from '../node/device-mapper.ts';
import type { LabCase } from '../node/lab.ts';

export const labCase: LabCase = {
  about: 'Volumes of guests that no node has any more are active: a disk, a cloud-init disk, a template, a snapshot.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'), thinStorage('local-lvm', 'pve', 'data'));
    lab.storage.group('san');
    lab.storage.group('pve');
    lab.storage.thinPool('pve', 'data');
    lab.storage.thick('san', 'vm-500-disk-0');
    lab.storage.thick('san', 'vm-500-cloudinit', 4);
    lab.storage.thin('pve', 'data', 'vm-501-disk-0');
    lab.storage.thinSnapshot('pve', 'vm-501-disk-0', 'before');
    lab.storage.activate('pve', 'snap_vm-501-disk-0_before');
    lab.storage.thin('pve', 'data', 'vm-502-disk-0');
    lab.storage.template('pve', 'vm-502-disk-0');
    lab.storage.activate('pve', 'base-502-disk-0');
    lab.storage.thick('san', 'vm-100-disk-0');
    lab.cluster.vm(100, 'name: kept\nscsi0: san:vm-100-disk-0,size=8M');
    const orphans = [
      dmName('san', 'vm-500-disk-0'),
      dmName('san', 'vm-500-cloudinit'),
      dmName('pve', 'vm-501-disk-0'),
      dmName('pve', 'snap_vm-501-disk-0_before'),
      dmName('pve', 'base-502-disk-0'),
    ];
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: orphans.map((name) => `DM010 ${name} warning`),
      entries: {
        ...Object.fromEntries(orphans.map((name) => [name, 'orphan' as const])),
        [dmName('san', 'vm-100-disk-0')]: 'valid',
      },
    });
  },
};
