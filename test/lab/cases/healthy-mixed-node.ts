import { lvmStorage, thinStorage } from '../node/cluster.ts';
import { dmName } from '../node/device-mapper.ts';
import type { Lab, LabCase } from '../node/lab.ts';

/** A VG with hyphens whose storage has another id. */
const THICK = 'vg-ssd-01';

const YESTERDAY = Math.floor(Date.now() / 1000) - 86_400;

const GUESTS = {
  web: `
    name: web
    scsi0: local-lvm:vm-100-disk-0,size=32M
    ide2: local-lvm:vm-100-cloudinit,media=cdrom
    efidisk0: local-lvm:vm-100-disk-1,efitype=4m,size=4M
    tpmstate0: local-lvm:vm-100-disk-2,size=4M,version=v2.0
    parent: before

    [before]
    name: web
    scsi0: local-lvm:vm-100-disk-0,size=32M
    snaptime: ${YESTERDAY}
    vmstate: local-lvm:vm-100-state-before`,
  stopped: `
    scsi0: fast:vm-101-disk-0,size=8M
    scsi3: fast:vm-101-mydata,size=8M
    unused0: fast:vm-101-disk-1

    [PENDING]
    scsi1: fast:vm-101-disk-2,size=8M

    [special:fleecing]
    fleecing-images: fast:vm-101-fleece-0`,
  chain: `
    name: chain
    scsi0: fast:vm-106-disk-0.qcow2,size=8M
    parent: before

    [before]
    scsi0: fast:vm-106-disk-0.qcow2,size=8M
    snaptime: ${YESTERDAY}`,
  container: 'hostname: ct\nrootfs: fast:vm-104-disk-0,size=16M\nmp0: local-lvm:vm-104-disk-1,mp=/srv,size=8M',
};

function buildVolumes(lab: Lab): readonly string[] {
  lab.storage.group('pve');
  lab.storage.group(THICK);
  lab.storage.thinPool('pve', 'data');
  const thin = ['vm-100-disk-0', 'vm-100-cloudinit', 'vm-100-disk-1', 'vm-100-disk-2', 'vm-100-state-before'];
  for (const lv of [...thin, 'vm-104-disk-1']) lab.storage.thin('pve', 'data', lv, 8);
  lab.storage.thinSnapshot('pve', 'vm-100-disk-0', 'before');
  lab.storage.activate('pve', 'snap_vm-100-disk-0_before');
  lab.storage.thin('pve', 'data', 'vm-102-disk-0', 8);
  lab.storage.template('pve', 'vm-102-disk-0');
  lab.storage.linkedClone('pve', 'base-102-disk-0', 'vm-103-disk-0');
  lab.storage.activate('pve', 'base-102-disk-0');
  lab.storage.activate('pve', 'vm-103-disk-0');
  const thick = ['vm-101-disk-0', 'vm-101-mydata', 'vm-101-disk-1', 'vm-101-disk-2', 'vm-101-fleece-0', 'vm-107-raw'];
  const chain = ['vm-106-disk-0.qcow2', 'snap_vm-106-disk-0_before.qcow2'];
  for (const lv of [...thick, 'vm-106-disk-0.qcow2']) lab.storage.thick(THICK, lv);
  lab.storage.chainSnapshot(THICK, 'vm-106-disk-0.qcow2', 'before');
  lab.storage.thick(THICK, 'vm-104-disk-0', 16);
  lab.storage.thick(THICK, 'vm-108-disk-0');
  lab.storage.deactivate(THICK, 'vm-108-disk-0');
  const onThin = [...thin, 'vm-104-disk-1', 'snap_vm-100-disk-0_before', 'base-102-disk-0', 'vm-103-disk-0'];
  return [
    ...onThin.map((lv) => dmName('pve', lv)),
    ...[...thick, ...chain, 'vm-104-disk-0'].map((lv) => dmName(THICK, lv)),
  ];
}

export const labCase: LabCase = {
  about:
    'Every form of volume that PVE makes, on thin and thick LVM, of running and stopped VMs and containers: nothing is wrong.',
  inSample: true,
  run(lab) {
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('fast', THICK), thinStorage('local-lvm', 'pve', 'data'));
    const entries = buildVolumes(lab);
    lab.cluster.vm(100, GUESTS.web);
    lab.cluster.vm(101, GUESTS.stopped);
    lab.cluster.vm(102, 'name: golden\ntemplate: 1\nscsi0: local-lvm:base-102-disk-0,size=8M');
    lab.cluster.vm(103, 'name: clone\nscsi0: local-lvm:vm-103-disk-0,size=8M');
    lab.cluster.container(104, GUESTS.container);
    lab.cluster.vm(106, GUESTS.chain);
    lab.cluster.vm(107, `name: by-path\nscsi0: /dev/${THICK}/vm-107-raw,size=8M`);
    lab.cluster.vm(108, 'name: elsewhere\nscsi0: fast:vm-108-disk-0,size=8M', 'pve2');
    lab.guests.startVm(100, ['/dev/pve/vm-100-disk-0', '/dev/pve/vm-100-disk-1']);
    lab.guests.startVm(106, [`/dev/${THICK}/vm-106-disk-0.qcow2`]);
    lab.guests.startContainer(104, `/dev/${THICK}/vm-104-disk-0`);
    lab.expectVerdict({
      exit: 0,
      grade: 'A+',
      findings: ['VOL010 fast:vm-101-disk-1 notice'],
      entries: Object.fromEntries(entries.map((name) => [name, 'valid'])),
    });
  },
};
