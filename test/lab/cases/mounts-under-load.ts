import { mkdirSync, writeFileSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { RemoteServer } from '../node/remote-server.ts';

const MOUNTS = 27;
const BUSY = 6;

export const labCase: LabCase = {
  about:
    'Twenty-seven healthy NFS mounts on a node on which six other processes fight for the one processor, and a directory with thousands of files beneath a mount: every mount answers, none is given up.',
  limitSeconds: 1200,
  run(lab) {
    const server = new RemoteServer(lab.journal);
    const names = Array.from({ length: MOUNTS }, (_, at) => `share${at}`);
    server.directory('all', 16);
    for (const name of names) mkdirSync(`/srv/all/${name}`);
    server.startNfs();
    lab.cluster.start();
    mkdirSync('/mnt/share0/many', { recursive: true });
    for (let at = 0; at < 3000; at += 1) writeFileSync(`/mnt/share0/many/file${at}`, 'some text');
    for (const name of names) server.mountNfs(`all/${name}`, `/mnt/${name}`, 'nosharecache');
    for (let at = 0; at < BUSY; at += 1) lab.journal.background(['sh', '-c', 'while :; do :; done']);
    lab.journal.run(['sleep', '5']);
    const { report } = lab.check('--only', 'mounts');
    const statuses = Object.entries(
      Object.groupBy(report?.mounts.filter(({ remote }) => remote) ?? [], ({ status }) => status),
    );
    lab.expect(
      'every mount answers',
      statuses.map(([status, rows]) => `${rows?.length} ${status}`),
      [`${MOUNTS} ok`],
    );
    const findings = report?.findings.map(({ code, subject }) => `${code} ${subject.id}`);
    lab.expect('only what lies beneath is found', findings, ['MNT004 /mnt/share0']);
    const unknown = report?.checks
      .filter(({ outcome }) => outcome === 'unknown')
      .map(({ code, because }) => `${code} ${because}`);
    lab.expect('nothing is unknown', unknown, []);
  },
};
