import type { LabCase } from '../node/lab.ts';
import { RemoteServer } from '../node/remote-server.ts';

const NAMES = Array.from({ length: 10 }, (_, at) => `dead${at}`);

export const labCase: LabCase = {
  about:
    'Ten hard NFS mounts of a server that stopped: the check asks all at once, so it waits for one time limit, not for ten.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    for (const name of NAMES) server.directory(name, 4);
    server.startNfs();
    lab.cluster.start();
    for (const name of NAMES) server.mountNfs(name, `/mnt/${name}`, 'hard');
    server.stopNfs();
    const asked = lab.watchProcesses('stat -f .*-- /mnt/dead');
    lab.expectVerdict({
      exit: 1,
      grade: 'B',
      findings: NAMES.map((name) => `MNT001 /mnt/${name} warning`),
      entries: {},
    });
    lab.expect('all are asked at once', asked(), NAMES.length);
    lab.expect('probes left', lab.processesOf('stat -f').length, 0);
  },
};
