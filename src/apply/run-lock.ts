import { type HeldLock, takeLock } from '../host/held-lock.ts';

const PATH = '/run/pve-doctor/clean.lock';

/**
 * Only one run changes a node at a time. Held like the guests' locks, by an open file, so that no lock is ever left behind
 * and nobody has to judge whether one is stale.
 */
export function takeRunLock(path: string = PATH): HeldLock | { readonly refused: string } {
  const attempt = takeLock(path);
  if (!('refused' in attempt)) return attempt;
  const why = attempt.isHeld ? 'another run of pve-doctor changes this node' : 'the lock of changes cannot be taken';
  return { refused: `${why} (${attempt.refused})` };
}
