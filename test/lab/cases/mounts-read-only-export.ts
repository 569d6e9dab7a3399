import { chmodSync, mkdirSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { mountedBelow, RemoteServer, SERVER } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'NFS mounts that are mounted for writing while the server exports them read-only, one of them of version 3; one whose server squashes root, without a storage on it and with one; one that is writable. Nothing is written to find out.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    server.directory('open', 16);
    for (const name of ['closed', 'third']) server.directory(name, 16, 'ro,no_root_squash');
    for (const name of ['squashed', 'backup']) {
      mkdirSync(`/srv/${name}`, { recursive: true });
      chmodSync(server.directory(name, 16, 'rw,root_squash'), 0o755);
    }
    server.startNfs();
    lab.cluster.start();
    lab.cluster.storage(`nfs: backup\nserver ${SERVER}\nexport /backup\npath /mnt/pve/backup\ncontent backup`);
    for (const name of ['open', 'closed', 'squashed']) server.mountNfs(name, `/mnt/${name}`);
    server.mountNfs('backup', '/mnt/pve/backup');
    server.mountNfs('srv/third', '/mnt/third', 'vers=3', 'nolock');
    lab.expect('they are mounted', mountedBelow('/mnt').length, 5);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['MNT002 /mnt/closed warning', 'MNT002 /mnt/third warning', 'MNT002 /mnt/pve/backup warning'],
      entries: {},
    });
  },
};
