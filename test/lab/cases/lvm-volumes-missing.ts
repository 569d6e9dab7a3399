import { lvmStorage, thinStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';

const GUESTS = {
  whole: `
    name: whole
    scsi0: thin:vm-100-disk-0,size=32M
    scsi1: san:vm-100-disk-1.qcow2,size=8M
    scsi2: san:vm-100-disk-2,size=8M
    parent: before

    [before]
    scsi0: thin:vm-100-disk-0,size=32M
    scsi1: san:vm-100-disk-1.qcow2,size=8M`,
  lost: `
    name: lost
    scsi0: thin:vm-101-disk-0,size=32M
    scsi1: san:vm-101-disk-1,size=8M
    scsi2: far:vm-101-disk-2,size=8M
    unused0: san:vm-101-disk-3

    [before]
    scsi0: thin:vm-101-disk-0,size=32M`,
  chain: `
    name: chain
    scsi0: san:vm-102-disk-0.qcow2,size=8M

    [before]
    scsi0: san:vm-102-disk-0.qcow2,size=8M`,
};

const VALID = Object.fromEntries(
  [
    'pve-vm--100--disk--0',
    'pve-vm--101--disk--0',
    'san-vm--100--disk--1.qcow2',
    'san-snap_vm--100--disk--1_before.qcow2',
    'san-vm--100--disk--2',
    'san-vm--102--disk--0.qcow2',
  ].map((name) => [name, 'valid' as const]),
);

export const labCase: LabCase = {
  about:
    'Guests on thin LVM, thick LVM and a chain of qcow2 whose volumes and snapshots somebody removed, beside one that has all. Then one disk of a VG is away, and nothing of that VG is judged.',
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(
      thinStorage('thin', 'pve', 'data'),
      `${lvmStorage('san', 'san')}\nsnapshot-as-volume-chain 1`,
      `${lvmStorage('far', 'far')}\nnodes pve2`,
    );
    const pool = lab.storage.group('pve');
    lab.storage.thinPool('pve', 'data');
    const first = lab.storage.group('san');
    const second = lab.storage.disk('second', 64);
    lab.journal.run(['vgextend', '-qq', 'san', second]);
    for (const lv of ['vm-100-disk-0', 'vm-101-disk-0']) {
      lab.storage.thin('pve', 'data', lv);
      lab.storage.thinSnapshot('pve', lv, 'before');
    }
    for (const lv of ['vm-100-disk-1.qcow2', 'vm-102-disk-0.qcow2']) {
      lab.storage.thick('san', lv);
      lab.storage.chainSnapshot('san', lv, 'before');
    }
    for (const lv of ['vm-100-disk-2', 'vm-101-disk-1']) lab.storage.thick('san', lv);
    lab.cluster.vm(100, GUESTS.whole);
    lab.cluster.vm(101, GUESTS.lost);
    lab.cluster.vm(102, GUESTS.chain);
    const missing = () => lab.check().report?.findings.filter(({ code }) => code === 'VOL003');
    lab.expect('nothing is missing as long as all is there', missing(), []);
    lab.storage.remove('pve', 'snap_vm-101-disk-0_before');
    lab.storage.remove('san', 'vm-101-disk-1');
    lab.storage.remove('san', 'snap_vm-102-disk-0_before.qcow2');
    const apart = ['VOL003 thin:vm-101-disk-0@before warning', 'VOL010 san:vm-101-disk-3 notice'];
    const thick = ['VOL003 san:vm-101-disk-1 warning', 'VOL003 san:vm-102-disk-0.qcow2@before warning'];
    lab.expectVerdict({ exit: 3, grade: 'B', findings: [...thick, ...apart], entries: VALID }, 'whole');
    lab.storage.showLvm([first, pool]);
    lab.expectVerdict(
      { exit: 3, grade: 'B', findings: ['LV017 san warning', ...apart], entries: VALID },
      'one-disk-away',
    );
    lab.storage.showLvm('all');
  },
};
