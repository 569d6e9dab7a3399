import type { LabCase } from '../node/lab.ts';
import { mountedBelow, RemoteServer, SERVER } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about: 'NFS, CIFS and sshfs storages of a server that answers: nothing is wrong.',
  inSample: true,
  run(lab) {
    const server = new RemoteServer(lab.journal);
    server.directory('backup', 64);
    server.directory('films', 64);
    server.startNfs();
    server.startSamba('office');
    lab.cluster.start();
    lab.cluster.storage(
      `nfs: backup\nserver ${SERVER}\nexport /backup\npath /mnt/pve/backup\ncontent backup\noptions vers=4.2,soft`,
      `cifs: office\nserver ${SERVER}\nshare office\npath /mnt/pve/office\ncontent backup`,
      'dir: films\npath /mnt/films\nis_mountpoint 1\ncontent iso',
    );
    server.mountNfs('backup', '/mnt/pve/backup', 'soft');
    server.mountCifs('office', '/mnt/pve/office');
    server.mountSshfs('films', '/mnt/films');
    lab.expect('mounts', mountedBelow('/mnt'), ['/mnt/films', '/mnt/pve/backup', '/mnt/pve/office']);
    lab.expectVerdict({ exit: 0, grade: 'A+', findings: [], entries: {} });
  },
};
