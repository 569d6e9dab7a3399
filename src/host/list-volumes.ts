/**
 * The program that perl runs to list the images of a directory storage, or to look at one image: names and sizes, and of each
 * `*.qcow2` and `*.vmdk` what its header says. Headers are read here, a few bounded reads each, and only by the file's name: `qemu-img` would be a child for each image, and
 * without a given format it believes what a guest wrote at the start of a raw disk. One line for each fact, the last one `E`, so that
 * a text that ends early shows it. Memory does not grow with the number of entries.
 *
 * As PVE lists (pve-storage src/PVE/Storage/Plugin.pm get_subdir_files, parse_name_dir): directories of digits, and in them names
 * without blanks that end as an image does; links are followed. A btrfs storage has `disk.raw` in a directory (BTRFSPlugin.pm
 * raw_name_to_dir). Layout of qcow2: QEMU docs/interop/qcow2.txt; of vmdk: VMware's Virtual Disk Format 1.1, and QEMU block/vmdk.c. An image that was
 * given alone may be of either, whatever its name.
 *
 *     D MAJOR:MINOR INODE                                 the directory
 *     F VMID NAME TYPE SIZE BLOCKS MTIME CTIME DEV INODE  an image (f, b where it is the `disk.raw` of a directory), a subvolume or directory (d), something else (o)
 *     Q SIZE BACKING                                      its header: size and `=` with the backing file (of a URL the protocol alone), each `-` where there is none
 *     N NAME                                              another file that it reads through: its data, an extent, a second backing file
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

# A URL or options may hold a password, and mean no file: only what it is called stays, and of an image of Ceph its name.
# QEMU block.c path_has_protocol, block/rbd.c qemu_rbd_parse_filename.
sub path_of { my ($backing) = @_;
    $backing =~ s/^(?:file|host_device)://;
    return $1 if $backing =~ m{^(rbd:[\\w.+/-]+)};
    return $backing =~ m{^([A-Za-z0-9+.-]+:)} ? $1 : $backing;
}

# Every file that options in JSON name; 'json:' where one is not understood. QEMU block.c parse_json_filename.
sub paths_of { my ($backing) = @_;
    return path_of($backing) if $backing !~ /^json:/;
    my @paths = map { my $path = $_; $path =~ s{\\\\([/"\\\\])}{$1}g; $path } $backing =~ /"(?:[\\w.-]+\\.)?filename"\\s*:\\s*"((?:[^"\\\\]|\\\\[\\/"\\\\])*)"/g;
    my $named = () = $backing =~ /filename"\\s*:/g;
    return 'json:' if !@paths || $named != @paths || $backing =~ /\\\\u/ || $backing =~ /"(?:[\\w.-]+\\.)?image"\\s*:\\s*"/;
    return map { path_of($_) } @paths;
}

# The name in the header extension of an external data file.
sub data_file { my ($file) = @_;
    my ($at) = unpack 'N', at_byte($file, 100, 4);
    my $table = at_byte($file, $at, 1 << 16);
    for (my $offset = 0; $offset + 8 <= length $table;) {
        my ($type, $length) = unpack 'N N', substr($table, $offset, 8);
        last if $type == 0 || $offset + 8 + $length > length $table;
        return substr($table, $offset + 8, $length) if $type == 0x44415441;
        $offset += 8 + (($length + 7) & ~7);
    }
    die "it keeps its data in another file, which its header does not name\\n";
}

# Size, parent and extents of a text that describes a vmdk.
sub described { my ($text) = @_;
    my ($sectors, @extents) = (0);
    while ($text =~ /^[ \\t]*(?:RW|RDONLY|NOACCESS)[ \\t]+([0-9]+)[ \\t]+\\w+(?:[ \\t]+"([^"\\n]*)")?/gm) { $sectors += $1; push @extents, $2 if defined $2 }
    my ($parent) = $text =~ /^[ \\t]*parentFileNameHint[ \\t]*=[ \\t]*"([^"\\n]*)"/m;
    return ($sectors * 512, [defined $parent ? $parent : (), @extents], defined $parent);
}

sub vmdk { my ($file, $head) = @_;
    die "it is a vmdk of an old kind\\n" if $head =~ /^COWD/;
    my ($at, $length, $size) = (0, 1 << 16);
    if ($head =~ /^KDMV/) {
        my ($capacity, $sector, $sectors) = unpack 'x12 Q< x8 Q< Q<', $head;
        $size = $capacity * 512;
        return ($size, [], 0) if $sector == 0;
        ($at, $length) = ($sector * 512, $sectors * 512);
    }
    elsif ($head !~ /^\\s*#\\s*Disk DescriptorFile/i) { return }
    die "its description is longer than 64 KiB\\n" if $length > 1 << 16;
    my $text = at_byte($file, $at, $length);
    die "its description is longer than 64 KiB\\n" if $at == 0 && length $text == 1 << 16;
    $text =~ s/\\0.*//s;
    my ($sum, @found) = described($text);
    return (defined $size ? $size : $sum, @found);
}

