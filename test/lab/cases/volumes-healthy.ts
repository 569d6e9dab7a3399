import { mkdirSync, writeFileSync } from 'node:fs';
import type { Lab, LabCase } from '../node/lab.ts';
import { RemoteServer, SERVER } from '../node/remote-server.ts';

const YESTERDAY = Math.floor(Date.now() / 1000) - 86_400;

/** Every kind of volume of Proxmox VE's documentation that is a file, each by the form of reference that names it. */
const FILES = [
  '100/vm-100-disk-0.qcow2',
  '100/vm-100-disk-1.raw',
  '100/vm-100-disk-2.vmdk',
  '100/vm-100-cloudinit.qcow2',
  '100/vm-100-disk-3.qcow2',
  '100/vm-100-disk-4.raw',
  '100/vm-100-state-before.raw',
  '100/vm-100-state-suspend-2026-11-01.raw',
  '100/vm-100-fleece-0.qcow2',
  '100/data.qcow2',
  '100/vm-100-disk-5.raw',
  '100/vm-100-disk-6.raw',
  '100/vm-100-disk-7.raw',
  '100/vm-100-disk-9.raw',
  '103/vm-103-disk-0.qcow2',
  '9000/base-9000-disk-0.qcow2',
  '200/vm-200-disk-0.raw',
] as const;

const CONFIG = (storeid: string, path: string): string => `
  name: all-kinds
  scsi0: ${storeid}:100/vm-100-disk-0.qcow2,size=64M
  virtio1: ${storeid}:100/vm-100-disk-1.raw,size=1M
  sata2: file=${storeid}:100/vm-100-disk-2.vmdk,size=1M
  ide2: ${storeid}:100/vm-100-cloudinit.qcow2,media=cdrom
  efidisk0: ${storeid}:100/vm-100-disk-3.qcow2,efitype=4m
  tpmstate0: ${storeid}:100/vm-100-disk-4.raw,version=v2.0
  scsi5: ${storeid}:100/data.qcow2,size=1M
  scsi6: ${path}/images/100/vm-100-disk-5.raw,size=1M
  args: -drive file=${path}/images/100/vm-100-disk-9.raw,if=none
  vmstate: ${storeid}:100/vm-100-state-suspend-2026-11-01.raw
  parent: before

  [PENDING]
  scsi7: ${storeid}:100/vm-100-disk-6.raw,size=1M

  [before]
  scsi0: ${storeid}:100/vm-100-disk-0.qcow2,size=64M
  scsi8: ${storeid}:100/vm-100-disk-7.raw,size=1M
  snaptime: ${YESTERDAY}
  vmstate: ${storeid}:100/vm-100-state-before.raw

  [special:fleecing]
  fleecing-images: ${storeid}:100/vm-100-fleece-0.qcow2`;

function fill(lab: Lab, root: string): void {
  const images = `${root}/images`;
  for (const file of FILES) {
    mkdirSync(`${images}/${file.split('/')[0]}`, { recursive: true });
    if (file.endsWith('.qcow2'))
      lab.journal.run(['qemu-img', 'create', '-q', '-f', 'qcow2', `${images}/${file}`, '64M']);
    else writeFileSync(`${images}/${file}`, Buffer.alloc(4096, 1));
  }
  lab.journal.run(['qemu-img', 'snapshot', '-c', 'before', `${images}/100/vm-100-disk-0.qcow2`]);
  const clone = ['-b', '../9000/base-9000-disk-0.qcow2', '-F', 'qcow2'];
  mkdirSync(`${images}/101`, { recursive: true });
  lab.journal.run(['qemu-img', 'create', '-q', '-f', 'qcow2', ...clone, `${images}/101/vm-101-disk-0.qcow2`]);
  // snapshot-as-volume-chain: the snapshot is the file below.
  const below = 'snap-daily-vm-103-disk-0.qcow2';
  lab.journal.run(['mv', `${images}/103/vm-103-disk-0.qcow2`, `${images}/103/${below}`]);
  const chain = ['-b', below, '-F', 'qcow2', `${images}/103/vm-103-disk-0.qcow2`];
  lab.journal.run(['qemu-img', 'create', '-q', '-f', 'qcow2', ...chain]);
  mkdirSync(`${images}/104/subvol-104-disk-0.subvol`, { recursive: true });
  // Users' own files are nobody's business.
  writeFileSync(`${images}/100/README.txt`, 'mine');
  mkdirSync(`${images}/backup-of-100`, { recursive: true });
}

export const labCase: LabCase = {
  about:
    'Every kind of image that Proxmox VE makes, on a directory and on NFS, named in every form that a configuration has: nothing is left over.',
  inSample: true,
  run(lab) {
    const server = new RemoteServer(lab.journal);
    server.directory('nas', 64);
    server.startNfs();
    lab.cluster.start();
    lab.cluster.storage(
      'dir: disks\npath /mnt/disks\ncontent images,rootdir',
      'dir: again\npath /mnt/disks\ncontent images',
      `nfs: nas\nserver ${SERVER}\nexport /nas\npath /mnt/pve/nas\ncontent images,rootdir\noptions vers=4.2`,
    );
    server.mountNfs('nas', '/mnt/pve/nas');
    fill(lab, '/mnt/disks');
    fill(lab, '/mnt/pve/nas');
    lab.journal.run(['rm', '-r', '/mnt/disks/images/200', '/mnt/pve/nas/images/100']);
    lab.cluster.vm(100, CONFIG('disks', '/mnt/disks'));
    lab.cluster.vm(
      9000,
      'name: golden\ntemplate: 1\nscsi0: disks:9000/base-9000-disk-0.qcow2\nscsi1: nas:9000/base-9000-disk-0.qcow2',
    );
    const clone = (storeid: string) => `${storeid}:9000/base-9000-disk-0.qcow2/101/vm-101-disk-0.qcow2`;
    lab.cluster.vm(101, `name: clone\nscsi0: ${clone('again')}\nscsi1: ${clone('nas')}`);
    const chain = (storeid: string) => `scsi${storeid.length}: ${storeid}:103/vm-103-disk-0.qcow2`;
    const chains = `${chain('disks')}\n${chain('nas')}`;
    lab.cluster.vm(103, `name: chain\n${chains}\nparent: daily\n\n[daily]\n${chains}\nsnaptime: ${YESTERDAY}`);
    lab.cluster.container(
      104,
      'hostname: ct\nrootfs: disks:104/subvol-104-disk-0.subvol\nmp0: nas:104/subvol-104-disk-0.subvol,mp=/srv',
    );
    lab.cluster.vm(200, 'name: elsewhere\nscsi0: nas:200/vm-200-disk-0.raw', 'pve2');
    lab.journal.run(['date', '-s', '+2 hours']);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} });
  },
};
