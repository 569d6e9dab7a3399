/**
 * The program that perl runs, whole; the message comes as JSON on its standard input. It answers one line of JSON.
 *
 * `PVE::Notify::notify` has had three forms (pve-cluster src/PVE/Notify.pm):
 *   before libpve-notify-perl 8.0.5   target, severity, title, message, properties
 *   8.0.5 and 8.0.6                   severity, title, message, template data, fields: the texts are templates themselves
 *   8.0.7 and later                   severity, name of a template, template data, fields
 * A call in the wrong form does not fail, it sends nonsense, so the form is read from the module that was loaded: from the
 * names of its own arguments; `common_template_data` exists since 8.1.0.
 *
 * The inline templates give the text in a block helper: with a parameter it would not be escaped in HTML
 * (proxmox-notify src/renderer/mod.rs, define_helper_with_prefix_and_postfix).
 */
export const NOTIFY_SCRIPT = `
use strict;
use warnings;
use JSON::PP ();

my $json = JSON::PP->new->utf8->canonical;
sub answer {
    my ($outcome, $detail) = @_;
    print $json->encode({ outcome => $outcome, detail => "$detail" }), "\\n";
    exit 0;
}

my $input = do { local $/; $json->decode(scalar <STDIN>) };
my ($severity, $data, $fields) = @{$input}{qw(severity data fields)};

eval { require PVE::Notify; 1 } or do {
    my $error = $@;
    answer('missing', '') if $error =~ /^Can't locate PVE\\/Notify\\.pm/;
    answer('failed', $error);
};

my $form = 'template';
if (!PVE::Notify->can('common_template_data')) {
    open(my $file, '<', $INC{'PVE/Notify.pm'}) or answer('failed', "PVE::Notify cannot be read: $!");
    my $source = do { local $/; scalar <$file> };
    my ($names) = $source =~ /^sub notify\\b.*?my \\(([^)]*)\\) = \\@_;/ms;
    $names //= '';
    $form = 'inline' if $names =~ /^\\s*\\$severity,\\s*\\$title,/;
    answer('too-old', '') if $names !~ /^\\s*\\$severity,\\s*\\$t(?:itle|emplate)/;
}

if ($form eq 'template') {
    # A missing template fails at each target alone, in the log of the node: PVE takes the message and nobody gets it.
    answer('no-template', $input->{folder}) if !-e "$input->{folder}/$input->{template}-body.txt.hbs";
    eval { PVE::Notify::notify($severity, $input->{template}, $data, $fields); 1 } or answer('failed', $@);
} else {
    my $body = '{{#verbatim-monospaced}}{{message}}{{/verbatim-monospaced}}';
    eval { PVE::Notify::notify($severity, '{{subject}}', $body, $data, $fields); 1 } or answer('failed', $@);
}
answer('taken', '');
`;
