import { PROBE_FORMAT } from '../model/probe-format.ts';
import { type GuardedCommand, type GuardedResult, runGuarded } from './guarded-child.ts';
import type { ProbeRequest, ProbeResult } from './host.ts';
import { livingProbes, REGISTER_FILE, type RememberedProbe, remember } from './probe-register.ts';

/** No fstab is longer; a container may put anything there. */
const MAX_FILE = 65_536;

/**
 * `statfs` is a request to the server, where `stat` may be answered from a cache, and gives the capacity as well.
 * A file is read without following a link in its last part and without waiting for a FIFO's writer, since a container
 * decides what stands at the path.
 */
const argvOf = ({ kind, path }: ProbeRequest): GuardedCommand['argv'] =>
  kind === 'statfs'
    ? ['stat', '-f', '-c', PROBE_FORMAT, '--', path]
    : [
        'dd',
        `if=${path}`,
        'iflag=nofollow,nonblock,noatime,count_bytes',
        `bs=${MAX_FILE}`,
        `count=${MAX_FILE}`,
        'status=none',
      ];

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
      const result = await runGuarded({ argv: argvOf(request), deadlineMs: request.deadlineMs, onlyWaits: true });
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
