import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { RemoteServer, SERVER } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'A directory storage on a mount without is_mountpoint; a backup storage, mounted hard, of a server whose address is that of a container here; a bind mount that was made read-only inside the container.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    for (const name of ['backup', 'films']) server.directory(name, 16);
    server.startNfs();
    lab.cluster.start();
    lab.cluster.storage(
      lvmStorage('san', 'san'),
      `nfs: backup\nserver ${SERVER}\nexport /backup\npath /mnt/pve/backup\ncontent backup`,
      'dir: films\npath /mnt/films/here\ncontent iso',
      'dir: told\npath /mnt/films\nis_mountpoint 1\ncontent iso',
    );
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-104-disk-0', 16);
    server.mountNfs('backup', '/mnt/pve/backup', 'hard');
    server.mountNfs('films', '/mnt/films', 'soft');
    lab.cluster.container(
      104,
      `hostname: nas\nrootfs: san:vm-104-disk-0,size=16M\nnet0: name=eth0,bridge=vmbr0,ip=${SERVER}/24\nmp0: /mnt/films,mp=/films`,
    );
    lab.guests.startContainer(104, '/dev/san/vm-104-disk-0', [{ source: '/mnt/films', target: '/films' }]);
    lab.guests.runInContainer(104, ['/bin/busybox', 'mount', '-o', 'remount,bind,ro', '/films']);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: [
        'MNT010 /mnt/films (films) notice',
        'MNT010 /mnt/pve/backup (backup) notice',
        'CT002 104:/films warning',
      ],
      entries: { 'san-vm--104--disk--0': 'valid' },
    });
  },
};
