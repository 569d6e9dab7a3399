import { mkdirSync, rmdirSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { RemoteServer } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'Mounts that answer with an error: the NFS directory was made anew on the server (ESTALE), the sshfs process was killed (ENOTCONN).',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    server.directory('data', 16);
    mkdirSync('/srv/data/sub');
    mkdirSync('/srv/files');
    server.startNfs();
    lab.cluster.start();
    server.mountNfs('data/sub', '/mnt/pve/sub', 'actimeo=1');
    server.mountSshfs('files', '/mnt/files');
    rmdirSync('/srv/data/sub');
    mkdirSync('/srv/data/sub');
    lab.journal.run(['killall', '-KILL', 'sshfs']);
    lab.journal.run(['sleep', '2']);
    const statfs = (path: string): string => lab.journal.run(['stat', '-f', path], { mayFail: true }).stderr.trim();
    lab.expect('NFS says', /Stale file handle/.test(statfs('/mnt/pve/sub')), true);
    lab.expect('FUSE says', /not connected/.test(statfs('/mnt/files')), true);
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: ['MNT001 /mnt/pve/sub warning', 'MNT001 /mnt/files warning'],
      entries: {},
    });
  },
};
