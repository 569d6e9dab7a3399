import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { LabCase } from '../node/lab.ts';
import { Repair } from '../node/repair.ts';

const NOTE = '/run/pve-notify.json';
const MODULE = '/usr/share/perl5/PVE/Notify.pm';
const TEMPLATES = '/usr/share/pve-manager/templates/default';

/** PVE::Notify is not in the guest: its argument list since libpve-notify-perl 8.0.7, and a note in place of what is behind it. */
const STAND_IN = `package PVE::Notify;
use strict; use warnings; use JSON::PP ();
sub notify {
    my ($severity, $template_name, $template_data, $fields, $config) = @_;
    open(my $file, '>', '${NOTE}') or die $!;
    print $file JSON::PP->new->utf8->encode([@_]);
    close($file) or die $!;
}
1;
`;

export const labCase: LabCase = {
  about:
    "Proxmox VE's notifications: told which form they have, with the templates of the package, and what is said without either.",
  run(lab) {
    lab.cluster.start();
    mkdirSync('/etc/pve-doctor', { recursive: true });
    writeFileSync('/etc/pve-doctor/config.toml', '[channel.node]\ntype = "pve"\n', { mode: 0o600 });
    const repair = new Repair(lab);
    const test = () => repair.doctor('notify', 'test');

    const without = test();
    lab.expect('a node without it', [without.exit, /no PVE::Notify .*type sendmail/.test(without.stdout)], [1, true]);

    mkdirSync('/usr/share/perl5/PVE', { recursive: true });
    writeFileSync(MODULE, STAND_IN);
    const bare = test();
    lab.expect('without its templates', [bare.exit, bare.stdout.includes(TEMPLATES)], [1, true]);

    mkdirSync(TEMPLATES, { recursive: true });
    lab.journal.run(['sh', '-c', `cp packaging/notification-templates/*.hbs ${TEMPLATES}/`]);
    lab.expect('with both', test().exit, 0);
    const [severity, template, data, fields] = JSON.parse(readFileSync(NOTE, 'utf8'));
    lab.expect('as a test', [severity, template], ['info', 'pve-doctor']);
    // Perl keeps no order of keys.
    lab.expect('for the matchers', Object.entries(fields).sort(), [
      ['hostname', 'pve1'],
      ['type', 'pve-doctor'],
    ]);
    lab.expect(
      'in every form',
      [/^\[TEST\]/.test(data.subject), data.message !== '', /^<!doctype html/i.test(data.html)],
      [true, true, true],
    );

    writeFileSync(
      MODULE,
      STAND_IN.replace('$severity, $template_name, $template_data', '$target, $severity, $title, $message'),
    );
    const old = test();
    lab.expect('a form that is too old', [old.exit, /8\.0\.5/.test(old.stdout)], [1, true]);
    rmSync(MODULE);
  },
};
