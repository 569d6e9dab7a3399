import { type LabCase, OF_STORAGES } from '../node/lab.ts';
import { RemoteServer, SERVER } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'The server of hard NFS mounts is cut off: every access hangs. Two checks in a row end in time and leave no pile of probes behind.',
  inSample: true,
  run(lab) {
    const server = new RemoteServer(lab.journal);
    for (const name of ['one', 'two', 'three']) server.directory(name, 16);
    server.startNfs();
    lab.cluster.start();
    lab.cluster.storage(
      ...['one', 'two'].map(
        (name) =>
          `nfs: ${name}\nserver ${SERVER}\nexport /${name}\npath /mnt/pve/${name}\ncontent iso\noptions vers=4.2`,
      ),
    );
    for (const name of ['one', 'two']) server.mountNfs(name, `/mnt/pve/${name}`, 'hard');
    server.mountNfs('three', '/mnt/three', 'hard');
    server.plugCable(false);
    const stuck = lab.journal.background(['stat', '-f', '/mnt/pve/one']);
    lab.waitForState(stuck, 'D');
    const targets = ['/mnt/pve/one', '/mnt/pve/two', '/mnt/three'];
    const expected = {
      exit: 3,
      grade: 'B',
      findings: [...targets.map((target) => `MNT001 ${target} warning`), 'MNT006 /mnt/pve/one warning'],
      entries: {},
      unknown: OF_STORAGES,
    } as const;
    const asked = lab.watchProcesses('stat -f .*-- /mnt/');
    lab.expectVerdict(expected, 'first');
    lab.expect('dead mounts are asked at once', asked(), targets.length);
    const left = lab.processesOf('/mnt/').length;
    const second = lab.expectVerdict(expected, 'second');
    if (second) lab.expect('probes left behind do not pile up', lab.processesOf('/mnt/').length <= left, true);
    server.plugCable(true);
  },
};
