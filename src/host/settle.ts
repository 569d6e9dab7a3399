import { runCommand } from './run.ts';

const SECONDS = 10;

/**
 * Waits until udev has worked off its events: it opens a device for a moment after each change of it, which is no use
 * (Red Hat BZ#1024347). Null when it has; otherwise why not.
 */
export async function settleUdev(): Promise<string | null> {
  const argv = ['udevadm', 'settle', `--timeout=${SECONDS}`] as const;
  const result = await runCommand({ argv, deadlineMs: (SECONDS + 5) * 1000, maxBytes: 64 * 1024 });
  if (result.outcome === 'exited' && result.exitCode === 0) return null;
  return `udevadm settle: ${result.outcome === 'exited' ? `exit status ${result.exitCode}` : result.outcome}`;
}
