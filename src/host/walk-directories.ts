/**
 * The program that perl runs to add up the files in directories, all of them in one walk: first one level of each, then the next, so
 * that a large one takes no time from the others. No link is followed and no other file system entered. Each group of directories is
 * walked by a child that has made the file system its root: whatever somebody puts in the way meanwhile, nothing else can be reached.
 *
 * Arguments: the most files to count in one directory; then for each group `bind` or `root`, a path, how many directories, and these,
 * from there. `bind`: the file system that is mounted at the path is mounted a second time, read-only and without what is mounted in
 * it, over /sys, which is always there, always the kernel's, and which nothing here needs. That is for a mount namespace of its own.
 *
 * One record for each directory that was read, ended by NUL, the number of its look first. The last one of a look counts:
 *
 *     N -                               there is no such directory
 *     N p FILES BYTES NEWEST PATH       so far
 *     N d FILES BYTES NEWEST PATH       in all
 *     N x REASON                        what is in it could not be read, or not all of it
 */
export const WALK_DIRECTORIES = `
use strict;
use warnings;
my ($most, @groups) = @ARGV;
my ($next, @children) = (0);
my ($ENOENT, $ENOTDIR) = (2, 20);

# Several children write to one pipe: a record of this length stays whole.
sub record { my ($text) = join ' ', @_; syswrite STDOUT, substr($text, 0, 4000) . "\\0" }

sub walk { my ($first, @paths) = @_;
    my ($device) = lstat '/';
    my (@queue, @sums, @waiting);
    LOOK: for my $at (0 .. $#paths) {
        my ($path, @seen) = ('');
        for my $part (grep { $_ ne '' } split m{/}, $paths[$at]) {
            $path .= "/$part";
            @seen = lstat $path;
            next if @seen && -d _ && $seen[0] == $device;
            record($first + $at, @seen || $! == $ENOENT || $! == $ENOTDIR ? '-' : "x $!");
            next LOOK;
        }
        ($sums[$at], $waiting[$at]) = ([0, 0, 0, ''], 1);
        push @queue, [$at, $path, '', $seen[1]];
    }
    while (my $directory = shift @queue) {
        my ($at, $path, $inside, $inode) = @$directory;
        my $sum = $sums[$at];
        next if $sum->[0] >= $most;
        $waiting[$at] -= 1;
        my @here = chdir($path) ? lstat '.' : ();
        my $is_it = @here && $here[0] == $device && $here[1] == $inode;
        if (!$is_it || !opendir(my $names, '.')) {
            record($first + $at, 'x', $is_it || !@here ? "$!" : 'it was replaced meanwhile');
            next;
        } else {
            while ($sum->[0] < $most && defined(my $name = readdir $names)) {
                next if $name eq '.' || $name eq '..';
                my @file = lstat $name or next;
                if (-d _ && $file[0] == $device) {
                    $waiting[$at] += 1;
                    push @queue, [$at, "$path/$name", "$inside$name/", $file[1]];
                } elsif (-f _) {
                    my $allocated = $file[12] * 512;
                    $sum->[0] += 1;
                    $sum->[1] += $allocated == 0 || $file[7] < $allocated ? $file[7] : $allocated;
                    @$sum[2, 3] = ($file[9], "$inside$name") if $file[9] >= $sum->[2];
                }
            }
        }
        record($first + $at, $waiting[$at] == 0 && $sum->[0] < $most ? 'd' : 'p', @$sum);
    }
}

while (@groups) {
    my ($kind, $from, $count) = splice @groups, 0, 3;
    my @paths = splice @groups, 0, $count;
    my ($first, $start) = ($next);
    $next += $count;
    if ($kind eq 'bind') {
        my $failed = system('mount', '-n', '-o', 'bind,ro', '--', $from, '/sys') != 0 || !opendir($start, '/sys');
        if ($failed) { record($_, 'x', "what is mounted on $from could not be mounted a second time") for $first .. $next - 1; next }
    }
    my $child = fork;
    my $why = "$!";
    if (defined $child && $child == 0) {
        my $is_there = (defined $start ? chdir $start : chdir $from) && chroot('.') && chdir('/');
        if ($is_there) { walk($first, @paths) }
        else { $why = "$!"; record($_, 'x', $why) for $first .. $next - 1 }
        exit 0;
    }
    if (defined $child) { push @children, $child }
    else { record($_, 'x', $why) for $first .. $next - 1 }
}
waitpid $_, 0 for @children;
`;
