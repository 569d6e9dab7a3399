import { mkdirSync, writeFileSync } from 'node:fs';
import type { Lab, LabCase } from '../node/lab.ts';
import { RemoteServer, SERVER } from '../node/remote-server.ts';

const LOCAL = '/mnt/disks/images';
const NFS = '/mnt/pve/nas/images';
const SMB = '/mnt/pve/office/images';

const YEARS_AGO = 1_600_000_000;

const GUESTS = {
  web: `
    name: web
    scsi0: disks:100/vm-100-disk-0.qcow2,size=64M
    scsi1: nas:100/vm-100-disk-3.raw,size=1M
    unused0: disks:100/vm-100-disk-2.qcow2
    parent: before

    [before]
    scsi0: disks:100/vm-100-disk-0.qcow2,size=64M
    snaptime: ${YEARS_AGO}`,
  half: `
    scsi0: disks:103/vm-103-disk-0.qcow2,size=64M
    scsi1: nas:103/vm-103-disk-9.qcow2,size=64M

    [gone]
    scsi0: disks:103/vm-103-disk-0.qcow2,size=64M
    snaptime: ${Math.floor(Date.now() / 1000) - 86_400}`,
};

function image(lab: Lab, path: string, backing: string | null = null): void {
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  const on = backing === null ? [] : ['-b', backing, '-F', 'qcow2'];
  const size = backing === null ? ['64M'] : [];
  lab.journal.run(['qemu-img', 'create', '-q', '-f', 'qcow2', ...on, path, ...size]);
}

function raw(path: string, bytes: string | Buffer): void {
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, bytes);
}

function fillLocal(lab: Lab): void {
  for (const name of ['100/vm-100-disk-0', '100/vm-100-disk-1', '100/vm-100-disk-2', '103/vm-103-disk-0'])
    image(lab, `${LOCAL}/${name}.qcow2`);
  for (const snapshot of ['before', 'ghost'])
    lab.journal.run(['qemu-img', 'snapshot', '-c', snapshot, `${LOCAL}/100/vm-100-disk-0.qcow2`]);
  image(lab, `${LOCAL}/9000/base-9000-disk-0.qcow2`);
  image(lab, `${LOCAL}/101/vm-101-disk-0.qcow2`, '../9000/base-9000-disk-0.qcow2');
  raw(`${LOCAL}/104/vm-104-disk-0.raw`, Buffer.alloc(1024 * 1024, 1));
  raw(`${LOCAL}/200/vm-200-disk-0.raw`, Buffer.alloc(1024 * 1024, 1));
  raw(`${LOCAL}/104/notes.txt`, 'not an image');
  // What a guest writes into its own disk is no reference: the base behind this header is a leftover all the same.
  image(lab, `${LOCAL}/9001/base-9001-disk-0.qcow2`);
  image(lab, `${LOCAL}/105/written.qcow2`, '../9001/base-9001-disk-0.qcow2');
  lab.journal.run(['mv', `${LOCAL}/105/written.qcow2`, `${LOCAL}/105/vm-105-disk-0.raw`]);
}

const LEFT = [
  'VOL001 disks:100/vm-100-disk-1.qcow2 notice',
  'VOL001 disks:104/vm-104-disk-0.raw notice',
  'VOL001 disks:9001/base-9001-disk-0.qcow2 notice',
  'VOL002 disks:100/vm-100-disk-0.qcow2@ghost notice',
  'VOL003 disks:103/vm-103-disk-0.qcow2@gone warning',
  'VOL009 disks:200/vm-200-disk-0.raw notice',
  'VOL010 disks:100/vm-100-disk-2.qcow2 notice',
  'VOL011 100 notice',
];

const ON_SERVERS = ['VOL001 office:301/vm-301-disk-0.raw notice', 'VOL003 nas:103/vm-103-disk-9.qcow2 warning'];

export const labCase: LabCase = {
  about:
    'Real images of qemu-img on a directory, on NFS and on SMB: leftovers, a copy, a snapshot that nobody knows, what is missing. Then the NFS server is away: nothing of it is judged, and nobody touches it.',
  inSample: true,
  run(lab) {
    const server = new RemoteServer(lab.journal);
    server.directory('nas', 64);
    server.startNfs();
    server.startSamba('office');
    lab.cluster.start();
    lab.cluster.storage(
      'dir: disks\npath /mnt/disks\ncontent images',
      `nfs: nas\nserver ${SERVER}\nexport /nas\npath /mnt/pve/nas\ncontent images\noptions vers=4.2,soft`,
      `cifs: office\nserver ${SERVER}\nshare office\npath /mnt/pve/office\ncontent images`,
    );
    server.mountNfs('nas', '/mnt/pve/nas', 'soft', 'timeo=20', 'retrans=1');
    server.mountCifs('office', '/mnt/pve/office');
    fillLocal(lab);
    raw(`${NFS}/100/vm-100-disk-3.raw`, Buffer.alloc(4096, 1));
    image(lab, `${NFS}/300/vm-300-disk-0.qcow2`);
    raw(`${SMB}/301/vm-301-disk-0.raw`, Buffer.alloc(4096, 1));
    lab.cluster.vm(100, GUESTS.web);
    lab.cluster.vm(101, 'name: clone\nscsi0: disks:101/vm-101-disk-0.qcow2,size=64M');
    lab.cluster.vm(103, GUESTS.half);
    lab.cluster.vm(105, 'name: writes-a-header\nscsi0: disks:105/vm-105-disk-0.raw,size=1M');
    lab.cluster.vm(200, 'name: moved\nscsi0: disks:200/vm-200-disk-0.raw,size=1M', 'pve2');
    const young = lab.check().report?.findings.filter(({ code }) => code === 'VOL001');
    lab.expect('nothing is a leftover within an hour', young, []);
    // ctime cannot be set: the clock goes on instead.
    lab.journal.run(['date', '-s', '+2 hours']);
    // A volume that guest 103 names is missing on nas: what stands there may be it.
    lab.expectVerdict({ exit: 3, grade: 'B', findings: [...LEFT, ...ON_SERVERS], entries: {} }, 'whole');
    server.plugCable(false);
    const atOnce = lab.watchProcesses('-- /mnt/pve/nas/images');
    const mute = ['MNT001 /mnt/pve/nas warning', 'MNT001 /mnt/pve/office warning'];
    lab.expectVerdict({ exit: 3, grade: 'B', findings: [...LEFT, ...mute], entries: {} }, 'server-away');
    lab.expect('nobody asks the dead server for its images', atOnce(), 0);
  },
};
