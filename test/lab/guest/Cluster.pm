# Stands for PVE::Cluster (pve-cluster src/PVE/Cluster.pm) between guests that share a directory: every node that published is
# heard by all. What the real one does without quorum or while it hangs is tried with test/cluster and `npm run lab:cluster`.
package PVE::Cluster;
use strict;
use warnings;
use JSON::PP ();

my ($folder, $node) = ('/nowhere', 'nobody'); # written anew for each guest

sub slurp {
    my ($path) = @_;
    open(my $file, '<:raw', $path) or die "$path: $!\n";
    local $/;
    return scalar <$file>;
}

sub names {
    opendir(my $directory, $folder) or die "$folder: $!\n";
    return sort readdir $directory;
}

sub cfs_update { return 1; }

sub get_clinfo { return JSON::PP->new->utf8->decode(slurp('/etc/pve/.members')); }

sub get_node_kv {
    my ($key) = @_;
    my %newest;
    for my $name (names()) { $newest{$1} = $name if $name =~ /^\Q$key\E\.(pve\d)\.\d+$/; }
    return { map { $_ => slurp("$folder/$newest{$_}") } keys %newest };
}

sub broadcast_node_kv {
    my ($key, $value) = @_;
    die "broadcast_node_kv: value too large\n" if length($value) >= 32768;
    my $count = grep { /^\Q$key\E\.\Q$node\E\.\d+$/ } names();
    my $path = sprintf('%s/%s.%s.%06d', $folder, $key, $node, $count + 1);
    open(my $file, '>:raw', "$folder/draft.$node") or die "draft: $!\n";
    print $file $value;
    close $file;
    rename "$folder/draft.$node", $path or die "$path: $!\n";
    return;
}

1;
