import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import type { Report } from '../../../src/model/report/report.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { mountedBelow, RemoteServer, SERVER } from '../node/remote-server.ts';

type Commands = readonly (readonly string[])[];

const commandsOf = (report: Report | null, code: string, id: string): Commands =>
  report?.findings.find((finding) => finding.code === code && finding.subject.id === id)?.remedy.commands ?? [];

const programsOf = (commands: Commands): readonly (string | undefined)[] =>
  commands.map(([first, ...rest]) => (first === 'timeout' ? rest[1] : first));

/** As somebody would who pastes them; what is not in this guest is passed over. */
function paste(lab: Lab, commands: Commands): void {
  const installed = (program = ''): boolean => lab.journal.run(['which', program], { mayFail: true }).status === 0;
  for (const argv of commands)
    if (installed(argv[0])) lab.journal.run(argv, { mayFail: argv[0] !== 'mount', timeoutMs: 30_000 });
}

const answers = (lab: Lab, path: string): boolean =>
  lab.journal.run(['timeout', '5', 'stat', '-f', path], { mayFail: true }).status === 0;

export const labCase: LabCase = {
  about:
    'Stale mounts of fstab, of a unit and of nobody: the printed commands mount each again as it was. Run a second time, when all is well and the mount in use, they change nothing. With something mounted beneath, or a server that is away, nothing is unmounted.',
  limitSeconds: 600,
  run(lab) {
    const server = new RemoteServer(lab.journal);
    server.directory('data', 16);
    const names = ['tab', 'hand', 'holds'];
    for (const name of names) mkdirSync(`/srv/data/${name}`);
    server.directory('away', 16);
    server.startNfs();
    lab.cluster.start();
    for (const name of names) server.mountNfs(`data/${name}`, `/mnt/${name}`, 'actimeo=1', 'soft', 'timeo=50');
    mkdirSync('/srv/data/holds/inner');
    lab.journal.run(['mount', '-t', 'tmpfs', 'tmpfs', '/mnt/holds/inner']);
    writeFileSync('/etc/fstab', `${SERVER}:/data/tab /mnt/tab nfs vers=4.2,actimeo=1,soft 0 0\n`);
    for (const name of names) {
      if (name === 'holds') rmdirSync('/srv/data/holds/inner');
      rmdirSync(`/srv/data/${name}`);
      mkdirSync(`/srv/data/${name}`);
    }
    lab.journal.run(['sleep', '3']);
    const report = lab.check().report;
    const of = (name: string): Commands => commandsOf(report, 'MNT001', `/mnt/${name}`);
    lab.expect('fstab mounts it again', of('tab').slice(-2), [
      ['umount', '/mnt/tab'],
      ['mount', '/mnt/tab'],
    ]);
    lab.expect('nobody mounts it, so the whole command is there', of('hand').at(-1)?.slice(0, 4), [
      ...['mount', '-t', 'nfs', '-o'],
    ]);
    lab.expect('what is mounted beneath is not taken along', programsOf(of('holds')), ['showmount']);
    for (const name of ['tab', 'hand']) {
      lab.expect(`${name} is stale`, answers(lab, `/mnt/${name}`), false);
      paste(lab, of(name));
      lab.expect(`${name} answers again`, answers(lab, `/mnt/${name}`), true);
    }
    lab.journal.background(['sh', '-c', 'cd /mnt/tab && exec sleep 600']);
    lab.journal.run(['sleep', '1']);
    const before = mountedBelow('/mnt/tab');
    const [umount = []] = of('tab').filter(([program]) => program === 'umount');
    lab.expect('a mount in use is not unmounted', lab.journal.run(umount, { mayFail: true }).status !== 0, true);
    lab.expect('and nothing has changed', mountedBelow('/mnt/tab'), before);
    server.mountNfs('away', '/mnt/away', 'hard');
    server.plugCable(false);
    const away = commandsOf(lab.check().report, 'MNT001', '/mnt/away');
    lab.expect('a hard mount without its server is left alone', programsOf(away), ['showmount']);
    paste(lab, away);
    server.plugCable(true);
  },
};
