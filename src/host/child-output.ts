import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { CommandResult } from '../model/command-result.ts';

/**
 * A child with its streams; null where there is no process or descriptor left for one. Out of descriptors both runtimes answer
 * with a child that has no streams, and tell it in an `error` event, which ends this process if nobody listens (Node 24
 * lib/internal/child_process.js, ChildProcess.spawn).
 */
export function startChild<C extends ChildProcess>(start: () => C): C | null {
  try {
    const child = start();
    if (child.stdout !== undefined) return child;
    child.on('error', () => undefined);
    return null;
  } catch {
    return null;
  }
}

export interface GatheredOutput {
  readonly text: () => string;
  readonly overflowed: () => boolean;
  readonly ended: Promise<void>;
}

/** The start of what a child prints; the rest is read, so that the child goes on, and dropped. */
export function gatherOutput(
  stream: Readable,
  mostBytes: number,
  onOverflow: () => void = () => undefined,
): GatheredOutput {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    const room = Math.max(0, mostBytes - bytes);
    if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) onOverflow();
  });
  const ended = new Promise<void>((resolve) => {
    for (const event of ['end', 'error', 'close']) stream.once(event, () => resolve());
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), overflowed: () => bytes > mostBytes, ended };
}

/** A child that is no longer waited for holds neither this process nor its pipes. */
export function letGo(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

type Answer = (
  outcome: CommandResult['outcome'],
  exitCode: number | null,
  said?: Partial<Pick<CommandResult, 'stdout' | 'stderr' | 'truncated'>>,
) => CommandResult;

/** Makes the answer of a command that begins now. */
export function answerTo(argv: readonly string[]): Answer {
  const started = performance.now();
  return (outcome, exitCode, { stdout = '', stderr = '', truncated = false } = {}) => ({
    ...{ argv, outcome, exitCode, stdout, stderr, truncated },
    durationMs: Math.round(performance.now() - started),
  });
}
