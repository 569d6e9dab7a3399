import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import type { PrintedCommand } from '../../../src/model/command/command.ts';
import type { Report } from '../../../src/model/report/report.ts';
import type { Lab, LabCase } from '../node/lab.ts';
import { mountedBelow, RemoteServer, SERVER } from '../node/remote-server.ts';

type Commands = readonly PrintedCommand[];

const commandsOf = (report: Report | null, code: string, id: string): Commands =>
  report?.findings.find((finding) => finding.code === code && finding.subject.id === id)?.remedy.commands ?? [];

const programsOf = (commands: Commands): readonly (string | undefined)[] =>
  commands.map(({ line }) => /^(?:timeout -s KILL \d+ )?(\S+)/.exec(line)?.[1]);

/** As somebody would who pastes them, whatever is there by then; what is not in this guest is passed over. */
function paste(lab: Lab, commands: Commands): void {
  const installed = (program = ''): boolean => lab.journal.run(['which', program], { mayFail: true }).status === 0;
  for (const command of commands)
    if (programsOf([command]).every(installed))
      lab.journal.run(['bash', '-c', command.line], { mayFail: true, timeoutMs: 30_000 });
}

const answers = (lab: Lab, path: string): boolean =>
  lab.journal.run(['timeout', '5', 'stat', '-f', path], { mayFail: true }).status === 0;

export const labCase: LabCase = {
  about:
    'Stale mounts of fstab and of nobody, and a missing one: what is printed changes nothing, at once, after somebody mounted something live there, while that is in use, and when the server is away; by hand, as the text says, each is mounted again.',
  inSample: true,
  limitSeconds: 1200,
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
    mkdirSync('/mnt/missing');
    const line = (name: string) => `${SERVER}:/data/tab /mnt/${name} nfs vers=4.2,actimeo=1,soft 0 0\n`;
    writeFileSync('/etc/fstab', `${line('tab')}${line('missing')}`);
    for (const name of names) {
      if (name === 'holds') rmdirSync('/srv/data/holds/inner');
      rmdirSync(`/srv/data/${name}`);
      mkdirSync(`/srv/data/${name}`);
    }
    lab.journal.run(['sleep', '3']);
    const report = lab.check().report;
    const of = (name: string): Commands => commandsOf(report, 'MNT001', `/mnt/${name}`);
    const missing = commandsOf(report, 'MNT003', '/mnt/missing');
    for (const name of ['tab', 'hand'])
      lab.expect(`what is printed of ${name} looks`, programsOf(of(name)), ['stat', 'grep', 'showmount']);
    lab.expect('of one with a mount beneath', programsOf(of('holds')), ['showmount']);
    lab.expect('of a missing one', programsOf(missing), ['showmount', 'grep']);
    const all = [...of('tab'), ...of('hand'), ...of('holds'), ...missing];
    const table = mountedBelow('/mnt');
    paste(lab, all);
    lab.expect('nothing has changed at once', mountedBelow('/mnt'), table);

    for (const name of ['tab', 'hand']) {
      lab.expect(`${name} is stale`, answers(lab, `/mnt/${name}`), false);
      lab.journal.run(['umount', `/mnt/${name}`]);
    }
    lab.journal.run(['mount', '/mnt/tab']);
    lab.expect('by hand, as fstab says, it answers again', answers(lab, '/mnt/tab'), true);
    for (const name of ['hand', 'missing']) {
      lab.journal.run(['mount', '-t', 'tmpfs', 'live', `/mnt/${name}`]);
      writeFileSync(`/mnt/${name}/kept`, 'alive');
    }
    lab.journal.background(['sh', '-c', 'cd /mnt/hand && exec sleep 600']);
    const live = mountedBelow('/mnt');
    paste(lab, all);
    lab.expect('what is mounted there meanwhile stays', mountedBelow('/mnt'), live);
    for (const name of ['hand', 'missing'])
      lab.expect(`and nothing covers ${name}`, readFileSync(`/mnt/${name}/kept`, 'utf8'), 'alive');
    const instead = lab.check().report?.findings.find(({ subject }) => subject.id === '/mnt/missing');
    lab.expect('what is mounted instead is named', instead?.remedy.text.includes('tmpfs from live is mounted'), true);
    lab.expect('and left alone', programsOf(instead?.remedy.commands ?? []), ['grep', 'ls']);

    server.mountNfs('away', '/mnt/away', 'hard');
    server.plugCable(false);
    const away = commandsOf(lab.check().report, 'MNT001', '/mnt/away');
    lab.expect('a hard mount without its server is left alone', programsOf(away), ['showmount']);
    const started = Date.now();
    paste(lab, [
      ...away,
      ...of('tab').map((command) => ({ ...command, line: command.line.replaceAll('/mnt/tab', '/mnt/away') })),
    ]);
    lab.expect('and the shell comes back', Date.now() - started < 30_000, true);
    server.plugCable(true);
  },
};
