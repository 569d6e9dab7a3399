/**
 * The programs that perl runs to reach pmxcfs' key/value store, whole. Proxmox VE has no other way to it: `broadcast_node_kv` and
 * `get_node_kv` of PVE::Cluster (pve-cluster src/PVE/Cluster.pm; since 6.0). Each answers one line of JSON.
 */

export const RECORD_KEY = 'pve-doctor';

/** A record that is longer once unpacked was not written by us; 32 nodes of it are what the reader takes. */
const MOST_UNPACKED = 256 * 1024;

const HEAD = `
use strict;
use warnings;
use JSON::PP ();

my $json = JSON::PP->new->utf8->canonical;
sub answer {
    my ($answer) = @_;
    print $json->encode($answer), "\\n";
    exit 0;
}

eval { require PVE::Cluster; 1 } or do {
    my $error = $@;
    answer({ outcome => 'missing' }) if $error =~ /^Can't locate PVE\\/Cluster\\.pm/;
    answer({ outcome => 'failed', detail => "$error" });
};
`;

/**
 * Every record of the cluster with who is a member of it. \`get_node_kv\` asks the own node only unless \`cfs_update\` ran before.
 * Values are unpacked here, within limits: whoever can write one is root on a node of the cluster, and still must not be able to do
 * more than waste this child.
 */
export const READ_SCRIPT = `${HEAD}
use MIME::Base64 ();
use Encode ();
use Compress::Raw::Zlib ();

my @warnings;
local $SIG{__WARN__} = sub { push @warnings, "@_" };

sub unpacked {
    my ($value) = @_;
    return { problem => 'it is not base64' } if $value !~ m{^[A-Za-z0-9+/]+={0,2}$} || length($value) % 4;
    my $packed = MIME::Base64::decode_base64($value);
    my ($inflate) = Compress::Raw::Zlib::Inflate->new(
        -WindowBits => Compress::Raw::Zlib::WANT_GZIP(), -LimitOutput => 1, -Bufsize => 65536);
    my ($text, $status) = ('', 0);
    while (length $packed) {
        my $before = length $packed;
        my $out = '';
        $status = $inflate->inflate($packed, $out);
        $text .= $out;
        return { problem => 'it is larger than any record' } if length $text > ${MOST_UNPACKED};
        last if $status == Compress::Raw::Zlib::Z_STREAM_END();
        last if $status != Compress::Raw::Zlib::Z_OK() && $status != Compress::Raw::Zlib::Z_BUF_ERROR();
        last if $before == length $packed && $out eq '';
    }
    return { problem => 'it is not whole gzip' } if $status != Compress::Raw::Zlib::Z_STREAM_END() || length $packed;
    my $decoded = eval { Encode::decode('UTF-8', $text, Encode::FB_CROAK()) };
    return defined $decoded && $decoded !~ /\\x{FFFD}/ ? { text => $decoded } : { problem => 'it is not UTF-8' };
}

my ($members, $values);
eval {
    PVE::Cluster::cfs_update(1);
    $members = PVE::Cluster::get_clinfo();
    $values = PVE::Cluster::get_node_kv('${RECORD_KEY}');
    1;
} or answer({ outcome => 'failed', detail => "$@" });
answer({ outcome => 'failed', detail => $warnings[0] }) if @warnings;

my %records;
for my $node (sort keys %$values) {
    my $value = $values->{$node};
    $records{$node} = unpacked($value) if defined $value;
}
answer({ outcome => 'read', members => $members, records => \\%records });
`;

/**
 * Publishes what stands on its standard input. \`broadcast_node_kv\` dies for too long a value and only warns of every other
 * failure, so a warning is one.
 */
export const PUBLISH_SCRIPT = `${HEAD}
my @warnings;
local $SIG{__WARN__} = sub { push @warnings, "@_" };
my $value = do { local $/; scalar <STDIN> };
eval { PVE::Cluster::broadcast_node_kv('${RECORD_KEY}', $value); 1 } or answer({ outcome => 'failed', detail => "$@" });
answer({ outcome => 'failed', detail => $warnings[0] }) if @warnings;
answer({ outcome => 'published' });
`;
