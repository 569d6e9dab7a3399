import { PROBE_FORMAT } from '../model/mounts/mounts.ts';
import { type GuardedCommand, type GuardedResult, runGuarded } from './guarded-child.ts';
import { MOST_PROBED_BYTES, type ProbeRequest, type ProbeResult } from './host.ts';
import { LIST_VOLUMES } from './list-volumes.ts';
import { livingProbes, REGISTER_FILE, type RememberedProbe, remember } from './probe-register.ts';

/**
 * `statfs` is a request to the server, where `stat` may be answered from a cache, and gives the capacity as well.
 * A file is read without waiting for a FIFO's writer.
 */
const argvOf = ({ kind, path }: ProbeRequest): GuardedCommand['argv'] => {
  if (kind === 'statfs') return ['stat', '-f', '-c', PROBE_FORMAT, '--', path];
  if (kind === 'stat') return ['stat', '-c', '%i', '--', path];
  if (kind === 'access') return ['perl', '-e', ASK_ACCESS, '--', path];
  if (kind === 'volumes') return ['perl', '-e', LIST_VOLUMES, '--', path];
  const [, root, inside] = /^(\/proc\/\d+\/root)(\/.*)$/.exec(path) ?? [];
  if (root !== undefined && inside !== undefined)
    return ['perl', '-e', READ_INSIDE, root, inside, `${MOST_PROBED_BYTES}`];
  const flags = 'iflag=nofollow,nonblock,noatime,count_bytes';
  return ['dd', `if=${path}`, flags, `bs=${MOST_PROBED_BYTES}`, `count=${MOST_PROBED_BYTES}`, 'status=none'];
};

/**
 * Prints the number of the error of access(2) for writing, 0 where there is none, and mode and owner of the directory. NFS asks
 * the server (RFC 8881, ACCESS); nothing is written. `test -w` does not tell a refusal from an error.
 */
const ASK_ACCESS = `
use POSIX ();
my @stat = stat($ARGV[0]) or die "$ARGV[0]: $!\n";
my $number = POSIX::access($ARGV[0], 2) ? 0 : $! + 0;
printf "%d %o %d\n", $number, $stat[2] & 07777, $stat[4];
`;

/**
 * What perl runs to read a file of another process's root: seen from there, so that no link leads out of it. A container
 * decides what stands at a path, and an absolute link is followed from the root of whoever follows it. Nothing but the file
 * is opened after `chroot`: no module of perl's may come from the container. Flags: O_NONBLOCK, O_NOCTTY, O_NOATIME.
 */
const READ_INSIDE = `
my ($root, $path, $most) = @ARGV;
chroot($root) && chdir('/') or die "$root: $!\n";
lstat($path) or die "$path: $!\n";
stat($path) && -f _ or die "$path: not a regular file\n";
sysopen(my $file, $path, 04000 | 0400 | 01000000) or die "$path: $!\n";
for (my $count = 1; $count && $most > 0; $most -= $count) {
    $count = sysread($file, my $text, $most);
    defined $count or die "$path: $!\n";
    syswrite(STDOUT, $text);
}
`;

/** A hundred thousand images have lines of less. */
const MOST_LISTED_BYTES = 32 * 1024 * 1024;

/** Asks all at once. A key whose probe of an earlier run still waits is not asked again. */
export async function probeAll(
  requests: readonly ProbeRequest[],
  register: string = REGISTER_FILE,
): Promise<readonly ProbeResult[]> {
  const waiting = new Map(livingProbes(register).map((probe) => [probe.key, probe]));
  const survivors: Omit<RememberedProbe, 'startTicks'>[] = [];
  const results = await Promise.all(
    requests.map(async (request): Promise<ProbeResult> => {
      const earlier = waiting.get(request.key);
      if (earlier !== undefined) return stillWaiting(earlier);
      const result = await runGuarded({
        ...{ argv: argvOf(request), deadlineMs: request.deadlineMs, onlyWaits: true },
        ...(request.kind === 'volumes' && { maxOutput: MOST_LISTED_BYTES }),
      });
      const since = new Date(Date.now() - result.durationMs).toISOString();
      if (result.survivor !== null) survivors.push({ key: request.key, pid: result.survivor, since });
      return asResult(result, since);
    }),
  );
  remember(register, survivors);
  return results;
}

const stillWaiting = ({ pid, since }: RememberedProbe): ProbeResult => ({
  ...{ outcome: 'timed-out', exitCode: null, stdout: '', stderr: '', durationMs: 0 },
  leftBehind: { pid, since },
});

const asResult = (result: GuardedResult, since: string): ProbeResult => ({
  outcome: result.outcome === 'enough' ? 'killed' : result.outcome,
  exitCode: result.exitCode,
  stdout: result.stdout,
  stderr: result.stderr,
  durationMs: result.durationMs,
  leftBehind: result.survivor === null ? null : { pid: result.survivor, since },
});
