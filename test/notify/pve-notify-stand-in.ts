import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Stands for PVE::Notify, which is not on this machine: the three forms of its `notify`, with the argument lists of
 * pve-cluster src/PVE/Notify.pm as libpve-notify-perl 8.0.4, 8.0.6 and 8.0.7 have it, and in place of the Rust library
 * behind it a note of what arrived, in a file. What the real one does with it is not shown by this.
 */
const FORMS = {
  // target, severity, title, message, properties
  old: `sub notify {
    my ($target, $severity, $title, $message, $properties, $config) = @_;
    record([@_[0..4]]);
}`,
  inline: `sub notify {
    my ($severity, $title, $message, $template_data, $fields, $config) = @_;
    record([@_[0..4]]);
}`,
  template: `sub notify {
    my ($severity, $template_name, $template_data, $fields, $config) = @_;
    record([@_[0..3]]);
}`,
  // Since 8.1.0; the names of the arguments may change some day, this function tells the form as well.
  common: `sub common_template_data { return {}; }
sub notify {
    my ($sev, $name, $what, $more) = @_;
    record([@_[0..3]]);
}`,
  dies: `sub common_template_data { return {}; }
sub notify { die "ipcc_send_rec[1] failed: Connection refused\\n"; }`,
  hangs: `sub common_template_data { return {}; }
sub notify { sleep 60; }`,
  broken: 'sub notify { this is not perl at all ]',
} as const;

export type NotifyForm = keyof typeof FORMS | 'absent';

/** A folder for \`perl -I\`, a folder of templates, and the file in which the call is noted. */
export function pveNotifyStandIn(form: NotifyForm, withTemplates = true) {
  const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-notify-'));
  const note = join(folder, 'note.json');
  mkdirSync(join(folder, 'PVE'));
  mkdirSync(join(folder, 'templates'));
  if (withTemplates) writeFileSync(join(folder, 'templates', 'pve-doctor-body.txt.hbs'), '{{message}}\n');
  if (form !== 'absent') {
    const record = `sub record {
    open(my $file, '>', '${note}') or die $!;
    print $file JSON::PP->new->utf8->encode($_[0]);
    close($file) or die $!;
}`;
    const source = [
      'package PVE::Notify;',
      'use strict;',
      'use warnings;',
      'use JSON::PP ();',
      record,
      FORMS[form],
      '1;',
    ];
    writeFileSync(join(folder, 'PVE', 'Notify.pm'), `${source.join('\n\n')}\n`);
  }
  return { include: folder, templates: join(folder, 'templates'), note };
}
