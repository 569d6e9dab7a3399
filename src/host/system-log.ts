import { feedProgram } from './send-program.ts';

const DEADLINE_MS = 5000;

/** One line to the system's log, by logger(1) of util-linux, which reads it from its input. Whether it was taken. */
export async function logToSystem(line: string): Promise<boolean> {
  const args = ['-t', 'pve-doctor', '-p', 'daemon.notice'];
  const { outcome, exitCode } = await feedProgram({ program: 'logger', args, input: line, deadlineMs: DEADLINE_MS });
  return outcome === 'exited' && exitCode === 0;
}