# Size, files that it reads through, whether the first is its backing file; snapshots.
sub header { my ($path, $kinds) = @_;
    # O_RDONLY, O_NONBLOCK, O_NOCTTY.
    sysopen(my $file, $path, 04000 | 0400) or die "$!\\n";
    -f $file or die "it is no regular file any more\\n";
    my $head = at_byte($file, 0, 72);
    if ($kinds =~ /v/ && $head !~ /^QFI\\xfb/) {
        my @found = length $head < 72 ? () : vmdk($file, $head);
        return @found ? @found : ('-', [], 0);
    }
    # Empty, still to be written, or not of this format: then it has neither backing file nor snapshots.
    return ('-', [], 0) if $kinds !~ /q/ || length $head < 72 || substr($head, 0, 4) ne "QFI\\xfb" || unpack('x4 N', $head) < 2;
    # Incompatible features of version 3, bit 2: an external data file.
    my $features = unpack('x4 N', $head) < 3 ? '' : at_byte($file, 72, 8);
    my @data = length $features == 8 && unpack('x7 C', $features) & 4 ? paths_of(data_file($file)) : ();
    my ($backing_at, $backing_length, $size, $count, $snapshots_at) = unpack 'x8 Q> N x4 Q> x28 N Q>', $head;
    die "the name of its backing file is longer than 1023 bytes\\n" if $backing_at && $backing_length > 1023;
    my $backing = $backing_at ? at_byte($file, $backing_at, $backing_length) : '';
    die "the name of its backing file is not whole\\n" if $backing_at && length $backing < $backing_length;
    return ($size, [$backing eq '' ? () : paths_of($backing), @data], $backing ne '', $count ? snapshots($file, $snapshots_at, $count) : ());
}

sub image { my ($vmid, $name, $path, $kind, $linked, $kinds) = @_;
    my @stat = stat($path);
    # A link that leads nowhere is there all the same.
    @stat = lstat($path) if !@stat;
    if (!@stat) { return if $! == 2; die "$path: $!\\n" }
    my $type = -f _ ? $kind : -d _ ? 'd' : 'o';
    say_line('F', $vmid, escaped($name), $type, $stat[7], $stat[12] || 0, $stat[9], $stat[10], device($stat[0]), $stat[1]);
    say_line('L') if $linked || -l $path;
    $kinds = $name =~ /\\.(q)cow2$|\\.(v)mdk$/ ? $1 || $2 : '' if !defined $kinds;
    return if $type ne 'f' || $kinds eq '';
    my ($size, $reads, $backed, @snapshots) = eval { header($path, $kinds) };
    if (my $error = $@) { chomp $error; say_line('B', escaped($error)); return }
    say_line('Q', $size, $backed ? '=' . escaped(shift @$reads) : '-');
    say_line('N', escaped($_)) for @$reads;
    say_line('S', $_->[0], escaped($_->[1])) for @snapshots;
}

# glibc: gnu_dev_major, gnu_dev_minor.
sub device { my ($number) = @_;
    return join ':', ($number >> 8) & 0xfff | ($number >> 32) & ~0xfff, $number & 0xff | ($number >> 12) & 0xffffff00;
}

my @stat = stat($root) or die "$root: $!\\n";
my $single = -f _;
opendir(my $guests, $single ? '/' : $root) or die "$root: $!\\n";
say_line('D', device($stat[0]), $stat[1]);
if ($single) {
    my ($name) = $root =~ m{([^/]+)$};
    image(0, $name, $root, 'f', '', 'qv');
    print "E $lines $foreign\\n";
    exit 0;
}
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
