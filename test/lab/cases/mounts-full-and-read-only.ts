import { writeFileSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { RemoteServer, SERVER } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'NFS mounts that are 90 and 97 % full; one that is read-only though nothing asked for it, beside one where fstab did.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    for (const name of ['warm', 'hot', 'cool', 'changed', 'meant']) server.directory(name, 20);
    writeFileSync('/srv/warm/x', Buffer.alloc(18 * 1024 * 1024));
    writeFileSync('/srv/hot/x', Buffer.alloc(Math.floor(19.5 * 1024 * 1024)));
    server.startNfs();
    lab.cluster.start();
    lab.cluster.storage(`nfs: changed\nserver ${SERVER}\nexport /changed\npath /mnt/pve/changed\ncontent backup`);
    for (const name of ['warm', 'hot', 'cool']) server.mountNfs(name, `/mnt/${name}`);
    server.mountNfs('changed', '/mnt/pve/changed', 'ro');
    server.mountNfs('meant', '/mnt/meant', 'ro');
    writeFileSync('/etc/fstab', `${SERVER}:/meant /mnt/meant nfs ro,vers=4.2 0 0\n`);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['MNT005 /mnt/warm warning', 'MNT005 /mnt/hot warning', 'MNT002 /mnt/pve/changed warning'],
      entries: {},
    });
  },
};
