import { mkdirSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { RemoteServer } from '../node/remote-server.ts';

export const labCase: LabCase = {
  about:
    'A live tmpfs-backed sshfs and a live NFS mount of another server lie beneath a hard NFS mount whose server is gone, so nobody reaches them: only the dead one is accused. Three processes wait for it, of which one names it.',
  run(lab) {
    const server = new RemoteServer(lab.journal);
    for (const name of ['over', 'files']) server.directory(name, 16);
    mkdirSync('/srv/over/below');
    server.startNfs();
    lab.cluster.start();
    server.mountNfs('over', '/mnt/over', 'hard', 'actimeo=1');
    // sshfs to this machine: it answers whatever happens to the server.
    server.mountSshfs('files', '/mnt/over/below');
    server.plugCable(false);
    lab.journal.run(['sleep', '2']);
    const stuck = [['stat', '-f', '/mnt/over'], ['df'], ['sync', '-f', '/mnt/over']].map((argv) =>
      lab.journal.background(argv),
    );
    for (const pid of stuck.slice(0, 2)) lab.waitForState(pid, 'D');
    const report = lab.expectVerdict({
      exit: 3,
      grade: 'B',
      findings: ['MNT001 /mnt/over warning', 'MNT006 /mnt/over warning', 'MNT006 Unknown mount warning'],
      entries: {},
    });
    const stale = report?.findings.find(({ code }) => code === 'MNT001');
    lab.expect('it is shown what lies beneath', JSON.stringify(stale?.evidence).includes('/mnt/over/below'), true);
    const unmounts = stale?.remedy.commands.filter(({ line }) => /\bumount\b/.test(line));
    lab.expect('nothing is unmounted', unmounts, []);
    const titles = report?.findings.filter(({ code }) => code === 'MNT006').map(({ title }) => title) ?? [];
    lab.expect(
      'all that wait are counted',
      titles.some((title) => / more process/.test(title)),
      true,
    );
    server.plugCable(true);
  },
};
