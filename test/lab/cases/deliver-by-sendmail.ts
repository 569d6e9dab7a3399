import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { lvmStorage } from '../node/cluster.ts';
import { waitFor } from '../node/journal.ts';
import type { LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';

const MAILBOX = '/var/mail/root';
const DOCTOR = 'bin/pve-doctor';

/** Mails in root's mailbox, oldest first; each begins with a line `From ` (mbox(5)). */
const mails = (): readonly string[] =>
  existsSync(MAILBOX)
    ? readFileSync(MAILBOX, 'utf8')
        .split(/^(?=From \S+ +\w{3} )/m)
        .filter((mail) => mail.trim() !== '')
    : [];

const header = (mail: string, name: string): string =>
  new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'im').exec(mail)?.[1]?.replace(/\n[ \t]+/g, ' ') ?? '';

export const labCase: LabCase = {
  about:
    'check --send mails root through a real Postfix: once when a finding comes, once when it goes. Two runs at once, and one killed while it sends, tell it once.',
  limitSeconds: 1200,
  run(lab) {
    const mailName = 'pve1.example.org';
    writeFileSync(
      '/etc/postfix/main.cf',
      `compatibility_level = 3.6\nmyhostname = ${mailName}\nmydestination = ${mailName}, localhost, pve1\ninet_interfaces = loopback-only\ninet_protocols = ipv4\nalias_maps =\nmailbox_size_limit = 0\n`,
    );
    lab.journal.run(['postfix', 'start'], { timeoutMs: 120_000 });
    mkdirSync('/etc/pve-doctor', { recursive: true });
    writeFileSync('/etc/pve-doctor/config.toml', '[channel.root]\ntype = "sendmail"\npolicy = "on-change"\n', {
      mode: 0o600,
    });
    lab.cluster.start();
    lab.cluster.storage(lvmStorage('san', 'san', 'shared 1'));
    lab.storage.group('san');
    lab.storage.thick('san', 'vm-500-disk-0', 16);
    const repair = new Repair(lab);
    repair.settle();
    const send = () => repair.doctor('check', '--send', '--quiet');
    const arrive = (count: number) => waitFor(`${count} mails in ${MAILBOX}`, () => mails().length >= count, 90_000);

    lab.expect('a test arrives', repair.doctor('notify', 'test').exit, 0);
    arrive(1);
    const first = send();
    lab.expect('the exit status stays that of check', [first.exit, first.stderr], [1, '']);
    arrive(2);
    const alert = mails()[1] ?? '';
    lab.expect('it is mail to root', header(alert, 'To'), `<root@${mailName}>`);
    lab.expect('from a program', header(alert, 'Auto-Submitted'), 'auto-generated');
    lab.expect('with its severity', header(alert, 'X-PVE-Doctor-Severity'), 'warning');
    lab.expect('with an id of its own', /^<[0-9a-f-]{36}@/.test(header(alert, 'Message-ID')), true);
    lab.expect('it names the finding', alert.includes('DM010'), true);

    lab.expect('nothing changed, nothing is sent', [send().exit, mails().length], [1, 2]);

    lab.storage.thick('san', 'vm-501-disk-0', 8);
    repair.settle();
    const [one, two] = ['/run/one', '/run/two'].map((file) =>
      lab.journal.background(['sh', '-c', `${DOCTOR} check --send --quiet > ${file}.out 2>&1; echo $? > ${file}`]),
    );
    waitFor('both runs end', () => existsSync('/run/one') && existsSync('/run/two'), 240_000);
    lab.journal.note(`runs ${one} and ${two} ended`);
    arrive(3);
    lab.journal.run(['sleep', '3']);
    lab.expect('two runs at once tell it once', mails().length, 3);

    // A mail program that never comes back, and a run that is killed while it waits for it.
    lab.journal.run(['mv', '/usr/sbin/sendmail', '/usr/sbin/sendmail.real']);
    writeFileSync('/usr/sbin/sendmail', '#!/bin/sh\ncat > /run/unsent\ntouch /run/asked\nexec sleep 600\n', {
      mode: 0o755,
    });
    lab.storage.thick('san', 'vm-502-disk-0', 8);
    repair.settle();
    const doomed = lab.journal.background([DOCTOR, 'check', '--send', '--quiet']);
    waitFor('the run hands its mail over', () => existsSync('/run/asked'), 120_000);
    const alive = lab.processesOf('check --send --quiet');
    lab.expect('it is among those that are killed', alive.includes(doomed), true);
    lab.journal.run(['kill', '-9', ...alive.map(String)]);
    rmSync('/usr/sbin/sendmail');
    lab.journal.run(['mv', '/usr/sbin/sendmail.real', '/usr/sbin/sendmail']);
    const unsent = header(readFileSync('/run/unsent', 'utf8'), 'Message-ID');
    const waiting = JSON.parse(repair.doctor('notify', 'list', '--json').stdout) as unknown;
    lab.expect('it is on disk that something waits', /"waitingSince":"/.test(JSON.stringify(waiting)), true);
    // The retry timer does not come at once: the killed run may have handed it over.
    lab.expect('not sent again at once', [repair.doctor('notify', 'send').exit, mails().length], [0, 3]);
    lab.journal.run(['date', '-s', '+20 minutes']);
    lab.expect('the retry timer sends it', repair.doctor('notify', 'send').exit, 0);
    arrive(4);
    lab.expect('as the same message', header(mails()[3] ?? '', 'Message-ID'), unsent);
    lab.expect('once', [send().exit, mails().length], [1, 4]);

    for (const name of ['vm-500-disk-0', 'vm-501-disk-0', 'vm-502-disk-0'])
      lab.journal.run(['lvremove', '-f', `san/${name}`]);
    repair.settle();
    lab.expect('a clean node', send().exit, 0);
    arrive(5);
    const resolved = mails()[4] ?? '';
    lab.expect(
      'what is resolved is told',
      [header(resolved, 'X-PVE-Doctor-Severity'), /resolved/i.test(resolved)],
      ['healthy', true],
    );
  },
};
