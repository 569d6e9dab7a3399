import { takeLock } from '../host/held-lock.ts';
import type { Sending } from '../notify/deliver.ts';

/** How long another run that is sending is waited for: it takes a minute at most. */
export const PATIENCE_MS = 70_000;
const LOOK_EVERY_MS = 500;

/** One process of a directory sends at a time: two would send the same. */
export async function lockToSend(
  path: string,
  { elapsedMs, pause }: Pick<Sending, 'elapsedMs' | 'pause'>,
  patienceMs: number,
) {
  const untilMs = elapsedMs() + patienceMs;
  for (;;) {
    const lock = takeLock(`${path}/sending.lock`);
    if (!('refused' in lock) || !lock.isHeld || elapsedMs() >= untilMs) return lock;
    await pause(LOOK_EVERY_MS);
  }
}
