import { mkdirSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import type { LabCase } from '../node/lab.ts';
import { mountedBelow, RemoteServer, SERVER } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'Inside containers: an NFS mount whose server no longer knows it, a healthy one, and a bind of a directory over which the host mounted only after the container had started.',
  inSample: true,
  run(lab) {
    const server = new RemoteServer(lab.journal);
    for (const name of ['data', 'fine', 'late']) server.directory(name, 16);
    mkdirSync('/srv/data/sub');
    server.startNfs();
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san'));
    lab.storage.group('san');
    for (const vmid of [104, 105]) lab.storage.thick('san', `vm-${vmid}-disk-0`, 16);
    lab.cluster.container(104, 'hostname: nas-client\nrootfs: san:vm-104-disk-0,size=16M');
    lab.cluster.container(
      105,
      'hostname: bound\nrootfs: san:vm-105-disk-0,size=16M\nmp0: /mnt/late,mp=/mnt/late\nmp1: /mnt/early,mp=/mnt/early',
    );
    for (const path of ['/mnt/late', '/mnt/early']) mkdirSync(path);
    server.mountNfs('fine', '/mnt/early');
    lab.guests.startContainer(104, '/dev/san/vm-104-disk-0');
    const binds = ['/mnt/late', '/mnt/early'].map((path) => ({ source: path, target: path }));
    const inside = lab.guests.startContainer(105, '/dev/san/vm-105-disk-0', binds);
    server.mountNfs('late', '/mnt/late');
    lab.guests.mountNfsInContainer(104, SERVER, 'data/sub', '/mnt/nas');
    lab.guests.mountNfsInContainer(104, SERVER, 'fine', '/mnt/fine');
    lab.expect('mounts of container 105', mountedBelow('/mnt', inside), ['/mnt/early', '/mnt/late']);
    lab.journal.run(['rmdir', '/srv/data/sub']);
    lab.journal.run(['sleep', '5']);
    lab.expectVerdict({
      exit: 2,
      grade: 'F',
      findings: ['CT001 104:/mnt/nas critical', 'CT004 105:/mnt/late warning'],
      entries: { 'san-vm--104--disk--0': 'valid', 'san-vm--105--disk--0': 'valid' },
    });
  },
};
