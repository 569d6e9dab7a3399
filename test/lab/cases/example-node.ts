import { lvmStorage, thinStorage } from '../node/cluster.ts';
import type { Lab, LabCase } from '../node/lab.ts';

const SHARED = 'ssd-ha01';

function buildHealthyPart(lab: Lab): void {
  lab.storage.group('pve');
  lab.storage.thinPool('pve', 'data');
  for (const lv of ['vm-100-disk-0', 'vm-100-disk-1', 'vm-101-disk-0']) lab.storage.thin('pve', 'data', lv, 16);
  lab.storage.group(SHARED);
  for (const lv of ['vm-100-disk-2', 'vm-119-disk-0', 'vm-169-disk-0', 'vm-170-disk-0']) lab.storage.thick(SHARED, lv);
  lab.cluster.storage(lvmStorage(SHARED, SHARED, 'shared 1'), thinStorage('local-lvm', 'pve', 'data'));
  lab.cluster.vm(
    100,
    'name: web\nscsi0: local-lvm:vm-100-disk-0,size=16M\nscsi1: ssd-ha01:vm-100-disk-2,size=24M\n' +
      'efidisk0: local-lvm:vm-100-disk-1,size=16M',
  );
  lab.cluster.container(101, 'hostname: mail\nrootfs: local-lvm:vm-101-disk-0,size=16M');
  lab.cluster.vm(119, 'name: windows\nscsi0: ssd-ha01:vm-119-disk-0,size=8M');
  lab.cluster.vm(169, 'name: database\nscsi0: ssd-ha01:vm-169-disk-0,size=8M');
  lab.cluster.vm(170, 'name: files\nscsi0: ssd-ha01:vm-170-disk-0,size=8M', 'pve2');
  lab.guests.startVm(100, ['/dev/pve/vm-100-disk-0', '/dev/pve/vm-100-disk-1', `/dev/${SHARED}/vm-100-disk-2`]);
}

/** What a busy cluster leaves behind in a year. */
function buildTrouble(lab: Lab): void {
  for (const lv of ['vm-102-disk-0', 'vm-169-disk-1', 'vm-888-disk-0']) lab.storage.thick(SHARED, lv);
  lab.storage.remove(SHARED, 'vm-102-disk-0', 'another-node');
  lab.storage.grow(SHARED, 'vm-100-disk-2', 16, 'another-node');
  lab.storage.remove(SHARED, 'vm-169-disk-0', 'another-node');
  lab.storage.thick(SHARED, 'vm-169-disk-0', 16, 'another-node');
  lab.storage.thick(SHARED, 'vm-104-disk-0');
  lab.storage.deactivate(SHARED, 'vm-104-disk-0');
  lab.dm.create([
    {
      name: 'ssd--ha01-vm--119--disk--0-copy',
      table: [lab.dm.table('ssd--ha01-vm--119--disk--0').replace(/^.*?: /, '')],
    },
  ]);
}

export const labCase: LabCase = {
  about: 'A node with guests that run and what a year leaves behind: the example that `npm start` shows.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    buildHealthyPart(lab);
    buildTrouble(lab);
    lab.expectVerdict({
      exit: 2,
      grade: 'F',
      findings: [
        'DM001 ssd--ha01-vm--119--disk--0-copy warning',
        'DM013 ssd--ha01-vm--169--disk--0 warning',
        'DM020 ssd--ha01-vm--100--disk--2 critical',
        'DM010 ssd--ha01-vm--102--disk--0 warning',
        'DM010 ssd--ha01-vm--888--disk--0 warning',
        'DM011 ssd--ha01-vm--170--disk--0 warning',
        'DM012 ssd--ha01-vm--169--disk--1 warning',
        'DM013 ssd--ha01-vm--102--disk--0 warning',
        'ID001 102 warning',
        'ID001 104 notice',
        'LV001 ssd-ha01/vm-104-disk-0 notice',
      ],
      entries: {
        'pve-vm--100--disk--0': 'valid',
        'pve-vm--100--disk--1': 'valid',
        'pve-vm--101--disk--0': 'valid',
        'ssd--ha01-vm--100--disk--2': 'valid',
        'ssd--ha01-vm--102--disk--0': 'orphan',
        'ssd--ha01-vm--119--disk--0': 'valid',
        'ssd--ha01-vm--119--disk--0-copy': 'duplicate',
        'ssd--ha01-vm--169--disk--0': 'orphan',
        'ssd--ha01-vm--169--disk--1': 'orphan',
        'ssd--ha01-vm--170--disk--0': 'orphan',
        'ssd--ha01-vm--888--disk--0': 'orphan',
      },
    });
  },
};
