import type { ChildProcess } from 'node:child_process';

/**
 * A child with its streams; null where there is no process or descriptor left for one. Out of descriptors both runtimes answer
 * with a child that has no streams, and tell it in an `error` event, which ends this process if nobody listens (Node 24
 * lib/internal/child_process.js, ChildProcess.spawn).
 */
export function withStreams<C extends ChildProcess>(start: () => C): C | null {
  try {
    const child = start();
    if (child.stdout !== undefined) return child;
    child.on('error', () => undefined);
    return null;
  } catch {
    return null;
  }
}
