import type { LabCase } from '../node/lab.ts';
import { RemoteServer } from '../node/remote-server.ts';

const NAMES = Array.from({ length: 10 }, (_, at) => `dead${at}`);

export const labCase: LabCase = {
  about: 'Ten hard NFS mounts of a server that stopped: the check waits for one time limit, not for ten.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    for (const name of NAMES) server.directory(name, 4);
    server.startNfs();
    lab.cluster.start();
    for (const name of NAMES) server.mountNfs(name, `/mnt/${name}`, 'hard');
    const healthy = lab.check('--only', 'mounts');
    server.stopNfs();
    const report = lab.expectVerdict({
      exit: 2,
      grade: 'F',
      findings: NAMES.map((name) => `MNT001 /mnt/${name} critical`),
      entries: {},
    });
    const took = (of: typeof report) => of?.sections.find(({ name }) => name === 'mountProbes')?.durationMs ?? 0;
    const [dead, alive] = [took(report), took(healthy.report)];
    lab.journal.note(`mount probes: ${alive} ms healthy, ${dead} ms dead`);
    if (report) lab.expect(`one time limit (${dead} ms, ${alive} ms when healthy)`, dead < alive + 4000, true);
    lab.expect('probes left', lab.processesOf('stat -f').length, 0);
  },
};
