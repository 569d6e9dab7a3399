import type { ChildProcess, StdioOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { startChild } from './child-output.ts';
import { ENVIRONMENT, findProgram } from './run.ts';
import { DAEMONS, KEEPER, ownStart, STEP_VARIABLE } from './step-processes.ts';

/**
 * Arguments: the token of a step, the start of the oldest process that may belong to it (field 22 of proc_pid_stat(5)), and its command, or
 * none where that is left without a keeper. Ends with the command's status when no process of the step lives; by a signal where one
 * ended the command. What it ignores the command ignores as well (execve(2)). The locks of open files that it inherited are held meanwhile.
 */
const KEEP = `# Keeps the locks of a step of pve-doctor until its command has ended.
use strict;
use warnings;
my ($token, $since, @command) = @ARGV;
if (open(my $name, '>', '/proc/self/comm')) { print $name '${KEEPER}' }
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM TSTP);
sub text { my ($path) = @_; open(my $file, '<', $path) or return ''; local $/; my $text = <$file>; return $text // '' }
sub is_of_step { my ($pid) = @_;
    my $start = (split / /, text("/proc/$pid/stat") =~ s/^.*\\) //sr)[19] // 0;
    return 0 if $start < $since;
    return 0 if index("\\0" . text("/proc/$pid/environ"), "\\0${STEP_VARIABLE}=$token\\0") < 0;
    return text("/proc/$pid/comm") !~ /^(?:${DAEMONS.join('|')})$/;
}
sub lives { opendir(my $proc, '/proc') or return 0; return grep { /^\\d+$/ && $_ != $$ && is_of_step($_) } readdir $proc }
my $status = 0;
if (@command) {
    my $pid = fork // die "it could not be started: $!\\n";
    if ($pid == 0) { { no warnings; exec { $command[0] } @command } print STDERR "it could not be started: $!\\n"; exit 127 }
    waitpid $pid, 0;
    $status = $?;
}
select undef, undef, undef, 0.1 while lives();
kill KILL => $$ if $status & 127;
exit $status >> 8;
`;

interface Kept {
  readonly token: string;
  /** Empty: what is left of the step has no keeper any more. */
  readonly command: readonly string[];
  readonly stdio: StdioOptions;
}

/**
 * Starts the parent of a command, which holds the locks: LVM closes every file that it inherits (lvm2 tools/lvmcmdline.c,
 * _close_stray_fds). In a session of its own, so that no key reaches it. Null where no process can be started.
 */
export function startKeeper({ token, command, stdio }: Kept): ChildProcess | null {
  const own = command.length === 0 ? {} : { LVM_SUPPRESS_FD_WARNINGS: '1', [STEP_VARIABLE]: token };
  return startChild(() =>
    spawn(findProgram('perl') ?? 'perl', ['-e', KEEP, token, `${ownStart()}`, ...command], {
      ...{ argv0: KEEPER, cwd: '/', detached: true, env: { ...ENVIRONMENT, ...own }, stdio },
    }),
  );
}
