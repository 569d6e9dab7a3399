/**
 * The program that perl runs to list the images of a directory storage: names and sizes, and of each `*.qcow2` what its header
 * says. Headers are read here, a few bounded reads each, and only by the file's name: `qemu-img` would be a child for each image, and
 * without a given format it believes what a guest wrote at the start of a raw disk. One line for each fact, the last one `E`, so that
 * a text that ends early shows it. Memory does not grow with the number of entries.
 *
 * As PVE lists (pve-storage src/PVE/Storage/Plugin.pm get_subdir_files, parse_name_dir): directories of digits, and in them names
 * without blanks that end as an image does; links are followed. A btrfs storage has `disk.raw` in a directory (BTRFSPlugin.pm
 * raw_name_to_dir). Layout of qcow2: QEMU docs/interop/qcow2.txt.
 *
 *     D MAJOR:MINOR INODE                                 the directory
 *     F VMID NAME TYPE SIZE BLOCKS MTIME CTIME            an image (f, b where it is the `disk.raw` of a directory), a subvolume or directory (d), something else (o)
 *     Q SIZE BACKING                                      its header: size and `=` with the backing file (of a URL the protocol alone), each `-` where there is none
 *     L                                                   it, or the directory of its guest, is a symbolic link
 *     S DATE NAME                                         a snapshot in it
 *     B REASON                                            why its header could not be read
 *     E LINES FOREIGN                                     lines before this one, and names that are no image's
 *
 * Bytes other than visible ASCII, `%` and blanks among them, are written as `%20`.
 */
export const LIST_VOLUMES = `
use strict;
use warnings;
my ($root) = @ARGV;
my ($lines, $foreign) = (0, 0);

sub escaped { my ($text) = @_; $text =~ s/([^!-\\$&-~])/sprintf '%%%02X', ord $1/ge; return $text }
sub say_line { $lines += 1; print join(' ', @_), "\\n" }
sub at_byte { my ($file, $at, $length) = @_;
    defined sysseek($file, $at, 0) or die "$!\\n";
    my $bytes = '';
    while (length $bytes < $length) {
        my $count = sysread($file, $bytes, $length - length $bytes, length $bytes);
        defined $count or die "$!\\n";
        last if $count == 0;
    }
    return $bytes;
}

sub snapshots { my ($file, $at, $count) = @_;
    for my $length (1 << 14, 1 << 20) {
        my $table = at_byte($file, $at, $length);
        my ($offset, @found) = (0);
        while (@found < $count) {
            last if length $table < $offset + 40;
            my ($id, $name, $date, $extra) = unpack 'x12 n n N x16 N', substr($table, $offset, 40);
            my $end = $offset + 40 + $extra + $id + $name;
            last if length $table < $end;
            push @found, [$date, substr($table, $end - $name, $name)];
            $offset = ($end + 7) & ~7;
        }
        return @found if @found == $count;
        die "its table of snapshots is not whole\\n" if length $table < $length;
    }
    die "its table of snapshots is longer than 1 MiB\\n";
}

# A URL or options may hold a password, and mean no file: only what it is called stays. QEMU block.c path_has_protocol.
sub path_of { my ($backing) = @_;
    $backing = $backing =~ /"filename"\\s*:\\s*"([^"\\\\]+)"/ ? $1 : 'json:' if $backing =~ /^json:/;
    $backing =~ s/^file://;
    return $backing =~ m{^([A-Za-z0-9+.-]+:)} ? $1 : $backing;
}

sub header { my ($path) = @_;
    # O_RDONLY, O_NONBLOCK, O_NOCTTY.
    sysopen(my $file, $path, 04000 | 0400) or die "$!\\n";
    -f $file or die "it is no regular file any more\\n";
    my $head = at_byte($file, 0, 72);
    # Empty, still to be written, or not of this format: then it has neither backing file nor snapshots.
    return ('-', '-') if length $head < 72 || substr($head, 0, 4) ne "QFI\\xfb" || unpack('x4 N', $head) < 2;
    # Incompatible features of version 3, bit 2: an external data file.
    my $features = unpack('x4 N', $head) < 3 ? '' : at_byte($file, 72, 8);
    die "it keeps its data in another file\\n" if length $features == 8 && unpack('x7 C', $features) & 4;
    my ($backing_at, $backing_length, $size, $count, $snapshots_at) = unpack 'x8 Q> N x4 Q> x28 N Q>', $head;
    die "the name of its backing file is longer than 1023 bytes\\n" if $backing_at && $backing_length > 1023;
    my $backing = $backing_at ? at_byte($file, $backing_at, $backing_length) : '';
    die "the name of its backing file is not whole\\n" if $backing_at && length $backing < $backing_length;
    return ($size, $backing eq '' ? '-' : "=" . escaped(path_of($backing)), $count ? snapshots($file, $snapshots_at, $count) : ());
}

sub image { my ($vmid, $name, $path, $kind, $linked) = @_;
    my @stat = stat($path);
    # A link that leads nowhere is there all the same.
    @stat = lstat($path) if !@stat;
    if (!@stat) { return if $! == 2; die "$path: $!\\n" }
    my $type = -f _ ? $kind : -d _ ? 'd' : 'o';
    say_line('F', $vmid, escaped($name), $type, $stat[7], $stat[12] || 0, $stat[9], $stat[10]);
    say_line('L') if $linked || -l $path;
    return if $type ne 'f' || $name !~ /\\.qcow2$/;
    my ($size, $backing, @snapshots) = eval { header($path) };
    if (my $error = $@) { chomp $error; say_line('B', escaped($error)); return }
    say_line('Q', $size, $backing);
    say_line('S', $_->[0], escaped($_->[1])) for @snapshots;
}

my @stat = stat($root) or die "$root: $!\\n";
opendir(my $guests, $root) or die "$root: $!\\n";
# glibc: gnu_dev_major, gnu_dev_minor.
my ($major, $minor) = (($stat[0] >> 8) & 0xfff | ($stat[0] >> 32) & ~0xfff, $stat[0] & 0xff | ($stat[0] >> 12) & 0xffffff00);
say_line('D', "$major:$minor", $stat[1]);
while (1) {
    local $! = 0;
    my $vmid = readdir $guests;
    if (!defined $vmid) { die "$root: $!\\n" if $!; last }
    next if $vmid =~ /^\\.\\.?$/;
    if ($vmid !~ /^[0-9]{2,15}$/) { $foreign += 1; next }
    my $linked = -l "$root/$vmid";
    opendir(my $images, "$root/$vmid") or do { next if $! == 2; if ($! == 20) { $foreign += 1; next } die "$root/$vmid: $!\\n" };
    while (1) {
        local $! = 0;
        my $name = readdir $images;
        if (!defined $name) { die "$root/$vmid: $!\\n" if $!; last }
        next if $name =~ /^\\.\\.?$/;
        my $path = "$root/$vmid/$name";
        if ($name =~ /^[^.\\s][^\\s]*\\.(?:raw|qcow2|vmdk|subvol)(?:@\\S+)?$/ || $name =~ /^tmp_[0-9]+_[0-9]+$/ || $name =~ /\\.tmp(?:\\.[0-9]+)?$/) { image($vmid, $name, $path, 'f', $linked) }
        elsif ($name =~ /^(?:vm|base)-[0-9]+-[^\\s.]+$/ && -e "$path/disk.raw") { image($vmid, "$name.raw", "$path/disk.raw", 'b', $linked || -l $path) }
        else { $foreign += 1 }
    }
}
print "E $lines $foreign\\n";
`;
